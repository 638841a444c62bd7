//! Chooses one media type for each success: JSON if there is any, otherwise bytes, as a stream.

use openapi_document::{essence, pointer};
use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{change, media_types, operations};
use crate::{Error, call::Calls};

pub(super) const PASS: &str = "response-media";

const JSON: &str = "application/json";

pub(super) fn run(document: &mut Value, calls: &mut Calls, changes: &mut Vec<Change>) -> Result<(), Error> {
    for operation in operations(document)? {
        let call = operation.id().and_then(|id| calls.get_mut(id));
        let mut accept = None;
        let responses = operation
            .value
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        let successes = responses
            .into_iter()
            .flatten()
            .filter(|(status, _)| status.starts_with('2'));
        for (status, response) in successes {
            let place = format!("{}/responses/{status}", operation.pointer);
            let Some(response) = response.as_object_mut() else {
                continue;
            };
            let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else {
                continue;
            };
            // These have no body (RFC 9110, sections 9.3.2, 15.3.5 and 15.3.6).
            if !content.is_empty() && (operation.method == "head" || matches!(status.as_str(), "204" | "205"))
            {
                changes.push(change(PASS, place, Loss::Dropped, "HTTP allows no body here"));
                response.shift_remove("content");
                continue;
            }
            let all: Vec<String> = content.keys().cloned().collect();
            let Some(chosen) = all
                .iter()
                .min_by_key(|media_type| rank(media_type, &content[*media_type]))
            else {
                response.shift_remove("content");
                continue;
            };
            let others: Vec<&str> = all
                .iter()
                .filter(|other| *other != chosen)
                .map(String::as_str)
                .collect();
            if !others.is_empty() {
                let note = format!("the body is read as {chosen}, not as {}", others.join(", "));
                changes.push(change(PASS, &place, Loss::Dropped, note));
            }
            let media = content
                .get_mut(chosen)
                .map(Value::take)
                .unwrap_or_else(|| json!({}));
            let name = match rank(chosen, &media) {
                0..=2 => JSON,
                _ => chosen,
            };
            if name != chosen {
                let pointer = format!("{place}/content/{}", pointer::escape(chosen));
                changes.push(change(PASS, pointer, Loss::None, "is read as JSON"));
                if media_types::is_valid(chosen) && !media_types::is_any(chosen) {
                    accept.get_or_insert_with(|| chosen.clone());
                }
            } else if name != JSON {
                let pointer = format!("{place}/content/{}", pointer::escape(chosen));
                changes.push(change(PASS, pointer, Loss::Widened, "is a stream of bytes"));
            }
            let mut kept = serde_json::Map::new();
            kept.insert(name.to_owned(), media);
            *content = kept;
        }
        if let Some(call) = call {
            call.accept = accept;
        }
    }
    Ok(())
}

/// The lower, the more of the body is typed.
fn rank(media_type: &str, media: &Value) -> u8 {
    match essence(media_type).as_str() {
        JSON => 0,
        _ if media_types::is_json(media_type) => 1,
        // Frameworks that do not name the media type of an answer mean JSON, if it has parts. The request
        // asks for JSON.
        _ if media_types::is_any(media_type) && has_parts(media) => 2,
        _ => 3,
    }
}

fn has_parts(media: &Value) -> bool {
    let schema = media.get("schema").and_then(Value::as_object);
    schema.is_some_and(|schema| !schema.is_empty() && schema.get("type").is_none_or(|kind| kind != "string"))
}
