//! Gives every operation one error type: all its error responses become the two ranges `4XX` and `5XX` of that type.
//!
//! progenitor panics on a second error type per operation, takes a status that the document does not name for
//! unexpected, and loses the status when a body does not have the documented shape. One type that accepts every
//! shape, for every status, loses none.

use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{ERROR_BODY, change, operations};
use crate::Error;

const PASS: &str = "error-bodies";

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) -> Result<(), Error> {
    for operation in operations(document)? {
        let Some(responses) = operation
            .value
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        else {
            return Err(Error::document(
                format!("{}/responses", operation.pointer),
                "is missing or is no object",
            ));
        };
        let documented: Vec<String> = responses
            .keys()
            .filter(|status| is_error(status))
            .map(ToOwned::to_owned)
            .collect();
        responses.retain(|status, _| !is_error(status));
        for range in ["4XX", "5XX"] {
            responses.insert(
                range.to_owned(),
                json!({
                    "description": "Error",
                    "content": { "application/json": { "schema": { "$ref": format!("#/components/schemas/{ERROR_BODY}") } } }
                }),
            );
        }
        changes.push(change(
            PASS,
            format!("{}/responses", operation.pointer),
            Loss::Widened,
            format!(
                "error responses ({}) and all undocumented ones have one type",
                documented.join(", ")
            ),
        ));
    }
    let schemas = &mut document["components"]["schemas"];
    if schemas.get(ERROR_BODY).is_some() {
        return Err(Error::document(
            format!("/components/schemas/{ERROR_BODY}"),
            "has the name that is reserved for the generated error type",
        ));
    }
    schemas[ERROR_BODY] = json!({ "type": "object" });
    Ok(())
}

/// `default` counts as an error: beside documented successes it describes everything else.
fn is_error(status: &str) -> bool {
    status.starts_with(['4', '5']) || status == "default"
}
