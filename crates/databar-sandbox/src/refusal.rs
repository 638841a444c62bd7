//! The errors of the service: status and body, in every shape that it is known to use. Which request deserves which
//! is decided where the request is served.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use crate::validate::Finding;

/// Why a request is not served.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// What is wrong with one set of parameters: parameter, then messages.
pub(crate) type FieldErrors = BTreeMap<String, Vec<String>>;

impl Refusal {
    fn detail(status: u16, detail: impl Into<String>) -> Self {
        Self {
            status,
            body: json!({ "detail": detail.into() }),
        }
    }

    pub(crate) fn not_allowed() -> Self {
        Self::detail(403, "Not allowed")
    }

    pub(crate) fn not_found() -> Self {
        Self::detail(404, "Not found")
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::detail(405, "Method Not Allowed")
    }

    pub(crate) fn out_of_credits() -> Self {
        Self::detail(406, "Not enough credits")
    }

    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::detail(409, detail)
    }

    pub(crate) fn expired() -> Self {
        Self::detail(410, "Task data has expired")
    }

    pub(crate) fn rate_limited() -> Self {
        Self::detail(429, "Rate limit exceeded")
    }

    pub(crate) fn not_implemented(operation: &str) -> Self {
        Self::detail(501, format!("The sandbox does not implement `{operation}` yet"))
    }

    /// A 422 whose detail is text: a rule that spans the fields of the body.
    pub(crate) fn rejected(detail: impl Into<String>) -> Self {
        Self::detail(422, detail)
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::detail(400, detail)
    }

    /// The older 400 of the row operations: a code, and `details` in the plural.
    pub(crate) fn rows(code: &str, details: impl Into<String>) -> Self {
        Self {
            status: 400,
            body: json!({ "error": code, "details": details.into() }),
        }
    }

    /// The newer envelope, with what is wrong in which input. Positions count from 1.
    ///
    /// A missing parameter is a matter of the schema (422), a value that may not be is a business rule (400).
    pub(crate) fn invalid_params(rows: &[(usize, FieldErrors)]) -> Self {
        let missing = rows
            .iter()
            .any(|(_, fields)| fields.values().flatten().any(|text| text == REQUIRED));
        let first = rows.first().and_then(|(position, fields)| {
            let (field, messages) = fields.first_key_value()?;
            Some(format!("Row {position}: {field}: {}", messages.join(" ")))
        });
        let rows: Vec<Value> = rows
            .iter()
            .map(|(position, fields)| json!({ "position": position, "fields": fields }))
            .collect();
        Self {
            status: if missing { 422 } else { 400 },
            body: json!({ "error": "INVALID_PARAMS", "detail": first.unwrap_or_default(), "rows": rows }),
        }
    }

    /// The classic 422: where, what, and which rule, for each finding. `place` is `body`, `path` or `query`.
    pub(crate) fn unprocessable<'a>(findings: impl IntoIterator<Item = (&'static str, &'a Finding)>) -> Self {
        let detail: Vec<Problem> = findings
            .into_iter()
            .map(|(place, finding)| Problem {
                loc: location(place, &finding.pointer),
                msg: finding.message.clone(),
                r#type: rule(&finding.keyword).to_owned(),
            })
            .collect();
        Self {
            status: 422,
            body: json!({ "detail": detail }),
        }
    }
}

/// The message for a parameter that must be there.
pub(crate) const REQUIRED: &str = "This field is required.";

#[derive(Serialize)]
struct Problem {
    loc: Vec<Value>,
    msg: String,
    r#type: String,
}

fn location(place: &str, pointer: &str) -> Vec<Value> {
    let steps = pointer.split('/').skip(1).map(|step| {
        step.parse::<u64>()
            .map_or_else(|_| step.replace("~1", "/").replace("~0", "~").into(), Value::from)
    });
    std::iter::once(place.into()).chain(steps).collect()
}

/// The provider's framework has names of its own for the rules of JSON Schema.
fn rule(keyword: &str) -> &str {
    match keyword {
        "required" => "missing",
        "maxItems" => "too_long",
        "minItems" => "too_short",
        "maxLength" => "string_too_long",
        "minLength" => "string_too_short",
        "maximum" => "less_than_equal",
        "minimum" => "greater_than_equal",
        "format" => "value_error",
        "additionalProperties" => "extra_forbidden",
        "type" => "type_error",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_parameter_is_422_and_a_wrong_one_is_400() {
        let errors = |text: &str| {
            vec![(
                2,
                FieldErrors::from([("domain".to_owned(), vec![text.to_owned()])]),
            )]
        };
        let missing = Refusal::invalid_params(&errors(REQUIRED));
        assert_eq!(missing.status, 422);
        assert_eq!(missing.body["detail"], "Row 2: domain: This field is required.");
        assert_eq!(missing.body["rows"][0]["position"], 2);
        assert_eq!(Refusal::invalid_params(&errors("No.")).status, 400);
    }

    #[test]
    fn the_classic_shape_says_where() {
        let finding = Finding {
            pointer: "/rows/0/a~1b".into(),
            keyword: "required".into(),
            message: "Field required".into(),
        };
        let refusal = Refusal::unprocessable([("body", &finding)]);
        assert_eq!(
            refusal.body["detail"][0]["loc"],
            json!(["body", "rows", 0, "a/b"])
        );
        assert_eq!(refusal.body["detail"][0]["type"], "missing");
    }
}
