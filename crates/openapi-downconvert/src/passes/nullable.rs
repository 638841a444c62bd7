//! OAS 3.0.3, Schema Object, `nullable`, found in a 3.1 document. 3.1 ignores it, but who writes it means that
//! null is sent. 3.0 heeds it only beside `type`, so elsewhere null becomes an alternative.

use serde_json::{Value, json};

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, is_annotation, null_only};

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    let Some(nullable) = schema.get("nullable") else {
        return;
    };
    let is_composed = ["$ref", "allOf", "anyOf", "oneOf"]
        .iter()
        .any(|keyword| schema.contains_key(*keyword));
    let has_enum = schema.contains_key("enum");
    let is_set = *nullable == Value::Bool(true);
    let null_in_enum = |schema: &mut Object| {
        if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut)
            && !values.contains(&Value::Null)
        {
            values.push(Value::Null);
        }
    };
    match schema.get_mut("type") {
        Some(Value::String(name)) if is_set && name != "null" => {
            null_in_enum(schema);
            site.record(
                "nullable",
                Loss::Widened,
                "has an effect in OpenAPI 3.0, and was kept",
            );
        }
        Some(Value::Array(names)) if is_set && !names.contains(&json!("null")) => {
            names.push(json!("null"));
            null_in_enum(schema);
            schema.shift_remove("nullable");
            site.record("nullable", Loss::Widened, "-> null in the `type`");
        }
        None if is_set && is_composed => {
            schema.shift_remove("nullable");
            let (outer, inner): (Object, Object) = std::mem::take(schema)
                .into_iter()
                .partition(|(keyword, _)| is_annotation(keyword));
            *schema = outer;
            schema.insert("anyOf".to_owned(), json!([inner, null_only()]));
            site.record("nullable", Loss::Widened, "-> `anyOf` with null");
        }
        None if is_set && has_enum => {
            null_in_enum(schema);
            schema.shift_remove("nullable");
            site.record("nullable", Loss::Widened, "-> null in the `enum`");
        }
        _ => {
            schema.shift_remove("nullable");
            site.record("nullable", Loss::None, "had no effect, and was removed");
        }
    }
}
