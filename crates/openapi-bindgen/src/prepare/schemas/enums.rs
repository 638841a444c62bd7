//! Keeps string enums that have a distinct Rust name for each value, and replaces others by the type of their
//! values. typify reads an enum of numbers into a list of allowed values, which fails on a new one, and it
//! panics when two names collapse.

use std::collections::BTreeSet;

use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{
    super::change,
    Object,
    nullable::is_null,
    tags::VALUES,
    walk::{each, is_anything, to_anything, type_of},
};
use crate::rust_name;

pub(super) const PASS: &str = "enums";

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) {
    each(document, &mut |schema, pointer| {
        if !schema.contains_key("enum") || is_null(schema) {
            return;
        }
        let given = schema.get("enum").cloned();
        if let Some(note) = mend(schema) {
            // The values may still tell the branches of a union apart.
            if let Some(values) = given.filter(|values| !is_anything(schema) && are_scalars(values)) {
                schema.insert(VALUES.to_owned(), values);
            }
            changes.push(change(PASS, pointer, Loss::Widened, note));
        }
    });
}

fn are_scalars(values: &Value) -> bool {
    let mut values = values.as_array().into_iter().flatten();
    values.all(|value| value.is_string() || value.is_boolean() || value.is_i64() || value.is_u64())
}

/// Returns what was widened, if anything.
fn mend(schema: &mut Object) -> Option<String> {
    let values: Vec<Value> = schema.shift_remove("enum")?.as_array()?.clone();
    let all = |test: fn(&Value) -> bool| values.iter().all(test);
    let implied = if all(Value::is_string) {
        "string"
    } else if all(Value::is_boolean) {
        "boolean"
    } else if all(|value| value.is_i64() || value.is_u64()) {
        "integer"
    } else if all(Value::is_number) {
        "number"
    } else {
        match type_of(schema) {
            // Values of other types are never valid.
            Some("string") => "string",
            Some(_) => return Some("the listed values are not checked by the type".to_owned()),
            None => {
                to_anything(schema);
                return Some("values of several types become any value".to_owned());
            }
        }
    };
    match type_of(schema) {
        Some(given) if given != implied && !(given == "number" && implied == "integer") => {
            return Some(format!(
                "the listed values are not of type {given}, and are not checked"
            ));
        }
        Some(_) => {}
        None => {
            schema.insert("type".to_owned(), json!(implied));
            if implied == "integer" {
                schema.insert("format".to_owned(), json!("int64"));
            }
        }
    }
    if implied != "string" {
        return Some("the listed values are not checked by the type".to_owned());
    }
    let mut seen = BTreeSet::new();
    let texts: Vec<&str> = values
        .iter()
        .filter_map(Value::as_str)
        .filter(|text| seen.insert(*text))
        .collect();
    if texts.is_empty() {
        return Some("the list has no value of the type".to_owned());
    }
    if !rust_name::variants_are_distinct(&texts) {
        return Some("two of the values have the same name in Rust, so it is a string".to_owned());
    }
    schema.insert("enum".to_owned(), json!(texts));
    schema.shift_remove("format");
    None
}
