//! The schemas of a document, and which changes of each keep the meaning of the document.

use std::collections::BTreeSet;

use fastrand::Rng;
use openapi_document::pointer;
use serde_json::{Map, Value};

/// The members of a schema or of another object of a document.
pub(super) type Object = Map<String, Value>;

/// A schema object and its place.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Its JSON Pointer.
    pub(super) pointer: String,
    pub(super) role: Role,
}

/// The role of a schema in the object around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Component,
    Property,
    /// A branch of a union, or a part of an `allOf`.
    Branch,
    /// A branch of a union whose discriminator goes by the names of components.
    TaggedBranch,
    /// The schema of a parameter, a header or a body.
    Root,
    /// The value of any other keyword: `items`, `not`.
    Other,
}

/// The keywords with a schema.
const ONE: [&str; 11] = [
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// The keywords with an object of schemas.
const NAMED: [&str; 4] = ["$defs", "dependentSchemas", "patternProperties", "properties"];

/// The keywords with a list of schemas.
const MANY: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];

/// All schema objects, in the order of the document.
pub(super) fn schemas(document: &Value) -> Vec<Place> {
    let mut places = Vec::new();
    for (key, value) in document.as_object().into_iter().flatten() {
        match (key.as_str(), value) {
            ("components", Value::Object(sections)) => {
                for (section, named) in sections {
                    let pointer = format!("/components/{}", pointer::escape(section));
                    if section == "schemas" {
                        for (name, schema) in named.as_object().into_iter().flatten() {
                            below(
                                schema,
                                &format!("{pointer}/{}", pointer::escape(name)),
                                Role::Component,
                                &mut places,
                            );
                        }
                    } else {
                        roots(named, &pointer, &mut places);
                    }
                }
            }
            ("paths" | "webhooks", _) => roots(value, &format!("/{key}"), &mut places),
            _ => {}
        }
    }
    places
}

/// Outside of schemas, a schema is the value of a member `schema`.
fn roots(value: &Value, pointer: &str, places: &mut Vec<Place>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                roots(item, &format!("{pointer}/{index}"), places);
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                let pointer = format!("{pointer}/{}", pointer::escape(key));
                match key.as_str() {
                    "schema" => below(value, &pointer, Role::Root, places),
                    "example" | "examples" | "links" => {}
                    key if key.starts_with("x-") => {}
                    _ => roots(value, &pointer, places),
                }
            }
        }
        _ => {}
    }
}

fn below(schema: &Value, pointer: &str, role: Role, places: &mut Vec<Place>) {
    let Some(keywords) = schema.as_object() else {
        return;
    };
    places.push(Place {
        pointer: pointer.to_owned(),
        role,
    });
    let is_tagged = keywords.contains_key("discriminator");
    for (keyword, value) in keywords {
        let pointer = format!("{pointer}/{}", pointer::escape(keyword));
        match value {
            Value::Object(named) if NAMED.contains(&keyword.as_str()) => {
                let role = if keyword == "properties" {
                    Role::Property
                } else {
                    Role::Other
                };
                for (name, schema) in named {
                    below(
                        schema,
                        &format!("{pointer}/{}", pointer::escape(name)),
                        role,
                        places,
                    );
                }
            }
            Value::Object(_) if ONE.contains(&keyword.as_str()) => {
                below(value, &pointer, Role::Other, places)
            }
            Value::Array(list) if MANY.contains(&keyword.as_str()) => {
                let role = match keyword.as_str() {
                    "prefixItems" => Role::Other,
                    "anyOf" | "oneOf" if is_tagged => Role::TaggedBranch,
                    _ => Role::Branch,
                };
                for (index, schema) in list.iter().enumerate() {
                    below(schema, &format!("{pointer}/{index}"), role, places);
                }
            }
            _ => {}
        }
    }
}

/// Whether the document is of OpenAPI 3.0, which ignores keywords next to `$ref` and has fewer keywords.
pub(super) fn is_3_0(document: &Value) -> bool {
    document["openapi"]
        .as_str()
        .is_some_and(|version| version.starts_with("3.0"))
}

/// The places with a reference to something inside them, such as `#/components/schemas/Order/properties/id`.
/// Their content must not move.
pub(super) struct Fixed {
    targets: BTreeSet<String>,
    /// If a document has an `$id`, moving a reference may change its meaning.
    all: bool,
}

impl Fixed {
    pub(super) fn of(document: &Value) -> Self {
        let mut fixed = Self {
            targets: BTreeSet::new(),
            all: false,
        };
        fixed.look(document);
        fixed
    }

    fn look(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.look(item)),
            Value::Object(members) => {
                for (key, value) in members {
                    match (key.as_str(), value) {
                        ("$ref", Value::String(reference)) => {
                            self.targets.extend(pointer::of_reference(reference));
                        }
                        ("$id" | "$anchor" | "$dynamicAnchor", Value::String(_)) => self.all = true,
                        _ => self.look(value),
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether the content of the place may move.
    pub(super) fn is_free(&self, pointer: &str) -> bool {
        let inner = format!("{pointer}/");
        !self.all
            && !self
                .targets
                .range(inner.clone()..)
                .next()
                .is_some_and(|target| target.starts_with(&inner))
    }
}

/// The name of the component of this section that a value refers to.
pub(super) fn referred(value: &Value, section: &str) -> Option<String> {
    let pointer = pointer::of_reference(value.get("$ref")?.as_str()?)?;
    pointer::component(&pointer, section).map(Into::into)
}

/// One of the schemas that `fits` accepts, and its members.
pub(super) fn pick(
    document: &Value,
    rng: &mut Rng,
    fits: impl Fn(&Place, &Object) -> bool,
) -> Option<(Place, Object)> {
    let at = |pointer: &str| document.pointer(pointer).and_then(Value::as_object);
    let found: Vec<Place> = schemas(document)
        .into_iter()
        .filter(|place| at(&place.pointer).is_some_and(|schema| fits(place, schema)))
        .collect();
    let place = rng.choice(found)?;
    let schema = at(&place.pointer)?.clone();
    Some((place, schema))
}

/// The object at a place.
pub(super) fn object_at<'a>(document: &'a mut Value, pointer: &str) -> Option<&'a mut Object> {
    document.pointer_mut(pointer)?.as_object_mut()
}

/// The components of a section, which is created if it is missing.
pub(super) fn section<'a>(document: &'a mut Value, name: &str) -> Option<&'a mut Object> {
    let empty = || Value::Object(Object::new());
    let components = document
        .as_object_mut()?
        .entry("components")
        .or_insert_with(empty);
    components
        .as_object_mut()?
        .entry(name)
        .or_insert_with(empty)
        .as_object_mut()
}

/// The JSON Pointers of all operations.
pub(super) fn operations(document: &Value) -> Vec<String> {
    openapi_document::operations(document)
        .map(|operation| operation.at.pointer.to_string())
        .collect()
}

/// Whether a keyword does not constrain values.
pub(super) fn is_annotation(keyword: &str) -> bool {
    matches!(
        keyword,
        "$comment"
            | "default"
            | "deprecated"
            | "description"
            | "example"
            | "examples"
            | "externalDocs"
            | "readOnly"
            | "title"
            | "writeOnly"
            | "xml"
    ) || keyword.starts_with("x-")
}
