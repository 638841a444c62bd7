//! JSON Schema 2020-12, Core, section 11 "A Vocabulary for Unevaluated Locations": `unevaluatedProperties`
//! and `unevaluatedItems` apply to the values that no other keyword has evaluated. If all those keywords are
//! in the schema itself, this is the same as `additionalProperties` and `items`.

use serde_json::{Value, json};

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, replace};

/// Keywords that apply other schemas to the same value.
const APPLICATORS: &[&str] = &[
    "$ref",
    "$dynamicRef",
    "allOf",
    "anyOf",
    "oneOf",
    "if",
    "then",
    "else",
    "dependentSchemas",
];

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    become_local(schema, site, "unevaluatedProperties", "additionalProperties", &[]);
    become_local(schema, site, "unevaluatedItems", "items", &["contains"]);
}

fn become_local(schema: &mut Object, site: &mut Site<'_>, keyword: &str, local: &str, others: &[&str]) {
    let Some(value) = schema.get(keyword).cloned() else {
        return;
    };
    let is_open = value == Value::Bool(true) || value == json!({});
    if is_open || schema.contains_key(local) {
        schema.shift_remove(keyword);
        site.record(keyword, Loss::None, "removed: it has no effect");
    } else if APPLICATORS
        .iter()
        .chain(others)
        .any(|other| schema.contains_key(*other))
    {
        schema.shift_remove(keyword);
        site.record(keyword, Loss::Widened, "removed");
    } else {
        replace(schema, keyword, [(local.to_owned(), value)]);
        site.record(keyword, Loss::None, format!("-> `{local}`"));
    }
}
