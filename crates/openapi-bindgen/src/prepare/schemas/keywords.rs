//! Keeps the keywords that shape or describe a type, if their values are as OpenAPI 3.0.3 (Schema Object)
//! says. A keyword with another value, and a reference to nothing, is left out, so an error in one place of a
//! document costs that place and not the client.

use std::collections::BTreeSet;

use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{
    super::change,
    Object,
    walk::{children, components, roots, target},
};

pub(super) const PASS: &str = "schema-keywords";

const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "object", "array"];

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) {
    let known: BTreeSet<String> = components(document)
        .map(|schemas| schemas.keys().cloned().collect())
        .unwrap_or_default();
    roots(document, &mut |schema, pointer| {
        mend(schema, pointer, &known, changes);
    });
}

fn mend(schema: &mut Value, pointer: &str, known: &BTreeSet<String>, changes: &mut Vec<Change>) {
    let Some(object) = schema.as_object_mut() else {
        if *schema != Value::Bool(true) {
            let note = "this is not a schema, so it accepts every value";
            changes.push(change(PASS, pointer, Loss::Widened, note));
        }
        *schema = json!({});
        return;
    };
    if object.contains_key("$ref") {
        match target(object).filter(|name| known.contains(name)) {
            // What is next to a reference is ignored (OpenAPI 3.0.3, Reference Object).
            Some(_) => object.retain(|keyword, _| keyword == "$ref"),
            None => {
                let note = "a reference to nothing accepts every value";
                changes.push(change(PASS, pointer, Loss::Widened, note));
                object.clear();
            }
        }
        return;
    }
    object.retain(|keyword, value| match kept(keyword, value) {
        Some(kept) => kept,
        None => {
            let note = format!("{keyword} is not what OpenAPI says, and is left out");
            changes.push(change(PASS, pointer, Loss::Widened, note));
            false
        }
    });
    without_empty(object);
    children(object, pointer, &mut |child, place| {
        mend(child, place, known, changes);
    });
}

/// Returns whether a keyword is kept; keywords that shape no type are not. `None` if its value is wrong.
fn kept(keyword: &str, value: &mut Value) -> Option<bool> {
    let right = match keyword {
        "title" | "description" => return Some(value.is_string()),
        "default" => true,
        "nullable" | "uniqueItems" => return Some(*value == Value::Bool(true)),
        "discriminator" => return Some(value.get("propertyName").is_some_and(Value::is_string)),
        "type" => value.as_str().is_some_and(|name| TYPES.contains(&name)),
        "format" | "pattern" => value.is_string(),
        "enum" => value.as_array().is_some_and(|values| !values.is_empty()),
        "properties" => value.is_object(),
        "items" | "not" => value.is_object() || value.is_boolean(),
        "additionalProperties" => value.is_object() || value.is_boolean(),
        "allOf" | "anyOf" | "oneOf" => value.as_array().is_some_and(|branches| !branches.is_empty()),
        "required" => {
            let names = value.as_array_mut()?;
            let mut seen = BTreeSet::new();
            let before = names.len();
            names.retain(|name| name.as_str().is_some_and(|name| seen.insert(name.to_owned())));
            return (before == 0 || !names.is_empty()).then_some(!names.is_empty());
        }
        "minimum" | "maximum" | "multipleOf" => value.is_number(),
        "exclusiveMinimum" | "exclusiveMaximum" => return Some(*value == Value::Bool(true)),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
            value.as_u64().is_some_and(|count| u32::try_from(count).is_ok())
        }
        _ => return Some(false),
    };
    right.then_some(true)
}

/// `items: true` says nothing, and `not` cannot be a type.
fn without_empty(object: &mut Object) {
    object.retain(|keyword, value| !(keyword == "items" && value.is_boolean()) && keyword != "not");
    if !object.contains_key("minimum") {
        object.remove("exclusiveMinimum");
    }
    if !object.contains_key("maximum") {
        object.remove("exclusiveMaximum");
    }
    if !object.contains_key("type") {
        let implied = if object.contains_key("properties") || object.contains_key("additionalProperties") {
            "object"
        } else if object.contains_key("items") {
            "array"
        } else {
            return;
        };
        object.insert("type".to_owned(), Value::String(implied.to_owned()));
    }
}
