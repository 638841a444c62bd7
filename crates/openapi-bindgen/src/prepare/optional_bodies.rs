//! Removes `null` from the schema of an optional body.
//!
//! FastAPI writes an optional body as `anyOf [X, null]`. progenitor would make it `Option<X>` and send the
//! four bytes `null` for a missing body. With `X` alone, the finishing pass of the same name makes the
//! argument optional.

use openapi_downconvert::{Change, Loss};
use serde_json::Value;

use super::{change, nullable::without_null, operations};
use crate::{
    Error,
    call::{BodyKind, Calls},
};

pub(super) const PASS: &str = "optional-bodies";

pub(super) fn run(document: &mut Value, calls: &Calls, changes: &mut Vec<Change>) -> Result<(), Error> {
    for operation in operations(document)? {
        let body = operation
            .id()
            .and_then(|id| calls.get(id))
            .and_then(|call| call.body.as_ref());
        let Some(body) = body.filter(|body| body.optional) else {
            continue;
        };
        let content = operation
            .value
            .get_mut("requestBody")
            .and_then(|body| body.get_mut("content"))
            .and_then(Value::as_object_mut);
        let place = format!("{}/requestBody", operation.pointer);
        let nullable = body.kind != BodyKind::Raw
            && content
                .into_iter()
                .flatten()
                .filter_map(|(_, media)| media.get_mut("schema"))
                .any(without_null);
        if nullable {
            let note = "a missing body is left out; null cannot be sent";
            changes.push(change(PASS, &place, Loss::Dropped, note));
        } else {
            changes.push(change(
                PASS,
                &place,
                Loss::None,
                "the body is an optional argument",
            ));
        }
    }
    Ok(())
}
