//! The service's errors: status and body, in every form that the service is known to use. The code that
//! serves a request decides which one it gets.

use std::{collections::BTreeMap, fmt::Display};

use serde_json::{Value, json};

use crate::{validate::Finding, wording::Wording};

/// Why a request is not served: the status and the body of the answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// What is wrong with one set of parameters: the messages for each parameter.
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

    /// The framework's own answer, in its own spelling, for an unknown path.
    pub(crate) fn no_such_path() -> Self {
        Self::detail(404, "Not Found")
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

    pub(crate) fn too_large(limit: usize) -> Self {
        Self::detail(413, format!("The sandbox reads bodies of up to {limit} bytes"))
    }

    pub(crate) fn too_many_values(limit: usize) -> Self {
        Self::detail(
            413,
            format!("The sandbox reads bodies of up to {limit} JSON values"),
        )
    }

    pub(crate) fn too_slow() -> Self {
        Self::detail(408, "The body did not arrive in time")
    }

    /// For a sender that should not talk to a service on the loopback interface.
    pub(crate) fn stranger(status: u16, header: &str, value: &str) -> Self {
        let value = value.escape_debug();
        Self::detail(
            status,
            format!(
                "The sandbox does not answer to `{header}: {value}`; start it with --allow-host to change that"
            ),
        )
    }

    /// A 422 with text as its detail, for a rule that spans several fields of the body.
    pub(crate) fn rejected(detail: impl Into<String>) -> Self {
        Self::detail(422, detail)
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::detail(400, detail)
    }

    /// The 400 of the row operations: a code, with the `detail` of the newer error format.
    pub(crate) fn rows(code: &str, detail: impl Into<String>) -> Self {
        Self {
            status: 400,
            body: json!({ "error": code, "detail": detail.into() }),
        }
    }

    /// The newer error format, with what is wrong in which input. Positions count from 1. `status` is 400, or
    /// 422 where the document has no 400 for the operation.
    pub(crate) fn invalid_params(status: u16, rows: &[(usize, FieldErrors)]) -> Self {
        let first = rows.first().and_then(|(position, fields)| {
            let (field, messages) = fields.first_key_value()?;
            Some(format!("Row {position}: {field}: {}", messages.join(" ")))
        });
        let rows: Vec<Value> = rows
            .iter()
            .map(|(position, fields)| json!({ "position": position, "fields": fields }))
            .collect();
        Self {
            status,
            body: json!({ "error": "INVALID_PARAMS", "detail": first.unwrap_or_default(), "rows": rows }),
        }
    }

    /// The classic 422: the place, the message and the rule of each finding.
    pub(crate) fn unprocessable<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let problems: Vec<Value> = findings.into_iter().map(problem).collect();
        Self {
            status: 422,
            body: json!({ "detail": problems }),
        }
    }

    /// The classic 422 for a rule that only the service itself knows. The place is, for example, `["body",
    /// "name"]`.
    pub(crate) fn invalid(place: impl IntoIterator<Item = Value>, message: impl Display) -> Self {
        Self::unprocessable([&Finding {
            place: place.into_iter().collect(),
            wording: Wording::new("value_error", format!("Value error, {message}")),
            input: Value::Null,
        }])
    }
}

fn problem(finding: &Finding) -> Value {
    let Finding {
        place,
        wording,
        input,
    } = finding;
    let mut problem = json!({ "type": wording.rule, "loc": place, "msg": wording.message, "input": input });
    if let Some(context) = &wording.context {
        problem["ctx"] = context.clone();
    }
    problem
}

/// The message for a missing required parameter.
pub(crate) const REQUIRED: &str = "This field is required.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_parameters_is_said_input_by_input() {
        let fields = FieldErrors::from([("domain".to_owned(), vec![REQUIRED.to_owned()])]);
        let refusal = Refusal::invalid_params(400, &[(2, fields)]);
        assert_eq!(refusal.status, 400);
        assert_eq!(refusal.body["detail"], "Row 2: domain: This field is required.");
        assert_eq!(refusal.body["rows"][0]["position"], 2);
    }
}
