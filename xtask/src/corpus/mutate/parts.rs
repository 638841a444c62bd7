//! Wraps schemas in an `allOf`, and splits them into parts.

use fastrand::Rng;
use serde_json::{Value, json};

use super::places::{self, Fixed, Object, Role, is_annotation};
use crate::place::readable;

/// Wraps a schema in an `allOf`, alone or with a part without constraints.
pub(super) fn wrap(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let fixed = Fixed::of(document);
    let (place, schema) = places::pick(document, rng, |place, schema| {
        // A discriminator is next to its union, and refers to the names of the branches.
        place.role != Role::TaggedBranch
            && !schema.contains_key("discriminator")
            && fixed.is_free(&place.pointer)
    })?;
    let schema = Value::Object(schema);
    let (wrapped, how) = match rng.u8(..4) {
        0 => (json!({ "allOf": [schema] }), "alone"),
        1 => (
            json!({ "description": "As it is here.", "allOf": [schema] }),
            "with a description outside",
        ),
        2 => (
            json!({ "allOf": [schema, { "description": "As it is here." }] }),
            "with a description as a part",
        ),
        _ => (json!({ "allOf": [schema, {}] }), "with an empty part"),
    };
    *document.pointer_mut(&place.pointer)? = wrapped;
    Some(format!("wrap {} in allOf, {how}", readable(&place.pointer)))
}

/// Splits the members of an object into two parts of an `allOf`.
pub(super) fn split(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let fixed = Fixed::of(document);
    let (place, mut schema) = places::pick(document, rng, |place, schema| {
        let is_plain = |(keyword, value): (&String, &Value)| match keyword.as_str() {
            "type" => value == "object",
            "additionalProperties" => *value == json!(true) || *value == json!({}),
            "properties" => value.as_object().is_some_and(|members| members.len() > 1),
            "required" => value.is_array(),
            keyword => is_annotation(keyword),
        };
        place.role != Role::TaggedBranch
            && schema.contains_key("properties")
            && schema.iter().all(is_plain)
            && fixed.is_free(&place.pointer)
    })?;
    let Some(Value::Object(members)) = schema.shift_remove("properties") else {
        return None;
    };
    let required = schema.shift_remove("required");
    let required: Vec<&Value> = required
        .as_ref()
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .collect();
    let at = rng.usize(1..members.len());
    let (first, second): (Vec<_>, Vec<_>) = members
        .into_iter()
        .enumerate()
        .partition(|(index, _)| *index < at);
    let part = |members: Vec<(usize, (String, Value))>, is_rest: bool, taken: &[String]| {
        let members: Object = members.into_iter().map(|(_, member)| member).collect();
        let is_mine =
            |name: &str| members.contains_key(name) || is_rest && !taken.iter().any(|other| other == name);
        let required: Vec<&Value> = required
            .iter()
            .copied()
            .filter(|name| name.as_str().is_some_and(is_mine))
            .collect();
        let mut part = json!({ "type": "object", "properties": members });
        if !required.is_empty() {
            part["required"] = json!(required);
        }
        part
    };
    let names: Vec<String> = second.iter().map(|(_, (name, _))| name.clone()).collect();
    let (first, second) = (part(first, true, &names), part(second, false, &[]));
    let how = match rng.u8(..3) {
        0 => {
            schema.insert("allOf".to_owned(), json!([first, second]));
            "into two parts"
        }
        1 => {
            schema.shift_remove("type");
            schema.insert("allOf".to_owned(), json!([first, second]));
            "into two parts, the type in them"
        }
        _ => {
            schema.extend(first.as_object().cloned().unwrap_or_default());
            schema.insert("allOf".to_owned(), json!([second]));
            "with the rest next to it"
        }
    };
    *document.pointer_mut(&place.pointer)? = Value::Object(schema);
    Some(format!("split {} {how}", readable(&place.pointer)))
}
