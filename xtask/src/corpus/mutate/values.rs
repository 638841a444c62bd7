//! Other spellings of constraints on values: a single `enum` as `const`, `{}` as `true`, `1` as `1.0`.

use fastrand::Rng;
use serde_json::{Number, Value, json};

use super::places::{self, Fixed, Object, is_3_0};
use crate::place::readable;

/// Writes an `enum` as `const` or as a `oneOf` of them, and back.
pub(super) fn constants(document: &mut Value, rng: &mut Rng) -> Option<String> {
    if is_3_0(document) {
        return None;
    }
    let fixed = Fixed::of(document);
    let values = |schema: &Object| schema.get("enum").and_then(Value::as_array).cloned();
    let (place, mut schema) = places::pick(document, rng, |place, schema| {
        let is_choice = ["allOf", "anyOf", "oneOf"]
            .iter()
            .any(|keyword| schema.contains_key(*keyword));
        let has_values = values(schema).is_some_and(|values| !values.is_empty() && !has_twins(&values));
        (has_values || schema.contains_key("const")) && !is_choice && fixed.is_free(&place.pointer)
    })?;
    let how = match values(&schema) {
        None => {
            let value = schema.shift_remove("const")?;
            schema.insert("enum".to_owned(), json!([value]));
            "an enum with one value"
        }
        Some(values) if values.len() == 1 && rng.bool() => {
            schema.shift_remove("enum");
            schema.insert("const".to_owned(), values[0].clone());
            "const"
        }
        Some(values) => {
            schema.shift_remove("enum");
            let titled = rng.bool();
            let branches: Vec<Value> = values
                .into_iter()
                .map(|value| match titled {
                    true => json!({ "title": format!("The {value}"), "const": value }),
                    false => json!({ "const": value }),
                })
                .collect();
            schema.insert("oneOf".to_owned(), json!(branches));
            if rng.bool() {
                schema.shift_remove("type");
            }
            "oneOf const"
        }
    };
    *document.pointer_mut(&place.pointer)? = Value::Object(schema);
    Some(format!(
        "write the values at {} as {how}",
        readable(&place.pointer)
    ))
}

/// Whether a value occurs twice, and so would be valid for two branches.
fn has_twins(values: &[Value]) -> bool {
    values
        .iter()
        .enumerate()
        .any(|(index, value)| values[..index].contains(value))
}

/// Allows further members of an object explicitly, or writes that in another way.
pub(super) fn further_members(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let (place, _) = places::pick(document, rng, |_, schema| {
        let further = schema.get("additionalProperties");
        let is_open = further.is_none_or(|further| *further == json!(true) || *further == json!({}));
        schema.get("type").is_some_and(|ty| ty == "object") && is_open
    })?;
    let value = if rng.bool() { json!(true) } else { json!({}) };
    let how = value.to_string();
    places::object_at(document, &place.pointer)?.insert("additionalProperties".to_owned(), value);
    Some(format!(
        "additionalProperties: {how} at {}",
        readable(&place.pointer)
    ))
}

/// The keywords with a number.
const NUMBERS: [&str; 12] = [
    "default",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
];

/// Writes an integer with a fraction.
pub(super) fn number(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let whole = |value: &Value| value.as_i64().filter(|number| number.unsigned_abs() < 1 << 53);
    let (place, schema) = places::pick(document, rng, |_, schema| {
        schema
            .iter()
            .any(|(key, value)| NUMBERS.contains(&key.as_str()) && whole(value).is_some())
    })?;
    let found: Vec<(&String, i64)> = schema
        .iter()
        .filter(|(key, _)| NUMBERS.contains(&key.as_str()))
        .filter_map(|(key, value)| Some((key, whole(value)?)))
        .collect();
    let (key, value) = rng.choice(found)?;
    // It was checked above that a float represents it exactly.
    let value = Number::from_f64(value as f64)?;
    let note = format!("{key}: {value} at {}", readable(&place.pointer));
    places::object_at(document, &place.pointer)?.insert(key.clone(), Value::Number(value));
    Some(note)
}
