//! JSON Schema 2020-12, Validation, section 6.1.3 `const`: the same as an `enum` with one value.

use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, replace};

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    let Some(value) = schema.get("const").cloned() else {
        return;
    };
    let only = Value::Array(vec![value.clone()]);
    let enumeration = schema.get("enum").and_then(Value::as_array).cloned();
    match enumeration {
        None => {
            schema.shift_remove("enum");
            replace(schema, "const", [("enum".to_owned(), only)]);
            site.record("const", Loss::None, "-> `enum` with one value");
        }
        Some(values) => {
            schema.shift_remove("const");
            schema.insert("enum".to_owned(), only);
            let loss = if values.contains(&value) {
                Loss::None
            } else {
                Loss::Widened
            };
            site.record("const", loss, "-> the only value of `enum`");
        }
    }
}
