//! Reads every list into a `Vec`. A set would lose the order and cannot contain floats; a Rust array of fixed
//! length fails to compile beyond 32 items.

use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{
    super::change,
    walk::{each, type_of},
};

pub(super) const PASS: &str = "array-constraints";

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) {
    each(document, &mut |schema, pointer| {
        let dropped: Vec<_> = [
            "minItems",
            "maxItems",
            "uniqueItems",
            "minProperties",
            "maxProperties",
        ]
        .into_iter()
        .filter(|keyword| schema.shift_remove(*keyword).is_some())
        .collect();
        if !dropped.is_empty() {
            let note = format!("{} is not checked by the type", dropped.join(", "));
            changes.push(change(PASS, pointer, Loss::Widened, note));
        }
        if type_of(schema) == Some("array") {
            schema.entry("items").or_insert_with(|| json!({}));
        } else {
            schema.shift_remove("items");
        }
    });
}
