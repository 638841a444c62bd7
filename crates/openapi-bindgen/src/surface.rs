//! The public surface of generated code, as data: one entry for each public item, sorted. The effect of a
//! change is computed from it. As text, with one line per item, it shows a reviewer what a regeneration
//! changed. It does not depend on formatting, private items, documentation or the order of items.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use openapi_document::pointer;
use syn::{Field, Fields, FnArg, ImplItem, Pat, Signature, TraitItem, Type, Variant, Visibility};

use crate::{
    items::{any_json, is_untagged, named_any_json},
    spelling::short,
    write,
};

/// The public surface of generated code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Surface {
    /// The items, in the order of their lines.
    pub items: Vec<Item>,
}

/// A public item.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Item {
    /// The kind of item.
    pub kind: Kind,
    /// Its path: `types::User::email`, `Client::rename_table`, `builder::table::RenameTable::send`.
    pub path: String,
    /// The part of its signature that callers see, after the path. Types of the standard library are written
    /// without their path.
    pub signature: String,
    /// The type of a field, of the value that an argument accepts, of the success of `send`, or of an alias's
    /// target; the payload of a variant; empty for other items.
    pub ty: String,
    /// The method and path of the operation that a method, a builder or an argument belongs to: `POST
    /// /v1/orders/{id}`.
    pub operation: Option<String>,
    /// Whether it is required: as an argument of an operation, or as a field of a type that is sent.
    pub required: bool,
    /// Whether values of this type or member are sent.
    pub sent: bool,
    /// Whether its values are received.
    pub received: bool,
    /// Whether it is an enum with a variant for values that the document does not list.
    pub open: bool,
    /// Which JSON it accepts, if it is a field that accepts any value or any object.
    pub any_json: Option<AnyJson>,
    /// The places where the document describes it, as JSON pointers.
    pub pointers: Vec<String>,
    /// Whether its changes always follow from another item's. For example, the method that sets a member of a
    /// body follows from the field of that member.
    pub follows: bool,
}

/// The JSON that a type without a structure accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnyJson {
    /// Any value: `serde_json::Value`.
    Value,
    /// Any object: a map of `serde_json::Value`.
    Object,
}

/// The kind of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the keywords of Rust")]
pub enum Kind {
    AsyncFn,
    Const,
    Enum,
    Field,
    Fn,
    Static,
    Struct,
    Trait,
    Type,
    Use,
    Variant,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::AsyncFn => "async fn",
            Kind::Const => "const",
            Kind::Enum => "enum",
            Kind::Field => "field",
            Kind::Fn => "fn",
            Kind::Static => "static",
            Kind::Struct => "struct",
            Kind::Trait => "trait",
            Kind::Type => "type",
            Kind::Use => "use",
            Kind::Variant => "variant",
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.kind.word(), self.path, self.signature)
    }
}

/// Writes one line per item, each with a line break.
impl fmt::Display for Surface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.iter().try_for_each(|item| writeln!(f, "{item}"))
    }
}

/// What is known about the types of the document beyond their code.
pub(crate) struct Known {
    /// The types that are sent, and those that are received.
    pub(crate) sent: BTreeSet<String>,
    pub(crate) received: BTreeSet<String>,
    /// Where the document describes each type.
    pub(crate) places: BTreeMap<String, String>,
}

impl Item {
    pub(crate) fn new(kind: Kind, path: String, signature: String) -> Self {
        Self {
            kind,
            path,
            signature,
            ty: String::new(),
            operation: None,
            required: false,
            sent: false,
            received: false,
            open: false,
            any_json: None,
            pointers: Vec::new(),
            follows: false,
        }
    }
}

impl Surface {
    /// The surface of `parsed` items and of `written` code, whose items are known.
    pub(crate) fn of(parsed: &[syn::Item], written: impl IntoIterator<Item = Item>, known: &Known) -> Self {
        let mut found = Found(Vec::new());
        found.items(parsed, "");
        let mut items = found.0;
        items.extend(written);
        items.sort_by_cached_key(ToString::to_string);
        items.dedup();
        for item in &mut items {
            if let Some(name) = item.path.strip_prefix("types::") {
                let (name, is_member) = match name.split_once("::") {
                    Some((name, _)) => (name, true),
                    None => (name, false),
                };
                item.sent = known.sent.contains(name);
                item.received = known.received.contains(name);
                if let Some(place) = known.places.get(name) {
                    item.pointers = match item.pointers.pop() {
                        Some(below) if is_member => vec![format!("{place}{below}")],
                        _ => vec![place.clone()],
                    };
                }
            }
        }
        Self { items }
    }
}

struct Found(Vec<Item>);

impl Found {
    fn add(&mut self, kind: Kind, path: String, signature: String) -> &mut Item {
        self.0.push(Item::new(kind, path, signature));
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    fn items(&mut self, all: &[syn::Item], path: &str) {
        let declared: BTreeSet<String> = all
            .iter()
            .filter_map(|item| Some(crate::items::name(item)?.to_string()))
            .collect();
        let any_json = named_any_json(all);
        for item in all {
            match item {
                syn::Item::Mod(item) if public(&item.vis) => {
                    if let Some((_, inner)) = &item.content {
                        self.items(inner, &format!("{path}{}::", item.ident));
                    }
                }
                syn::Item::Struct(item) if public(&item.vis) => {
                    let path = format!("{path}{}", item.ident);
                    self.add(Kind::Struct, path.clone(), String::new());
                    self.fields(&item.fields, &path, &any_json);
                }
                syn::Item::Enum(item) if public(&item.vis) => {
                    let path = format!("{path}{}", item.ident);
                    self.add(Kind::Enum, path.clone(), String::new()).open =
                        item.variants.iter().any(is_open);
                    for variant in &item.variants {
                        let payload = match &variant.fields {
                            Fields::Unit => String::new(),
                            fields => short(fields),
                        };
                        let path = format!("{path}::{}", variant.ident);
                        let item = self.add(Kind::Variant, path, payload.clone());
                        item.ty = payload;
                    }
                }
                syn::Item::Trait(item) if public(&item.vis) => {
                    self.add(Kind::Trait, format!("{path}{}", item.ident), String::new());
                    for member in &item.items {
                        if let TraitItem::Fn(function) = member {
                            self.function(&format!("{path}{}::", item.ident), &function.sig);
                        }
                    }
                }
                syn::Item::Impl(item) if item.trait_.is_none() => {
                    let name = name(&item.self_ty);
                    // Methods belong to their type, even where it is a type of the root.
                    let path = if declared.contains(&name) { path } else { "" };
                    for member in &item.items {
                        if let ImplItem::Fn(function) = member
                            && public(&function.vis)
                        {
                            self.function(&format!("{path}{name}::"), &function.sig);
                        }
                    }
                }
                syn::Item::Fn(item) if public(&item.vis) => self.function(path, &item.sig),
                syn::Item::Const(item) if public(&item.vis) => {
                    let signature = format!(": {}", short(&item.ty));
                    self.add(Kind::Const, format!("{path}{}", item.ident), signature);
                }
                syn::Item::Type(item) if public(&item.vis) => {
                    let ty = short(&item.ty);
                    let signature = format!(" = {ty}");
                    self.add(Kind::Type, format!("{path}{}", item.ident), signature)
                        .ty = ty;
                }
                syn::Item::Static(item) if public(&item.vis) => {
                    let signature = format!(": {}", short(&item.ty));
                    self.add(Kind::Static, format!("{path}{}", item.ident), signature);
                }
                syn::Item::Use(item) if public(&item.vis) => {
                    self.add(Kind::Use, format!("{path}{}", short(&item.tree)), String::new());
                }
                _ => {}
            }
        }
    }

    fn fields(&mut self, fields: &Fields, path: &str, named: &BTreeMap<String, AnyJson>) {
        for (index, field) in fields.iter().enumerate().filter(|(_, field)| public(&field.vis)) {
            let name = field
                .ident
                .as_ref()
                .map_or_else(|| index.to_string(), ToString::to_string);
            let ty = short(&field.ty);
            let item = self.add(Kind::Field, format!("{path}::{name}"), format!(": {ty}"));
            item.ty = ty;
            item.required = write::is_required(field);
            item.any_json = any_json(&field.ty, named);
            item.pointers = vec![below(field)];
        }
    }

    fn function(&mut self, path: &str, signature: &Signature) {
        let kind = match signature.asyncness {
            Some(_) => Kind::AsyncFn,
            None => Kind::Fn,
        };
        self.add(kind, format!("{path}{}", signature.ident), parameters(signature));
    }
}

/// Where a field is described, below the place of its type.
fn below(field: &Field) -> String {
    match write::member(field) {
        Some(member) => pointer::from_names(["properties", &member]),
        None if field.ident.is_some() => "/additionalProperties".to_owned(),
        None => String::new(),
    }
}

/// Returns whether a variant accepts any text.
fn is_open(variant: &Variant) -> bool {
    variant.attrs.iter().any(is_untagged)
}

fn parameters(signature: &Signature) -> String {
    let parameters: Vec<String> = signature
        .inputs
        .iter()
        .map(|input| match input {
            // Callers do not see `mut self`.
            FnArg::Receiver(receiver) => short(receiver).trim_start_matches("mut ").to_owned(),
            FnArg::Typed(typed) => match &*typed.pat {
                Pat::Ident(pat) => format!("{}: {}", pat.ident, short(&typed.ty)),
                _ => short(&typed.ty),
            },
        })
        .collect();
    let generics = &signature.generics;
    format!(
        "{}({}){}{}",
        short(generics),
        parameters.join(", "),
        spaced(&short(&signature.output)),
        spaced(&short(&generics.where_clause)),
    )
}

fn spaced(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!(" {}", text.trim_end_matches([',', ' ']))
    }
}

fn name(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string())
            .unwrap_or_default(),
        other => short(other),
    }
}

fn public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Settings;

    #[test]
    fn the_printed_code_has_the_same_items() {
        let of = |schema: &str| json!({ "$ref": format!("#/components/schemas/{schema}") });
        let json_of = |schema: &str| json!({ "content": { "application/json": { "schema": of(schema) } } });
        let response = |schema: &str| {
            let mut response = json_of(schema);
            response["description"] = json!("ok");
            json!({ "200": response })
        };
        let parameter = |name: &str, place: &str| json!({ "name": name, "in": place, "required": place == "path", "schema": { "type": "array", "items": { "type": "string" } } });
        let mut bytes = json_of("New");
        bytes["required"] = json!(true);
        let document = json!({
            "openapi": "3.1.0",
            "info": { "title": "Shop", "version": "1.0.0" },
            "paths": {
                "/orders/{id}": {
                    "put": {
                        "operationId": "put", "tags": ["Order"], "description": "Puts \"it\".\r\nOr [not].",
                        "parameters": [parameter("id", "path"), parameter("q", "query"), parameter("X-H", "header"), parameter("c", "cookie")],
                        "requestBody": json_of("New"), "responses": response("Order"),
                    },
                    "post": { "operationId": "type", "tags": ["Order"], "parameters": [parameter("id", "path")],
                        "requestBody": bytes, "responses": { "204": { "description": "done" } } },
                },
                "/bare": {
                    "get": { "operationId": "bare", "responses": { "200": { "description": "ok", "content": { "text/csv": {} } } } },
                    "post": { "operationId": "upload", "requestBody": { "content": { "text/csv": {} } }, "responses": response("Order") },
                    "put": { "operationId": "scalar", "requestBody": { "required": true, "content": { "application/json": {
                        "schema": { "type": "string" } } } }, "responses": response("Order") },
                },
            },
            "components": { "schemas": {
                "New": { "type": "object", "required": ["self"], "properties": {
                    "self": { "type": "string" }, "kind": of("Kind"), "lines": { "type": "array", "items": of("Line") } } },
                "Line": { "type": "object" },
                "Kind": { "type": "string", "enum": ["a", "b"], "default": "a" },
                "Order": { "type": "object", "properties": { "kind": of("Kind") } },
            } },
        });
        let mut within = Settings::within("crate::generated");
        within.transport = Some(crate::Transport::new(
            "crate::Transport",
            "crate::Error",
            "crate::Answer",
        ));
        for settings in [Settings::standalone(), within] {
            let generated = crate::generate(document.clone(), &settings).unwrap();
            let parsed = syn::parse_file(&generated.code).unwrap();
            let known = Known {
                sent: BTreeSet::new(),
                received: BTreeSet::new(),
                places: BTreeMap::new(),
            };
            let read = Surface::of(&parsed.items, [], &known);
            assert!(read.items.len() > 50);
            assert_eq!(read.to_string(), generated.surface.to_string());
        }
    }
}
