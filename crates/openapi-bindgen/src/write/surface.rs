//! The public items of what is written.

use super::{Operation, client};
use crate::{
    spelling::short,
    surface::{Item, Kind},
};

/// The methods of the client, and the builders.
pub(crate) fn surface(operations: &[Operation<'_>]) -> Vec<Item> {
    let mut items = Vec::new();
    for name in client::extensions(operations).into_keys() {
        items.push(Item::new(Kind::Trait, name.to_string(), String::new()));
        items.push(Item::new(
            Kind::Use,
            format!("prelude::super::{name}"),
            String::new(),
        ));
    }
    for operation in operations {
        let (method, path) = (operation.method.to_ascii_uppercase(), &operation.call.path);
        let mut add = |item: Item, ty: String, required: bool, pointers: Vec<String>| {
            items.push(Item {
                operation: Some(format!("{method} {path}")),
                ty,
                required,
                pointers,
                ..item
            });
        };
        let place = &operation.call.pointer;
        let builder = format!("builder::{}", operation.builder);
        let function =
            |name: &str, signature: String| Item::new(Kind::Fn, format!("{builder}::{name}"), signature);

        let method = Item::new(
            Kind::Fn,
            operation.method_path(),
            format!("(&self) -> {builder}<'_>"),
        );
        add(method, String::new(), false, vec![place.clone()]);
        let structure = Item::new(Kind::Struct, builder.clone(), String::new());
        add(structure, String::new(), false, vec![place.clone()]);
        for argument in &operation.arguments {
            let ty = short(&argument.ty);
            let setter = function(&argument.name.to_string(), setter(&ty, ""));
            add(
                setter,
                ty,
                !argument.is_optional,
                argument.parameter.pointers.clone(),
            );
        }
        if let Some(body) = &operation.body {
            let ty = short(&body.ty);
            let fails = match &body.builder {
                Some(_) => format!(", <V as TryInto<{ty}>>::Error: Display"),
                None => String::new(),
            };
            let setter = function("body", setter(&ty, &fails));
            // An object of which no member is set is sent as `{}`.
            let required = !body.body.optional && body.builder.is_none();
            add(setter, ty, required, vec![format!("{place}/requestBody")]);
        }
        let success = short(&operation.success);
        let answer = format!("(self) -> Result<Response<{success}>, Error>");
        let send = Item::new(Kind::AsyncFn, format!("{builder}::send"), answer);
        add(send, success, false, vec![format!("{place}/responses")]);

        let new = function("new", "(client: &'a super::Client) -> Self".to_owned());
        let held = operation.body.as_ref().and_then(|body| body.builder.as_ref());
        let body_map = held.map(|held| {
            let held = format!("types::builder::{held}");
            function(
                "body_map",
                format!("<F>(self, f: F) -> Self where F: FnOnce({held}) -> {held}"),
            )
        });
        items.push(new);
        items.extend(body_map);
    }
    items
}

fn setter(ty: &str, fails: &str) -> String {
    format!("<V>(self, value: V) -> Self where V: TryInto<{ty}>{fails}")
}
