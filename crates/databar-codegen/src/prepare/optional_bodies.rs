//! Finds the operations whose JSON body may be left out, and takes `null` out of the schema of such a body.
//!
//! FastAPI writes an optional body as `anyOf [X, null]`. progenitor would make it `Option<X>` and send the four bytes
//! `null` when it is not given; with `X` alone, the finishing pass of the same name makes the argument optional.

use std::collections::BTreeSet;

use openapi_downconvert::{Change, Loss};
use serde_json::{Map, Value, json};

use super::{change, operations};
use crate::{Error, operations::snake_case};

const PASS: &str = "optional-bodies";

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) -> Result<BTreeSet<String>, Error> {
    let mut optional = BTreeSet::new();
    for operation in operations(document)? {
        let id = operation
            .value
            .get("operationId")
            .and_then(Value::as_str)
            .map(snake_case)
            .unwrap_or_default();
        let Some(body) = operation
            .value
            .get_mut("requestBody")
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        if body.get("required") == Some(&Value::Bool(true)) {
            continue;
        }
        let Some(schema) = body
            .get_mut("content")
            .and_then(|content| content.get_mut("application/json"))
            .and_then(|media| media.get_mut("schema"))
        else {
            continue;
        };
        let place = format!("{}/requestBody", operation.pointer);
        if without_null(schema) {
            let note = "a body that is not given is left out; null cannot be sent";
            changes.push(change(PASS, &place, Loss::Dropped, note));
        } else {
            changes.push(change(
                PASS,
                &place,
                Loss::None,
                "the body is an optional argument",
            ));
        }
        optional.insert(id);
    }
    Ok(optional)
}

/// Takes null out of a schema. Tells whether it was there.
fn without_null(schema: &mut Value) -> bool {
    let Some(object) = schema.as_object_mut() else {
        return false;
    };
    if object.get("nullable") == Some(&Value::Bool(true)) {
        object.remove("nullable");
        return true;
    }
    for keyword in ["anyOf", "oneOf"] {
        let Some(branches) = object.get_mut(keyword).and_then(Value::as_array_mut) else {
            continue;
        };
        let before = branches.len();
        branches.retain(|branch| branch.get("enum") != Some(&json!([null])));
        let found = branches.len() < before;
        if let [only] = branches.as_mut_slice() {
            let only = only.take();
            let annotations = std::mem::take(object);
            *schema = merged(only, annotations, keyword);
        }
        return found;
    }
    false
}

/// A single branch in the place of its union. A reference stands alone: OpenAPI 3.0 ignores what is beside it.
fn merged(branch: Value, mut annotations: Map<String, Value>, keyword: &str) -> Value {
    annotations.remove(keyword);
    match branch {
        Value::Object(mut branch) if !branch.contains_key("$ref") => {
            for (key, value) in annotations {
                branch.entry(key).or_insert(value);
            }
            Value::Object(branch)
        }
        branch => branch,
    }
}
