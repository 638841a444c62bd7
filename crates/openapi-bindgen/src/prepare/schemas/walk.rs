//! Finds schemas: where a document contains them, what is below a schema, and what a reference leads to.

use openapi_document::pointer;
use serde_json::Value;

use super::{
    super::{referred_schema, schema_pointer},
    Object,
    tags::MARK,
};

/// The keywords whose value is a schema.
const ONE: [&str; 3] = ["items", "additionalProperties", "not"];

/// The keywords whose value is a list of schemas.
const MANY: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// Visits every schema of the document. What is below a schema comes before the schema itself.
pub(in crate::prepare) fn each(document: &mut Value, visit: &mut impl FnMut(&mut Object, &str)) {
    roots(document, &mut |root, pointer| below_first(root, pointer, visit));
}

/// Visits the schemas that are not inside others: the components, and those of the operations.
pub(super) fn roots(document: &mut Value, visit: &mut impl FnMut(&mut Value, &str)) {
    if let Some(schemas) = components(document) {
        let mut place = "/components/schemas".to_owned();
        for (name, schema) in schemas {
            pointer::with(&mut place, name, |place| visit(schema, place));
        }
    }
    if let Some(paths) = document.get_mut("paths") {
        of_operations(paths, &mut "/paths".to_owned(), visit);
    }
}

/// The schemas in operations are the members `schema`, at any depth.
fn of_operations(value: &mut Value, place: &mut String, visit: &mut impl FnMut(&mut Value, &str)) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                pointer::with(place, &index.to_string(), |place| {
                    of_operations(item, place, visit)
                });
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                pointer::with(place, key, |place| match key.as_str() {
                    "schema" => visit(value, place),
                    "example" | "examples" => {}
                    key if key.starts_with("x-") => {}
                    _ => of_operations(value, place, visit),
                });
            }
        }
        _ => {}
    }
}

fn below_first(schema: &mut Value, pointer: &str, visit: &mut impl FnMut(&mut Object, &str)) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    children(object, pointer, &mut |child, place| {
        below_first(child, place, visit);
    });
    visit(object, pointer);
}

/// Visits the schemas directly below this one.
pub(super) fn children(schema: &mut Object, pointer: &str, visit: &mut impl FnMut(&mut Value, &str)) {
    let mut place = pointer.to_owned();
    for (keyword, value) in schema {
        pointer::with(&mut place, keyword, |place| match value {
            Value::Object(members) if keyword == "properties" => {
                for (name, member) in members {
                    pointer::with(place, name, |place| visit(member, place));
                }
            }
            Value::Object(_) if ONE.contains(&keyword.as_str()) => visit(value, place),
            Value::Array(branches) if MANY.contains(&keyword.as_str()) => {
                for (index, branch) in branches.iter_mut().enumerate() {
                    pointer::with(place, &index.to_string(), |place| visit(branch, place));
                }
            }
            _ => {}
        });
    }
}

pub(super) fn components(document: &mut Value) -> Option<&mut Object> {
    document.pointer_mut("/components/schemas")?.as_object_mut()
}

/// A copy of the components, for a pass that looks at others while it changes one.
pub(super) fn components_before(document: &mut Value) -> Object {
    components(document)
        .map(|schemas| schemas.clone())
        .unwrap_or_default()
}

/// The name of the component that a reference leads to.
pub(super) fn target(schema: &Object) -> Option<String> {
    referred_schema(schema.get("$ref")?.as_str()?)
}

/// The component's name, if this is only a reference to it, with or without annotations.
pub(super) fn reference(schema: &Object) -> Option<String> {
    if let Some(name) = target(schema) {
        return Some(name);
    }
    let [only] = schema.get("allOf")?.as_array()?.as_slice() else {
        return None;
    };
    if schema.keys().any(|key| key != "allOf" && !is_annotation(key)) {
        return None;
    }
    target(only.as_object()?)
}

/// Makes a reference to a component.
pub(super) fn refer(name: &str) -> Object {
    let mut schema = Object::new();
    schema.insert(
        "$ref".to_owned(),
        Value::String(format!("#{}", schema_pointer(name))),
    );
    schema
}

/// Returns whether a keyword has no effect on which values are valid, except for null.
pub(super) fn is_annotation(keyword: &str) -> bool {
    matches!(
        keyword,
        "title" | "description" | "default" | "nullable" | "discriminator" | MARK
    )
}

/// Returns whether every value is valid.
pub(super) fn is_anything(schema: &Object) -> bool {
    schema.keys().all(|keyword| is_annotation(keyword))
}

/// Returns whether null is explicitly valid.
pub(super) fn is_nullable(schema: &Object) -> bool {
    schema.get("nullable") == Some(&Value::Bool(true))
}

pub(super) fn type_of(schema: &Object) -> Option<&str> {
    schema.get("type").and_then(Value::as_str)
}

/// Turns it into the schema that accepts every value, and keeps its annotations.
pub(super) fn to_anything(schema: &mut Object) {
    schema.retain(|keyword, _| matches!(keyword.as_str(), "title" | "description"));
}
