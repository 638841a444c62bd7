//! The public items of the written code.

use syn::Ident;

use super::{
    Operation, client,
    taken::{self, Use},
};
use crate::{
    call::{Place, Success},
    spelling::short,
    surface::{Item, Kind},
};

/// The methods of the client, and the builders.
pub(crate) fn surface(operations: &[Operation<'_>]) -> Vec<Item> {
    let mut items = Vec::new();
    for operation in operations {
        of_operation(operation, &mut items);
    }
    items
}

fn of_operation(operation: &Operation<'_>, items: &mut Vec<Item>) {
    let method = operation.method.to_ascii_uppercase();
    let place = &operation.call.pointer;
    let builder = operation.path_of(&operation.builder.to_string());
    let item = |kind: Kind, path: String, signature: String| Item {
        operation: Some(format!("{method} {}", operation.call.path)),
        pointers: vec![place.clone()],
        ..Item::new(kind, path, signature)
    };
    for method in client::of(operation) {
        let arguments: String = method
            .arguments
            .iter()
            .map(|(name, ty)| format!(", {name}: {}", short(ty)))
            .collect();
        let name = format!("Client::{}", method.name);
        let mut item = item(Kind::Fn, name, format!("(&self{arguments}) -> {builder}"));
        let taken = operation.taken().chain(operation.gathered());
        let pointers = taken.flat_map(|(_, argument)| argument.pointers.iter().cloned());
        item.pointers.extend(pointers);
        items.push(item);
    }
    items.push(item(Kind::Struct, builder.clone(), String::new()));
    for (_, argument) in operation.optional() {
        let accepted = match argument.place {
            Place::Further => taken::members(&argument.ty, "").0,
            _ => taken::accepted(&argument.ty, Use::Sent),
        };
        let ty = short(&accepted);
        let signature = format!("(self, {}: {ty}) -> Self", argument.name);
        let name = |name: &Ident| format!("{builder}::{name}");
        items.push(Item {
            ty,
            pointers: argument.pointers.clone(),
            follows: argument.is_of_body() && operation.object.is_some(),
            ..item(Kind::Fn, name(&argument.name), signature)
        });
        if let Some(null) = &argument.null {
            items.push(Item {
                pointers: argument.pointers.clone(),
                follows: true,
                ..item(Kind::Fn, name(null), "(self) -> Self".to_owned())
            });
        }
    }
    if !operation.gathered.is_empty() {
        let gathered = operation.path_of(&operation.gathered_name());
        items.push(Item {
            follows: true,
            ..item(Kind::Struct, gathered.clone(), String::new())
        });
        for (_, argument) in operation.gathered() {
            let ty = short(&argument.ty);
            let name = format!("{gathered}::{}", argument.name);
            items.push(Item {
                required: true,
                pointers: argument.pointers.clone(),
                follows: argument.is_of_body() && operation.object.is_some(),
                ..item(Kind::Field, name, format!(": {ty}"))
            });
            if let Some(item) = items.last_mut() {
                item.ty = ty;
            }
        }
    }
    let success = short(&operation.success);
    let answer = |ty: &str| format!("(self) -> Result<Response<{ty}>, Error>");
    let signature = answer(&success);
    items.push(Item {
        ty: success,
        pointers: vec![format!("{place}/responses")],
        ..item(Kind::AsyncFn, format!("{builder}::send"), signature)
    });
    let mut of_every = vec![
        (
            Kind::Fn,
            "timeout",
            "(self, timeout: Duration) -> Self".to_owned(),
        ),
        (
            Kind::Fn,
            "header",
            "(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self".to_owned(),
        ),
    ];
    if operation.call.success == Success::Json {
        let signature = format!("<T: serde::de::DeserializeOwned>{}", answer("T"));
        of_every.push((Kind::AsyncFn, "send_as", signature));
    }
    if let Some(item) = operation.item.as_ref().map(short) {
        of_every.extend([
            (Kind::Fn, "stream", format!("(self) -> runtime::Items<{item}>")),
            (
                Kind::Fn,
                "stream_as",
                "<T: serde::de::DeserializeOwned + Send + 'static>(self) -> runtime::Items<T>".to_owned(),
            ),
            (
                Kind::AsyncFn,
                "all",
                format!("(self) -> Result<Vec<{item}>, Error>"),
            ),
        ]);
    }
    for (kind, name, signature) in of_every {
        items.push(Item {
            follows: true,
            ..item(kind, format!("{builder}::{name}"), signature)
        });
    }
}
