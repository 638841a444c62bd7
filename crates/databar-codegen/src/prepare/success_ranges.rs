//! Reads every success as the documented one: a 201 where the document says 200 would otherwise be an unexpected answer, and
//! what it holds (the id of a task that was paid for, say) would not be read.
//!
//! Only where all documented successes have the same body; others are left as they are.

use openapi_downconvert::{Change, Loss};
use serde_json::Value;

use super::{change, responses};
use crate::Error;

const PASS: &str = "success-ranges";

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) -> Result<(), Error> {
    for (place, responses) in responses(document)? {
        let successes: Vec<String> = responses
            .keys()
            .filter(|status| status.starts_with('2'))
            .cloned()
            .collect();
        let Some(first) = successes
            .first()
            .and_then(|status| responses.get(status))
            .cloned()
        else {
            continue;
        };
        if successes
            .iter()
            .any(|status| responses[status].get("content").map(schemas) != first.get("content").map(schemas))
        {
            continue;
        }
        responses.retain(|status, _| !status.starts_with('2'));
        responses.insert("2XX".to_owned(), first);
        let note = format!(
            "every success is read as the documented one ({})",
            successes.join(", ")
        );
        changes.push(change(PASS, place, Loss::Widened, note));
    }
    Ok(())
}

/// The schemas by media type: examples and descriptions make no difference.
fn schemas(content: &Value) -> Vec<(&String, Option<&Value>)> {
    content
        .as_object()
        .into_iter()
        .flatten()
        .map(|(media, body)| (media, body.get("schema")))
        .collect()
}
