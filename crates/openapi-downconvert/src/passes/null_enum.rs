//! JSON Schema 2020-12, Validation, section 6.1.2 `enum`, with null as a value. In OAS 3.0.3, a schema with a
//! `type` accepts null only if null is in the `enum` and the schema is `nullable`. Without a `type`, only the
//! `enum` decides.

use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    let Some(values) = schema.get("enum").and_then(Value::as_array) else {
        return;
    };
    let others: Vec<Value> = values.iter().filter(|value| !value.is_null()).cloned().collect();
    if others.len() == values.len() || schema.get("nullable") == Some(&Value::Bool(true)) {
        return;
    }
    if schema.contains_key("type") {
        if !others.is_empty() {
            schema.insert("enum".to_owned(), Value::Array(others));
            site.record("enum", Loss::None, "null removed: the `type` does not accept it");
        }
        return;
    }
    if let Some(name) = common_type(&others) {
        schema.insert("type".to_owned(), Value::from(name));
    }
    schema.insert("nullable".to_owned(), Value::Bool(true));
    site.record("enum", Loss::None, "contains null -> `nullable`");
}

/// The scalar type that all the values have, if there is one.
fn common_type(values: &[Value]) -> Option<&'static str> {
    let name = match values.first()? {
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(_) if values.iter().all(|value| value.is_i64() || value.is_u64()) => "integer",
        Value::Number(_) => "number",
        _ => return None,
    };
    let is_of_type = |value: &Value| match name {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        _ => value.is_number(),
    };
    values.iter().all(is_of_type).then_some(name)
}
