//! The surface of generated bindings, by method and by type.

use std::collections::{BTreeMap, BTreeSet};

use openapi_bindgen::{Item, Kind, Surface};

/// The public surface of generated bindings.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    /// The methods, by the name of their operation in the bindings.
    pub(super) methods: BTreeMap<String, Method>,
    /// The types, by name.
    pub(super) types: BTreeMap<String, Type>,
    /// The JSON Pointers of the places that describe an item, by its path.
    pub(super) pointers: BTreeMap<String, Vec<String>>,
}

/// A method of the client.
#[derive(Debug, Default)]
pub(super) struct Method {
    /// `Client::rename_table`.
    pub(super) path: String,
    /// `fn(&self, table_uuid: uuid::Uuid, name: impl Into<String>) -> builder::table::RenameTable`.
    pub(super) signature: String,
    /// Path and signature of the method that takes the whole body, if there is one:
    /// `Client::rename_table_with`.
    pub(super) whole: Option<(String, String)>,
    /// `POST /v1/table/{id}`.
    pub(super) operation: String,
    /// The path of its builder.
    pub(super) builder: String,
    /// The arguments that are not in the signature, by name.
    pub(super) arguments: BTreeMap<String, Argument>,
    /// The type of the result.
    pub(super) output: String,
}

/// An argument that is set by a method of the builder or by a field.
#[derive(Debug)]
pub(super) struct Argument {
    pub(super) path: String,
    pub(super) ty: String,
    pub(super) is_required: bool,
}

/// A type of requests or responses.
#[derive(Debug, Default)]
pub(super) struct Type {
    /// `struct`, `enum`, or the type that an alias stands for.
    pub(super) kind: String,
    /// The types of the fields, or the payloads of the variants.
    pub(super) members: BTreeMap<String, String>,
    /// The fields that must be given.
    pub(super) required: BTreeSet<String>,
    /// Whether it is a component of the document and not part of another schema.
    pub(super) is_component: bool,
    /// Whether it has a variant for values that the document does not know.
    pub(super) is_open: bool,
    /// Whether values of it are sent.
    pub(super) sent: bool,
    /// Whether values of it are received.
    pub(super) received: bool,
}

impl Type {
    pub(super) fn is_enum(&self) -> bool {
        self.kind == "enum"
    }
}

/// The part of a method's signature that callers give: everything but the result, which is the builder.
pub(super) fn taken(signature: &str) -> &str {
    signature
        .rsplit_once(" -> ")
        .map_or(signature, |(taken, _)| taken)
}

impl Method {
    /// The operation, without the names of its path parameters.
    pub(super) fn place(&self) -> String {
        let mut out = String::new();
        let mut inside = false;
        for c in self.operation.chars() {
            match c {
                '{' => inside = true,
                '}' => inside = false,
                _ if inside => continue,
                _ => {}
            }
            out.push(c);
        }
        out
    }
}

impl Bindings {
    pub(super) fn of(surface: &Surface) -> Self {
        let mut bindings = Self::default();
        // An operation has one method and one builder.
        let mut methods: BTreeMap<&str, Method> = BTreeMap::new();
        for item in surface.items.iter().filter(|item| !item.follows) {
            bindings.pointers.insert(item.path.clone(), item.pointers.clone());
            match &item.operation {
                Some(operation) => methods.entry(operation).or_default().add(operation, item),
                None => bindings.add(item),
            }
        }
        for method in methods.into_values() {
            let id = method.path.rsplit("::").next().unwrap_or_default().to_owned();
            bindings.methods.insert(id, method);
        }
        bindings
    }

    fn add(&mut self, item: &Item) {
        let Some(path) = item.path.strip_prefix("types::") else {
            return;
        };
        match (item.kind, path.split_once("::")) {
            (Kind::Struct | Kind::Enum | Kind::Type, None) => {
                let ty = self.types.entry(path.to_owned()).or_default();
                ty.kind = match item.kind {
                    Kind::Struct => "struct".to_owned(),
                    Kind::Enum => "enum".to_owned(),
                    _ => item.ty.clone(),
                };
                ty.is_component = item.pointers.iter().any(|pointer| {
                    let name = pointer.strip_prefix("/components/schemas/");
                    name.is_some_and(|name| !name.contains('/'))
                });
                (ty.is_open, ty.sent, ty.received) = (item.open, item.sent, item.received);
            }
            (Kind::Field | Kind::Variant, Some((name, member))) => {
                let ty = self.types.entry(name.to_owned()).or_default();
                let signature = match item.kind {
                    Kind::Field => item.ty.clone(),
                    _ => format!("variant{}", item.ty),
                };
                ty.members.insert(member.to_owned(), signature);
                if item.required {
                    ty.required.insert(member.to_owned());
                }
            }
            _ => {}
        }
    }
}

impl Method {
    fn add(&mut self, operation: &str, item: &Item) {
        operation.clone_into(&mut self.operation);
        let name = item.path.rsplit("::").next().unwrap_or_default();
        match item.kind {
            _ if !item.path.starts_with("builder::") => {
                let signature = format!("fn{}", item.signature);
                // By name, it comes second.
                if self.path.is_empty() {
                    (self.path, self.signature) = (item.path.clone(), signature);
                } else {
                    self.whole = Some((item.path.clone(), signature));
                }
            }
            Kind::Struct => self.builder.clone_from(&item.path),
            Kind::AsyncFn => self.output.clone_from(&item.ty),
            _ => {
                let argument = Argument {
                    path: item.path.clone(),
                    ty: item.ty.clone(),
                    is_required: item.required,
                };
                self.arguments.insert(name.to_owned(), argument);
            }
        }
    }
}
