//! A program that uses every item of a surface that depends on the document. It is compiled and never run:
//! its functions have the values that it needs as parameters.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use openapi_bindgen::{Generated, Item, Kind};

/// The program, which uses the library with this name.
pub(crate) fn of(generated: &Generated, library: &str) -> String {
    let mut program = Program {
        items: &generated.surface.items,
        non_exhaustive: non_exhaustive(&generated.code),
        count: 0,
        calls: String::new(),
        types: String::new(),
    };
    program.write();
    format!(
        "#![allow(unused, clippy::all)]\n\
         use {library} as bindings;\n\
         use bindings::{{Client, Error, Response, builder, runtime, types}};\n\
         {calls}\n\
         mod of_types {{\n\
         use super::bindings::{{self, types::*}};\n\
         use std::collections::{{BTreeMap, HashMap}};\n\
         {types}\n\
         }}\n\n\
         fn main() {{}}\n",
        library = library.replace('-', "_"),
        calls = program.calls,
        types = program.types,
    )
}

/// The types that other crates cannot match exhaustively.
fn non_exhaustive(code: &str) -> BTreeSet<String> {
    let file = syn::parse_file(code).unwrap();
    let types = file.items.into_iter().find_map(|item| match item {
        syn::Item::Mod(item) if item.ident == "types" => item.content,
        _ => None,
    });
    let marked = |attributes: &[syn::Attribute]| {
        attributes
            .iter()
            .any(|attribute| attribute.path().is_ident("non_exhaustive"))
    };
    let (_, types) = types.unwrap_or_default();
    types
        .iter()
        .filter_map(|item| match item {
            syn::Item::Struct(item) if marked(&item.attrs) => Some(item.ident.to_string()),
            syn::Item::Enum(item) if marked(&item.attrs) => Some(item.ident.to_string()),
            _ => None,
        })
        .collect()
}

struct Program<'a> {
    items: &'a [Item],
    non_exhaustive: BTreeSet<String>,
    /// The number of functions.
    count: usize,
    calls: String,
    types: String,
}

impl<'a> Program<'a> {
    fn write(&mut self) {
        let mut operations: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
        for item in self.items {
            match &item.operation {
                Some(operation) => operations.entry(operation).or_default().push(item),
                None => self.item(item),
            }
        }
        for items in operations.into_values() {
            self.call(&items);
        }
    }

    fn item(&mut self, item: &Item) {
        let names: Vec<&str> = item.path.split("::").collect();
        match (item.kind, names.as_slice()) {
            (Kind::Struct, ["types", name]) => self.structure(item, name),
            (Kind::Enum, ["types", name]) => self.enumeration(name),
            (Kind::Type, ["types", name]) => {
                self.type_function(&format!("value: {name}"), &format!("let _: {} = value;", item.ty))
            }
            (Kind::Fn, ["types", name, "new"]) => {
                let (parameters, arguments) = taken(item, "");
                self.type_function(&parameters, &format!("let _: {name} = {name}::new({arguments});"));
            }
            (Kind::Fn, ["types", name, setter]) => {
                let (parameters, arguments) = taken(item, "self");
                self.type_function(
                    &format!("value: {name}, {parameters}"),
                    &format!("let _: {name} = value.{setter}({arguments});"),
                );
            }
            // Covered by the type.
            (Kind::Field | Kind::Variant, ["types", ..])
            // Covered by every call.
            | (Kind::Struct | Kind::Fn, ["Client", ..])
            // The same for every document.
            | (Kind::Use, _)
            | (_, ["runtime" | "operations", ..] | ["types", "error", ..]) => {}
            _ => panic!("the program does not use {item:?}"),
        }
    }

    fn members(&self, name: &str) -> Vec<&'a Item> {
        let prefix = format!("types::{name}::");
        let of_type = self.items.iter().filter(|item| item.path.starts_with(&prefix));
        of_type
            .filter(|item| matches!(item.kind, Kind::Field | Kind::Variant))
            .collect()
    }

    /// Whether patterns of a type need `..` or a wildcard.
    fn is_open(&self, name: &str) -> bool {
        self.non_exhaustive.contains(name)
    }

    /// Each field is read. A value that is received is also destructured.
    fn structure(&mut self, item: &Item, name: &str) {
        let (mut reads, mut pattern) = (String::new(), String::new());
        for field in self.members(name) {
            let member = last(&field.path);
            writeln!(reads, "let _: &{} = &value.{member};", outside(&field.ty)).unwrap();
            write!(pattern, "{member}: _, ").unwrap();
        }
        if self.is_open(name) {
            pattern.push_str("..");
        }
        if item.received {
            writeln!(reads, "let {name} {{ {pattern} }} = value;").unwrap();
        }
        self.type_function(&format!("value: &{name}"), &reads);
    }

    /// Each variant is constructed from its payload, and matched.
    fn enumeration(&mut self, name: &str) {
        let (mut made, mut arms) = (String::new(), String::new());
        for variant in self.members(name) {
            let (path, payload) = (format!("{name}::{}", last(&variant.path)), outside(&variant.ty));
            match payload.chars().next() {
                None => writeln!(made, "let _: {name} = {path};"),
                Some('(') => writeln!(made, "let _: fn{payload} -> {name} = {path};"),
                _ => Ok(()),
            }
            .unwrap();
            let rest = match payload.chars().next() {
                None => "",
                Some('(') => "(..)",
                _ => " { .. }",
            };
            writeln!(arms, "{path}{rest} => {{}}").unwrap();
        }
        if self.is_open(name) {
            arms.push_str("_ => {}\n");
        }
        self.type_function(
            &format!("value: &{name}"),
            &format!("{made}match value {{\n{arms}}}"),
        );
    }

    /// A call with all arguments, and one with the whole body.
    fn call(&mut self, items: &[&Item]) {
        let builder = items
            .iter()
            .find(|item| item.kind == Kind::Struct && !item.follows);
        let builder = &builder.unwrap().path;
        let gathered = items.iter().filter(|item| item.kind == Kind::Field);
        let gathered: Vec<&&Item> = gathered.collect();
        for item in items {
            if item.path.starts_with("Client::") {
                let (parameters, arguments) = taken(item, "&self");
                let method = last(&item.path);
                self.function(
                    &format!("client: &Client, {parameters}"),
                    &format!("let _: {builder} = client.{method}({arguments});"),
                );
                continue;
            }
            match (item.kind, last(&item.path)) {
                (Kind::Struct | Kind::Field, _) => {}
                (Kind::AsyncFn, "send") => {
                    let ty = outside(&item.ty);
                    let n = self.next();
                    writeln!(
                        self.calls,
                        "async fn call_{n}(call: {builder}) -> Result<(), Error> {{\n\
                         let answer: Response<{ty}> = call.clone().send().await?;\n\
                         let value: {ty} = call.await?;\nOk(())\n}}"
                    )
                    .unwrap();
                }
                // The same for every document.
                (_, "timeout" | "header" | "send_as" | "stream" | "stream_as" | "all") => {}
                (_, setter) => {
                    let (parameters, arguments) = taken(item, "self");
                    self.function(
                        &format!("call: {builder}, {parameters}"),
                        &format!("let _: {builder} = call.{setter}({arguments});"),
                    );
                }
            }
        }
        if let Some(first) = gathered.first() {
            let (name, _) = first.path.rsplit_once("::").unwrap();
            let (mut parameters, mut fields) = (String::new(), String::new());
            for field in &gathered {
                let (field, ty) = (last(&field.path), outside(&field.ty));
                write!(parameters, "{field}: {ty}, ").unwrap();
                write!(fields, "{field}, ").unwrap();
            }
            self.function(&parameters, &format!("let _ = {name} {{ {fields} }};"));
        }
    }

    fn function(&mut self, parameters: &str, body: &str) {
        let n = self.next();
        writeln!(self.calls, "fn use_{n}({parameters}) {{\n{body}\n}}").unwrap();
    }

    /// A function in which the types of the document are written without `types::`, as in the surface.
    fn type_function(&mut self, parameters: &str, body: &str) {
        let n = self.next();
        writeln!(self.types, "fn use_{n}({parameters}) {{\n{body}\n}}").unwrap();
    }

    fn next(&mut self) -> usize {
        self.count += 1;
        self.count
    }
}

/// The arguments of a function without its receiver: as parameters, and as arguments.
fn taken(item: &Item, receiver: &str) -> (String, String) {
    let (parameters, _) = item.signature.rsplit_once(") -> ").unwrap();
    let parameters = parameters.strip_prefix(&format!("({receiver}")).unwrap();
    let parameters = parameters.trim_start_matches(", ");
    // `impl IntoIterator<Item = (impl Into<String>, T)>` has commas, but no single colons.
    let names = parameters
        .replace("::", "__")
        .split(": ")
        .map(|before| {
            let start = before.rfind([',', ' ']).map_or(0, |at| at + 1);
            before[start..].to_owned()
        })
        .collect::<Vec<_>>();
    let count = parameters.replace("::", "__").matches(": ").count();
    (outside(parameters), names[..count].join(", "))
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// A type as other crates write it.
fn outside(ty: &str) -> String {
    ty.replace("crate::", "bindings::")
}
