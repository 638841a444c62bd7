//! A program that uses every item of a surface that depends on the document. It is compiled, never run: the values that it takes are
//! parameters of its functions.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use openapi_bindgen::{Generated, Item, Kind};

/// How values are taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matching {
    /// As far as rustc lets: with each field of a type that is received, and each variant.
    Whole,
    /// As with types that are `#[non_exhaustive]`: with `..` and `_`.
    WithRoom,
}

/// The program, as a user of the library of that name.
pub(crate) fn of(generated: &Generated, library: &str, matching: Matching) -> String {
    let mut program = Program {
        items: &generated.surface.items,
        non_exhaustive: non_exhaustive(&generated.code),
        matching,
        count: 0,
        calls: String::new(),
        types: String::new(),
    };
    program.write();
    let imports = program.traits();
    format!(
        "#![allow(unused, clippy::all)]\n\
         use {library} as bindings;\n\
         use bindings::{{Client, Error, Response, builder, runtime, types}};\n\
         {imports}\n\
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

/// The types that other crates cannot match whole.
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
    matching: Matching,
    /// How many functions there are.
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

    /// The imports of the traits that have the methods.
    fn traits(&self) -> String {
        let traits = self.items.iter().filter(|item| item.kind == Kind::Trait);
        traits
            .map(|item| format!("use bindings::{};\n", item.path))
            .collect()
    }

    fn item(&mut self, item: &Item) {
        let names: Vec<&str> = item.path.split("::").collect();
        match (item.kind, names.as_slice()) {
            (Kind::Struct, ["types", name]) => self.structure(item, name),
            (Kind::Enum, ["types", name]) => self.enumeration(name),
            (Kind::Type, ["types", name]) => {
                self.type_function(&format!("value: {name}"), &format!("let _: {} = value;", item.ty))
            }
            (Kind::Fn, ["types", name, "builder"]) => {
                self.type_function(
                    "",
                    &format!(
                        "let value: builder::{name} = {name}::builder();\nlet _ = {name}::try_from(value);"
                    ),
                );
            }
            (Kind::Fn, ["types", "builder", name, setter]) => self.setter(name, setter),
            (Kind::Fn, ["builder", name, "body_map"]) => {
                let parameters = format!("call: builder::{name}<'_>");
                self.function(&parameters, "let _ = call.body_map(|body| body);");
            }
            // Seen with the type.
            (Kind::Field | Kind::Variant, ["types", ..]) | (Kind::Struct, ["types", "builder", _]) => {}
            // Seen in every call.
            (Kind::Trait, _)
            | (Kind::Struct | Kind::Fn, ["Client", ..])
            | (Kind::Fn, ["builder", _, "new"]) => {}
            // The same for every document.
            (Kind::Use, _) | (_, ["runtime", ..] | ["types", "error", ..]) => {}
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

    /// Whether patterns of a type leave room for more.
    fn is_open(&self, name: &str) -> bool {
        self.matching == Matching::WithRoom || self.non_exhaustive.contains(name)
    }

    /// Each field is read; a value that is received is also taken apart.
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

    /// Each variant is made of its payload, and matched.
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

    /// A setter takes what the field has.
    fn setter(&mut self, name: &str, setter: &str) {
        let fields = self.members(name);
        let field = fields.iter().find(|field| last(&field.path) == setter).unwrap();
        let parameters = format!("builder: builder::{name}, value: {}", outside(&field.ty));
        self.type_function(
            &parameters,
            &format!("let _: builder::{name} = builder.{setter}(value);"),
        );
    }

    /// A call with all arguments.
    fn call(&mut self, items: &[&Item]) {
        let mut parameters = "client: &Client".to_owned();
        let (mut start, mut setters, mut send) = (String::new(), String::new(), String::new());
        for item in items {
            let names: Vec<&str> = item.path.split("::").collect();
            let ty = outside(&item.ty);
            match names.as_slice() {
                ["builder", _] => {}
                ["builder", _, "send"] => {
                    send = format!("let answer: Response<{ty}> = call.send().await?;");
                }
                ["builder", _, argument] => {
                    write!(parameters, ", a_{argument}: {ty}").unwrap();
                    writeln!(setters, "let call = call.{argument}(a_{argument});").unwrap();
                }
                _ => {
                    let builder = item.signature.rsplit("-> ").next().unwrap();
                    start = format!("let call: {builder} = bindings::{}(client);", item.path);
                }
            }
        }
        let n = self.next();
        writeln!(
            self.calls,
            "async fn call_{n}({parameters}) -> Result<(), Error> {{\n{start}\n{setters}{send}\nOk(())\n}}"
        )
        .unwrap();
    }

    fn function(&mut self, parameters: &str, body: &str) {
        let n = self.next();
        writeln!(self.calls, "fn use_{n}({parameters}) {{\n{body}\n}}").unwrap();
    }

    /// A function in which the types of the document go without `types::`, as the surface writes them.
    fn type_function(&mut self, parameters: &str, body: &str) {
        let n = self.next();
        writeln!(self.types, "fn use_{n}({parameters}) {{\n{body}\n}}").unwrap();
    }

    fn next(&mut self) -> usize {
        self.count += 1;
        self.count
    }
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// A type as another crate writes it.
fn outside(ty: &str) -> String {
    ty.replace("crate::", "bindings::")
}
