//! The messages of the provider's framework, pydantic, for the rules of JSON Schema: `{"type": "missing",
//! "msg": "Field required"}` for the rule `required`.

use jsonschema::{
    JsonType,
    error::{TypeKind, ValidationErrorKind},
};
use serde_json::{Value, json};
use uuid::Uuid;

/// A broken rule in pydantic's words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wording {
    /// `missing`, `string_type`, `greater_than_equal`, ...
    pub(crate) rule: &'static str,
    pub(crate) message: String,
    /// The numbers and names in the message, under the names that pydantic gives them.
    pub(crate) context: Option<Value>,
}

impl Wording {
    pub(crate) fn new(rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            rule,
            message: message.into(),
            context: None,
        }
    }

    pub(crate) fn missing() -> Self {
        Self::new("missing", "Field required")
    }

    pub(crate) fn not_a_model() -> Self {
        Self::new(
            "model_attributes_type",
            "Input should be a valid dictionary or object to extract fields from",
        )
    }

    fn with(mut self, context: Value) -> Self {
        self.context = Some(context);
        self
    }
}

/// How pydantic words a broken rule; `None` for rules that it has no message for. `is_model` says that the
/// expected object has named fields, and is not a plain dictionary.
pub(crate) fn of(kind: &ValidationErrorKind, input: &Value, is_model: bool) -> Option<Wording> {
    use ValidationErrorKind as Kind;
    Some(match kind {
        Kind::Required { .. } => Wording::missing(),
        Kind::Type {
            kind: TypeKind::Single(expected),
        } => wrong_type(*expected, input, is_model),
        Kind::Type {
            kind: TypeKind::Multiple(expected),
        } => wrong_type(expected.iter().next()?, input, is_model),
        Kind::Enum { options } => {
            let expected = listed(options.as_array()?);
            Wording::new("literal_error", format!("Input should be {expected}"))
                .with(json!({ "expected": expected }))
        }
        Kind::Constant { expected_value } => {
            let expected = listed(std::slice::from_ref(expected_value));
            Wording::new("literal_error", format!("Input should be {expected}"))
                .with(json!({ "expected": expected }))
        }
        Kind::Minimum { limit } => bound("greater_than_equal", "greater than or equal to", "ge", limit),
        Kind::Maximum { limit } => bound("less_than_equal", "less than or equal to", "le", limit),
        Kind::ExclusiveMinimum { limit } => bound("greater_than", "greater than", "gt", limit),
        Kind::ExclusiveMaximum { limit } => bound("less_than", "less than", "lt", limit),
        Kind::MinItems { limit } => too_short("List", *limit, input.as_array()?.len()),
        Kind::MaxItems { limit } => too_long("List", *limit, input.as_array()?.len()),
        Kind::MinProperties { limit } => too_short("Dictionary", *limit, input.as_object()?.len()),
        Kind::MaxProperties { limit } => too_long("Dictionary", *limit, input.as_object()?.len()),
        Kind::MinLength { limit } => {
            let message = format!("String should have at least {}", counted(*limit, "character"));
            Wording::new("string_too_short", message).with(json!({ "min_length": limit }))
        }
        Kind::MaxLength { limit } => {
            let message = format!("String should have at most {}", counted(*limit, "character"));
            Wording::new("string_too_long", message).with(json!({ "max_length": limit }))
        }
        Kind::Pattern { pattern } => Wording::new(
            "string_pattern_mismatch",
            format!("String should match pattern '{pattern}'"),
        )
        .with(json!({ "pattern": pattern })),
        Kind::Format { format } if format == "uuid" => {
            let error = Uuid::parse_str(input.as_str()?).err()?.to_string();
            Wording::new("uuid_parsing", format!("Input should be a valid UUID, {error}"))
                .with(json!({ "error": error }))
        }
        Kind::AdditionalProperties { .. } => {
            Wording::new("extra_forbidden", "Extra inputs are not permitted")
        }
        _ => return None,
    })
}

fn wrong_type(expected: JsonType, input: &Value, is_model: bool) -> Wording {
    let (rule, message) = match (expected, input) {
        (JsonType::String, _) => ("string_type", "Input should be a valid string"),
        (JsonType::Integer, Value::String(text)) if text.trim().parse::<i64>().is_err() => (
            "int_parsing",
            "Input should be a valid integer, unable to parse string as an integer",
        ),
        (JsonType::Integer, Value::Number(_)) => (
            "int_from_float",
            "Input should be a valid integer, got a number with a fractional part",
        ),
        (JsonType::Integer, _) => ("int_type", "Input should be a valid integer"),
        (JsonType::Number, Value::String(text)) if text.trim().parse::<f64>().is_err() => (
            "float_parsing",
            "Input should be a valid number, unable to parse string as a number",
        ),
        (JsonType::Number, _) => ("float_type", "Input should be a valid number"),
        (JsonType::Boolean, Value::String(_) | Value::Number(_)) => (
            "bool_parsing",
            "Input should be a valid boolean, unable to interpret input",
        ),
        (JsonType::Boolean, _) => ("bool_type", "Input should be a valid boolean"),
        (JsonType::Array, _) => ("list_type", "Input should be a valid list"),
        (JsonType::Object, _) if is_model => return Wording::not_a_model(),
        (JsonType::Object, _) => ("dict_type", "Input should be a valid dictionary"),
        (JsonType::Null, _) => ("none_required", "Input should be None"),
    };
    Wording::new(rule, message)
}

fn bound(rule: &'static str, comparison: &str, name: &str, limit: &Value) -> Wording {
    Wording::new(rule, format!("Input should be {comparison} {limit}")).with(json!({ name: limit }))
}

fn too_short(what: &str, limit: u64, actual: usize) -> Wording {
    let message = format!(
        "{what} should have at least {} after validation, not {actual}",
        counted(limit, "item")
    );
    let context = json!({ "field_type": what, "min_length": limit, "actual_length": actual });
    Wording::new("too_short", message).with(context)
}

fn too_long(what: &str, limit: u64, actual: usize) -> Wording {
    let message = format!(
        "{what} should have at most {} after validation, not {actual}",
        counted(limit, "item")
    );
    let context = json!({ "field_type": what, "max_length": limit, "actual_length": actual });
    Wording::new("too_long", message).with(context)
}

fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// `'a', 'b' or 'c'`.
fn listed(options: &[Value]) -> String {
    let quoted: Vec<String> = options
        .iter()
        .map(|option| {
            option
                .as_str()
                .map_or_else(|| option.to_string(), |text| format!("'{text}'"))
        })
        .collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exact messages of pydantic 2.
    #[test]
    fn rules_are_worded_as_pydantic_words_them() {
        for (schema, input, rule, message) in [
            (
                json!({ "type": "integer" }),
                json!("abc"),
                "int_parsing",
                "Input should be a valid integer, unable to parse string as an integer",
            ),
            (
                json!({ "type": "integer" }),
                json!(1.5),
                "int_from_float",
                "Input should be a valid integer, got a number with a fractional part",
            ),
            (
                json!({ "type": "integer" }),
                json!([]),
                "int_type",
                "Input should be a valid integer",
            ),
            (
                json!({ "type": "boolean" }),
                json!("maybe"),
                "bool_parsing",
                "Input should be a valid boolean, unable to interpret input",
            ),
            (
                json!({ "type": "boolean" }),
                json!(null),
                "bool_type",
                "Input should be a valid boolean",
            ),
            (
                json!({ "type": "number" }),
                json!({}),
                "float_type",
                "Input should be a valid number",
            ),
            (
                json!({ "type": "string" }),
                json!(1),
                "string_type",
                "Input should be a valid string",
            ),
            (
                json!({ "type": "array" }),
                json!({}),
                "list_type",
                "Input should be a valid list",
            ),
            (
                json!({ "type": "object" }),
                json!([]),
                "dict_type",
                "Input should be a valid dictionary",
            ),
            (
                json!({ "enum": ["a", "b", "c"] }),
                json!("d"),
                "literal_error",
                "Input should be 'a', 'b' or 'c'",
            ),
            (
                json!({ "minimum": 1 }),
                json!(0),
                "greater_than_equal",
                "Input should be greater than or equal to 1",
            ),
            (
                json!({ "maximum": 500 }),
                json!(501),
                "less_than_equal",
                "Input should be less than or equal to 500",
            ),
            (
                json!({ "minItems": 1 }),
                json!([]),
                "too_short",
                "List should have at least 1 item after validation, not 0",
            ),
            (
                json!({ "maxItems": 2 }),
                json!([1, 2, 3]),
                "too_long",
                "List should have at most 2 items after validation, not 3",
            ),
            (
                json!({ "minProperties": 1 }),
                json!({}),
                "too_short",
                "Dictionary should have at least 1 item after validation, not 0",
            ),
            (
                json!({ "maxLength": 2 }),
                json!("abc"),
                "string_too_long",
                "String should have at most 2 characters",
            ),
        ] {
            let validator = jsonschema::validator_for(&schema).unwrap();
            let error = validator.iter_errors(&input).next().unwrap();
            let wording = of(error.kind(), &input, false).unwrap();
            assert_eq!(
                (wording.rule, wording.message.as_str()),
                (rule, message),
                "{schema} {input}"
            );
        }
    }
}
