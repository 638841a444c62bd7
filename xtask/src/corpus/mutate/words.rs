//! What does not change the meaning of a document: titles, descriptions, examples, extensions, and the order
//! of keys.

use fastrand::Rng;
use serde_json::{Value, json};

use super::places::{self, Object, is_3_0, is_annotation};
use crate::place::readable;

/// Titles. Several schemas may get the same one.
const TITLES: [&str; 8] = [
    "Data",
    "Type",
    "Response",
    "A value, or null",
    "Übersicht",
    "self",
    "",
    "Vec<T>",
];

/// Texts that are hard to generate code for: ends of comments, code fences, lists.
const TEXTS: [&str; 6] = [
    "Plain.",
    "Two\n\nparagraphs, and a [link](https://example.com).",
    "```json\n{\"a\": 1}\n```",
    "*/ ends a comment, \"quotes\" and a \\",
    "  - indented\n    - more\r\n",
    "tab\there, # hash, key: value",
];

/// Adds a keyword that does not constrain values to a schema.
pub(super) fn annotate(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let old = is_3_0(document);
    // In 3.0, keywords next to a reference are ignored.
    let (place, schema) = places::pick(document, rng, |_, schema| !old || !schema.contains_key("$ref"))?;
    let example = match schema.get("type").and_then(Value::as_str) {
        Some("string") if schema.keys().all(|key| key == "type" || is_annotation(key)) => json!("text"),
        Some("integer" | "number") if schema.keys().all(|key| key == "type" || is_annotation(key)) => {
            json!(1)
        }
        Some("boolean") => json!(true),
        _ => Value::Null,
    };
    let (keyword, value) = match rng.u8(..7) {
        0 => ("title", json!(rng.choice(TITLES)?)),
        1 => ("deprecated", json!(true)),
        2 if !old => ("$comment", json!(rng.choice(TEXTS)?)),
        3 if !old && !example.is_null() => ("examples", json!([example])),
        4 if !example.is_null() => ("example", example),
        5 => (
            "x-internal-note",
            json!({ "type": 1, "$ref": false, "nested": [null] }),
        ),
        _ => ("description", json!(rng.choice(TEXTS)?)),
    };
    places::object_at(document, &place.pointer)?.insert(keyword.to_owned(), value);
    Some(format!("{keyword} at {}", readable(&place.pointer)))
}

/// Adds an extension, a summary or a deprecation to an operation.
pub(super) fn annotate_operation(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let pointer = rng.choice(places::operations(document))?;
    let (key, value) = match rng.u8(..4) {
        0 => ("deprecated", json!(true)),
        1 => ("summary", json!(rng.choice(TEXTS)?)),
        2 => ("description", json!(rng.choice(TEXTS)?)),
        _ => (
            "x-codeSamples",
            json!([{ "lang": "curl", "source": "curl https://example.com" }]),
        ),
    };
    places::object_at(document, &pointer)?.insert(key.to_owned(), value);
    Some(format!("{key} at {}", readable(&pointer)))
}

/// Shuffles the keys of all objects, or those of one schema.
pub(super) fn shuffle(document: &mut Value, rng: &mut Rng) -> Option<String> {
    if rng.bool() {
        shuffle_all(document, rng);
        return Some("shuffle all keys".to_owned());
    }
    let (place, _) = places::pick(document, rng, |_, schema| schema.len() > 1)?;
    shuffle_all(document.pointer_mut(&place.pointer)?, rng);
    Some(format!("shuffle the keys at {}", readable(&place.pointer)))
}

fn shuffle_all(value: &mut Value, rng: &mut Rng) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| shuffle_all(item, rng)),
        Value::Object(members) => {
            let mut all: Vec<(String, Value)> = std::mem::take(members).into_iter().collect();
            rng.shuffle(&mut all);
            members.extend(all);
            members.values_mut().for_each(|value| shuffle_all(value, rng));
        }
        _ => {}
    }
}

/// Shuffles the list of required members.
pub(super) fn required_order(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let has_several = |schema: &Object| {
        schema
            .get("required")
            .and_then(Value::as_array)
            .is_some_and(|r| r.len() > 1)
    };
    let (place, _) = places::pick(document, rng, |_, schema| has_several(schema))?;
    let required = places::object_at(document, &place.pointer)?
        .get_mut("required")?
        .as_array_mut()?;
    rng.shuffle(required);
    Some(format!("shuffle required at {}", readable(&place.pointer)))
}
