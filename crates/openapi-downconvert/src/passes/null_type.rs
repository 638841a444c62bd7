//! JSON Schema 2020-12, Validation, section 6.1.1 `type: "null"`. OAS 3.0.3, Data Types: "null is not
//! supported as a type". An `enum` expresses it instead.

use serde_json::{Value, json};

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, is_annotation, replace};

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    if schema.get("type") != Some(&json!("null")) {
        return;
    }
    let accepts_null = schema
        .get("enum")
        .and_then(Value::as_array)
        .is_none_or(|values| values.contains(&Value::Null));
    if accepts_null {
        schema.shift_remove("enum");
        schema.shift_remove("nullable");
        let null = [
            ("enum".to_owned(), json!([null])),
            ("nullable".to_owned(), Value::Bool(true)),
        ];
        replace(schema, "type", null);
        site.record("type", Loss::None, "null -> `enum: [null]`");
    } else {
        schema.retain(|keyword, _| is_annotation(keyword));
        schema.insert("not".to_owned(), json!({}));
        site.record_here(
            Loss::None,
            "no value satisfies both `type` and `enum` -> `not: {}`",
        );
    }
}
