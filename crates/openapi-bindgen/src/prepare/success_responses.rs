//! Gives every operation one success: every 2xx answer is read as the documented one. Otherwise, a 201 where
//! the document says 200 would be an unexpected answer, and its content, such as the id of a task that was
//! paid for, would be lost.
//!
//! If several are documented, their bodies form a union; if some have no body, the body may be missing; if
//! some are not JSON, all are bytes. Informational answers and redirects are not results and are left to the
//! HTTP client.

use openapi_downconvert::{Change, Loss};
use serde_json::{Map, Value, json};

use super::{change, operations};
use crate::{
    Error,
    call::{Calls, Success},
};

pub(super) const PASS: &str = "success-responses";
const JSON: &str = "application/json";

pub(super) fn run(document: &mut Value, calls: &mut Calls, changes: &mut Vec<Change>) -> Result<(), Error> {
    for operation in operations(document)? {
        let call = operation.id().and_then(|id| calls.get_mut(id));
        let place = format!("{}/responses", operation.pointer);
        let Some(responses) = operation
            .value
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        for status in statuses(responses, &['1', '3']) {
            responses.shift_remove(&status);
            let note = format!(
                "{status} is not a result: the HTTP client handles it, or it is an unexpected answer"
            );
            changes.push(change(PASS, &place, Loss::Dropped, note));
        }
        let successes = statuses(responses, &['2']);
        let contents: Vec<Option<Value>> = successes
            .iter()
            .filter_map(|status| responses.shift_remove(status))
            .map(|mut response| response.get_mut("content").map(Value::take))
            .collect();
        let Some(first) = contents.first() else { continue };
        let mut success = json!({ "description": "Success" });
        let mut how = "the documented one";
        let merged = if contents.iter().all(|content| content == first) {
            first.clone()
        } else {
            let empty = contents.iter().any(Option::is_none);
            how = "one of those documented";
            match union(contents.into_iter().flatten().collect()) {
                Some(schema) if empty => {
                    how = "one of those documented, or none";
                    Some(json!({ JSON: { "schema": or_null(schema) } }))
                }
                Some(schema) => Some(json!({ JSON: { "schema": schema } })),
                None => {
                    how = "bytes";
                    Some(json!({ "application/octet-stream": {} }))
                }
            }
        };
        if let Some(call) = call {
            call.success = match &merged {
                None => Success::Empty,
                Some(content) if content.get(JSON).is_some() => Success::Json,
                Some(_) => Success::Bytes,
            };
        }
        if let Some(content) = merged {
            success["content"] = content;
        }
        responses.insert("2XX".to_owned(), success);
        let note = format!("every success is read as {how} ({})", successes.join(", "));
        changes.push(change(PASS, place, Loss::Widened, note));
    }
    Ok(())
}

fn statuses(responses: &Map<String, Value>, digits: &[char]) -> Vec<String> {
    let found = responses.keys().filter(|status| status.starts_with(digits));
    found.cloned().collect()
}

/// One schema for all bodies; `None` if some of them are not JSON.
fn union(contents: Vec<Value>) -> Option<Value> {
    let mut branches: Vec<Value> = Vec::new();
    for mut content in contents {
        let schema = content.get_mut(JSON)?.get_mut("schema").map(Value::take);
        let schema = schema.unwrap_or_else(|| json!({}));
        if !branches.contains(&schema) {
            branches.push(schema);
        }
    }
    match branches.len() {
        0 | 1 => branches.pop(),
        // A branch with any JSON includes all others.
        _ if branches.contains(&json!({})) => Some(json!({})),
        _ => Some(json!({ "anyOf": branches })),
    }
}

fn or_null(schema: Value) -> Value {
    if schema == json!({}) {
        schema
    } else {
        json!({ "allOf": [schema], "nullable": true })
    }
}
