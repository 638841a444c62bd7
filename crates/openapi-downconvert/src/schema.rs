//! Facts about the keywords of a schema that the passes need.

use serde_json::{Map, Value, json};

pub(crate) type Object = Map<String, Value>;

/// The JSON types that a schema can name, except `null`.
pub(crate) const TYPES: &[&str] = &["string", "number", "integer", "boolean", "array", "object"];

/// Formats of OpenAPI 3.0 and JSON Schema 2020-12 that apply to strings.
const STRING_FORMATS: &[&str] = &[
    "byte",
    "binary",
    "password",
    "date-time",
    "date",
    "time",
    "duration",
    "email",
    "idn-email",
    "hostname",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "iri",
    "iri-reference",
    "uri-template",
    "uuid",
    "json-pointer",
    "relative-json-pointer",
    "regex",
];

/// Whether this is a keyword of OpenAPI 3.0 that does not affect validation.
pub(crate) fn is_annotation(keyword: &str) -> bool {
    matches!(
        keyword,
        "title"
            | "description"
            | "default"
            | "example"
            | "deprecated"
            | "readOnly"
            | "writeOnly"
            | "externalDocs"
            | "xml"
    ) || keyword.starts_with("x-")
}

/// Whether the keyword checks values of this type, and only values of types for which this function returns
/// `true`.
pub(crate) fn constrains(keyword: &str, value: &Value, type_name: &str) -> bool {
    match keyword {
        "minLength" | "maxLength" | "pattern" => type_name == "string",
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            matches!(type_name, "number" | "integer")
        }
        "items" | "minItems" | "maxItems" | "uniqueItems" => type_name == "array",
        "properties" | "required" | "additionalProperties" | "minProperties" | "maxProperties" => {
            type_name == "object"
        }
        "format" => match value.as_str() {
            Some("int32" | "int64") => matches!(type_name, "number" | "integer"),
            Some("float" | "double") => type_name == "number",
            Some(format) if STRING_FORMATS.contains(&format) => type_name == "string",
            _ => false,
        },
        _ => false,
    }
}

/// An OpenAPI 3.0 schema that accepts only null. `nullable` has no effect without `type` (OAS 3.0.3, Schema
/// Object), so the `enum` does the work. `nullable` is there for tools that look for it.
pub(crate) fn null_only() -> Value {
    json!({ "enum": [null], "nullable": true })
}

/// Whether a converted schema is [`null_only`], apart from annotations.
pub(crate) fn is_null_only(schema: &Value) -> bool {
    let Value::Object(schema) = schema else {
        return false;
    };
    schema.get("enum") == Some(&json!([null]))
        && schema
            .keys()
            .all(|key| key == "enum" || key == "nullable" || is_annotation(key))
}

/// Replaces `keyword` by the members of `replacement`, and keeps the order of the other members.
pub(crate) fn replace(
    schema: &mut Object,
    keyword: &str,
    replacement: impl IntoIterator<Item = (String, Value)>,
) {
    let mut replacement = Some(replacement);
    for (key, value) in std::mem::take(schema) {
        if key == keyword
            && let Some(replacement) = replacement.take()
        {
            schema.extend(replacement);
        } else {
            schema.insert(key, value);
        }
    }
}

/// Adds a condition that values must meet in addition to the existing ones.
pub(crate) fn also(schema: &mut Object, condition: Object) {
    match schema.get_mut("allOf").and_then(Value::as_array_mut) {
        Some(all) => all.push(Value::Object(condition)),
        None => drop(schema.insert("allOf".to_owned(), Value::Array(vec![Value::Object(condition)]))),
    }
}

/// A schema that accepts every value that at least one of these schemas accepts.
pub(crate) fn any_of(schemas: Vec<Value>) -> Value {
    let mut distinct: Vec<Value> = Vec::with_capacity(schemas.len());
    for schema in schemas {
        if !distinct.contains(&schema) {
            distinct.push(schema);
        }
    }
    let everything = json!({});
    match distinct.len() {
        _ if distinct.contains(&everything) => everything,
        1 => distinct.remove(0),
        _ => Value::Object(Object::from_iter([("anyOf".to_owned(), Value::Array(distinct))])),
    }
}
