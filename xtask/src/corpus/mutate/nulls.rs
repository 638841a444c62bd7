//! Other spellings of "a value or null".

use fastrand::Rng;
use serde_json::{Value, json};

use super::places::{self, Fixed, Object, Role, is_3_0, is_annotation};
use crate::place::readable;

/// Writes null in another way in a schema that allows it.
pub(super) fn respell(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let fixed = Fixed::of(document);
    let old = is_3_0(document);
    let (place, schema) = places::pick(document, rng, |place, schema| {
        let spelled = if old {
            is_nullable(schema)
        } else {
            value_or_null(schema).is_some()
        };
        spelled && place.role != Role::TaggedBranch && fixed.is_free(&place.pointer)
    })?;
    let (new, how) = if old {
        let mut value = schema;
        let only_null = json!({ "type": value.get("type"), "nullable": true, "enum": [null] });
        value.shift_remove("nullable");
        (
            json!({ "anyOf": [value, only_null] }),
            "anyOf with an enum of null",
        )
    } else {
        let (annotations, value) = value_or_null(&schema)?;
        let mut new = annotations;
        let only_null = json!({ "type": "null" });
        let is_typed = value.get("type").is_some_and(Value::is_string)
            && !["const", "enum", "$ref"]
                .iter()
                .any(|keyword| value.contains_key(*keyword))
            && value.keys().all(|key| !new.contains_key(key));
        // Null must be valid for only one branch of a `oneOf`.
        let refuses_null = value.get("type").is_some_and(|ty| ty.is_string() && ty != "null");
        let (keyword, branches) = match rng.u8(..4) {
            0 if is_typed => {
                let name = value.get("type").cloned();
                let types = if rng.bool() {
                    json!([name, "null"])
                } else {
                    json!(["null", name])
                };
                new.extend(value);
                new.insert("type".to_owned(), types);
                ("", Value::Null)
            }
            1 if refuses_null => ("oneOf", json!([value, only_null])),
            2 => ("anyOf", json!([only_null, value])),
            _ => ("anyOf", json!([value, only_null])),
        };
        if !keyword.is_empty() {
            new.insert(keyword.to_owned(), branches);
        }
        (
            Value::Object(new),
            if keyword.is_empty() {
                "a list of two types"
            } else {
                keyword
            },
        )
    };
    *document.pointer_mut(&place.pointer)? = new;
    Some(format!("write null at {} as {how}", readable(&place.pointer)))
}

fn is_nullable(schema: &Object) -> bool {
    schema.get("nullable") == Some(&json!(true))
        && schema.get("type").is_some_and(Value::is_string)
        && !["$ref", "allOf", "anyOf", "discriminator", "enum", "oneOf"]
            .iter()
            .any(|key| schema.contains_key(*key))
}

/// The keywords next to the choice, and the schema of the value, for a schema that allows a value or null.
fn value_or_null(schema: &Object) -> Option<(Object, Object)> {
    if let Some(types) = schema.get("type").and_then(Value::as_array) {
        let value: Vec<&Value> = types.iter().filter(|name| *name != "null").collect();
        let [value] = value.as_slice() else { return None };
        let stays = |keyword: &str| {
            [
                "$ref",
                "allOf",
                "anyOf",
                "const",
                "discriminator",
                "enum",
                "oneOf",
            ]
            .contains(&keyword)
        };
        if types.len() != 2 || schema.keys().any(|keyword| stays(keyword)) {
            return None;
        }
        let (annotations, mut inner): (Object, Object) = schema
            .clone()
            .into_iter()
            .partition(|(keyword, _)| is_annotation(keyword));
        inner.insert("type".to_owned(), (*value).clone());
        return Some((annotations, inner));
    }
    let keyword = ["anyOf", "oneOf"]
        .into_iter()
        .find(|keyword| schema.contains_key(*keyword))?;
    if schema.keys().any(|key| key != keyword && !is_annotation(key)) {
        return None;
    }
    let branches = schema.get(keyword)?.as_array()?;
    let is_null = |branch: &&Value| **branch == json!({ "type": "null" });
    let values: Vec<&Value> = branches.iter().filter(|branch| !is_null(branch)).collect();
    let [Value::Object(value)] = values.as_slice() else {
        return None;
    };
    let mut annotations = schema.clone();
    annotations.shift_remove(keyword);
    (branches.len() == 2).then(|| (annotations, value.clone()))
}
