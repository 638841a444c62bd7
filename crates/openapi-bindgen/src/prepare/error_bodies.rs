//! Removes the error responses. The answer to a failed request is read into one type that accepts every
//! shape, for every status. Services answer errors in more shapes than their documents say, and so do proxies
//! in front of them. With a type for each, the status would be lost whenever a body has a different shape.

use openapi_downconvert::{Change, Loss};
use serde_json::Value;

use super::{change, responses};
use crate::Error;

pub(super) const PASS: &str = "error-bodies";

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) -> Result<(), Error> {
    for (place, responses) in responses(document)? {
        if !responses.keys().any(|status| status.starts_with(['1', '2', '3']))
            && let Some(only) = responses.shift_remove("default")
            // If this does not say either what the body is, it is a stream of bytes.
            && only.get("content").is_some()
        {
            responses.insert("2XX".to_owned(), only);
            let note = "the only response, `default`, is used for the successes";
            changes.push(change(PASS, &place, Loss::None, note));
        }
        let documented: Vec<String> = responses
            .keys()
            .filter(|status| is_error(status))
            .map(ToOwned::to_owned)
            .collect();
        responses.retain(|status, _| !is_error(status));
        changes.push(change(
            PASS,
            place,
            Loss::Widened,
            match documented.as_slice() {
                [] => "all error responses have one type".to_owned(),
                documented => format!(
                    "error responses ({}) and all undocumented ones have one type",
                    documented.join(", ")
                ),
            },
        ));
    }
    Ok(())
}

/// `default` counts as an error: next to documented successes, it describes everything else.
fn is_error(status: &str) -> bool {
    status.starts_with(['4', '5']) || status == "default"
}
