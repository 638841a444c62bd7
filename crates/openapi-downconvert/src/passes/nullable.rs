//! OAS 3.0.3, Schema Object: `nullable` in a 3.1 document. 3.1 ignores it, but its author means that the
//! value can be null. In 3.0 it has an effect only next to `type`, so elsewhere null becomes an alternative.

use serde_json::{Value, json};

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, is_annotation, null_only};

/// Returns whether [`wrap`] must make the schema accept null after all other passes.
pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) -> bool {
    let Some(nullable) = schema.get("nullable") else {
        return false;
    };
    let is_set = *nullable == Value::Bool(true);
    let has_enum = schema.contains_key("enum");
    let is_composed = ["$ref", "allOf", "anyOf", "oneOf"]
        .iter()
        .any(|keyword| schema.contains_key(*keyword));
    match schema.get_mut("type") {
        Some(Value::String(name)) if is_set && name != "null" => {
            let_null_into_enum(schema);
            site.record("nullable", Loss::Widened, "kept: it has an effect in OpenAPI 3.0");
            return false;
        }
        Some(Value::Array(names)) if is_set && !names.contains(&json!("null")) => {
            names.push(json!("null"));
            let_null_into_enum(schema);
            site.record("nullable", Loss::Widened, "-> null in the `type`");
        }
        None if is_set && is_composed => {
            schema.shift_remove("nullable");
            return true;
        }
        None if is_set && has_enum => {
            let_null_into_enum(schema);
            site.record("nullable", Loss::Widened, "-> null in the `enum`");
        }
        _ => site.record("nullable", Loss::None, "removed: it has no effect"),
    }
    schema.shift_remove("nullable");
    false
}

fn let_null_into_enum(schema: &mut Object) {
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut)
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
}

/// Makes null an alternative to the whole schema.
pub(super) fn wrap(schema: &mut Object, site: &mut Site<'_>) {
    let (annotations, mut value): (Object, Object) = std::mem::take(schema)
        .into_iter()
        .partition(|(keyword, _)| is_annotation(keyword));
    *schema = annotations;
    let is_alone = value.len() == 1;
    if let Some(Value::Array(all)) = value.get_mut("allOf").filter(|_| is_alone)
        && let [Value::Object(only)] = all.as_mut_slice()
    {
        value = std::mem::take(only);
    }
    schema.insert("anyOf".to_owned(), json!([value, null_only()]));
    site.record("nullable", Loss::Widened, "-> `anyOf` with null");
}
