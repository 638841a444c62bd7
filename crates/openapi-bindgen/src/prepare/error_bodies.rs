//! Takes the error responses out: the answer to a request that failed is read into one type that takes every shape, for
//! every status. Services answer errors in more shapes than their documents say, and so do the proxies before them; a
//! type for each would lose the status whenever a body has another.

use openapi_downconvert::{Change, Loss};
use serde_json::Value;

use super::{change, responses};
use crate::Error;

pub(super) const PASS: &str = "error-bodies";

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) -> Result<(), Error> {
    for (place, responses) in responses(document)? {
        if !responses.keys().any(|status| status.starts_with(['1', '2', '3']))
            && let Some(only) = responses.shift_remove("default")
            // If not even that says what the body is, it is a stream of bytes.
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
    Ok(())
}

/// `default` counts as an error: beside documented successes it describes everything else.
fn is_error(status: &str) -> bool {
    status.starts_with(['4', '5']) || status == "default"
}
