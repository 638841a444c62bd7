//! Gives every operation one error type: all its error responses become the two ranges `4XX` and `5XX` of that type.
//!
//! progenitor panics on a second error type per operation, takes a status that the document does not name for
//! unexpected, and loses the status when a body does not have the documented shape. One type that accepts every
//! shape, for every status, loses none.

use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{ERROR_BODY, change, responses};
use crate::Error;

const PASS: &str = "error-bodies";

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) -> Result<(), Error> {
    for (place, responses) in responses(document)? {
        if !responses.keys().any(|status| status.starts_with(['1', '2', '3']))
            && let Some(only) = responses.shift_remove("default")
            // If not even that says what the body is, progenitor makes a stream of bytes of it.
            && only.get("content").is_some()
        {
            responses.insert("2XX".to_owned(), only);
            let note = "the only response, `default`, is taken for the successes";
            changes.push(change(PASS, &place, Loss::None, note));
        }
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
            place,
            Loss::Widened,
            format!(
                "error responses ({}) and all undocumented ones have one type",
                documented.join(", ")
            ),
        ));
    }
    let components = member(document, "components", "")?;
    let schemas = member(components, "schemas", "/components")?.as_object_mut();
    let Some(schemas) = schemas else {
        return Err(Error::document("/components/schemas", "is no object"));
    };
    if schemas.contains_key(ERROR_BODY) {
        return Err(Error::document(
            format!("/components/schemas/{ERROR_BODY}"),
            "has the name that is reserved for the generated error type",
        ));
    }
    schemas.insert(ERROR_BODY.to_owned(), json!({ "type": "object" }));
    Ok(())
}

/// A member of an object, made if it is missing.
fn member<'a>(value: &'a mut Value, name: &str, pointer: &str) -> Result<&'a mut Value, Error> {
    match value.as_object_mut() {
        Some(object) => Ok(object.entry(name).or_insert_with(|| json!({}))),
        None => Err(Error::document(pointer, "is no object")),
    }
}

/// `default` counts as an error: beside documented successes it describes everything else.
fn is_error(status: &str) -> bool {
    status.starts_with(['4', '5']) || status == "default"
}
