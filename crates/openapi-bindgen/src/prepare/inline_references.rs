//! Puts what operations refer to into them: parameters, bodies and responses that stand under `components`, and the
//! parameters that a path item has for all its operations. The passes after this one, and progenitor, then find everything
//! in one place. References to schemas stay: they name types.

use std::collections::BTreeMap;

use openapi_downconvert::{Change, Loss};
use serde_json::{Map, Value, json};

use super::{METHODS, Rejected, change, pointer_token};

pub(super) const PASS: &str = "inline-references";

/// References can lead to references; a chain this long is a circle.
const MOST_HOPS: usize = 16;

pub(super) fn run(document: &mut Value, rejected: &mut Vec<Rejected>, changes: &mut Vec<Change>) {
    share_parameters(document, changes);
    let whole = document.clone();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if METHODS.contains(&method.as_str())
                && let Some(operation) = operation.as_object_mut()
            {
                let pointer = format!("/paths/{}/{method}", pointer_token(path));
                if let Err((place, reason)) = inline(operation, &pointer, &whole, changes) {
                    rejected.push(Rejected::new(path, method, place, reason));
                }
            }
        }
    }
}

/// Why a reference leads nowhere, after its place.
type Dangling = (String, String);

fn inline(
    operation: &mut Map<String, Value>,
    pointer: &str,
    whole: &Value,
    changes: &mut Vec<Change>,
) -> Result<(), Dangling> {
    let mut inline = |place: String, value: &mut Value| -> Result<(), Dangling> {
        if let Some(target) = target(value) {
            *value = resolve(whole, &target).map_err(|reason| (place.clone(), reason))?;
            changes.push(change(
                PASS,
                place,
                Loss::None,
                format!("{target} stands here itself"),
            ));
        }
        Ok(())
    };
    for (key, value) in operation.iter_mut() {
        match (key.as_str(), value) {
            ("parameters", Value::Array(parameters)) => {
                for (index, parameter) in parameters.iter_mut().enumerate() {
                    inline(format!("{pointer}/parameters/{index}"), parameter)?;
                }
            }
            ("requestBody", body) => inline(format!("{pointer}/requestBody"), body)?,
            ("responses", Value::Object(responses)) => {
                for (status, response) in responses {
                    inline(format!("{pointer}/responses/{status}"), response)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Gives each operation the parameters of its path item, but for those that it has itself.
fn share_parameters(document: &mut Value, changes: &mut Vec<Change>) {
    let whole = document.clone();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (path, item) in paths {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        let Some(Value::Array(shared)) = item.shift_remove("parameters") else {
            continue;
        };
        for (method, operation) in item.iter_mut().filter(|(key, _)| METHODS.contains(&key.as_str())) {
            let Some(operation) = operation.as_object_mut() else {
                continue;
            };
            let own = operation.entry("parameters").or_insert_with(|| json!([]));
            let Some(own) = own.as_array_mut() else { continue };
            let taken: Vec<_> = own.iter().map(|parameter| identity(&whole, parameter)).collect();
            own.extend(
                shared
                    .iter()
                    .filter(|parameter| !taken.contains(&identity(&whole, parameter)))
                    .cloned(),
            );
            let place = format!("/paths/{}/{method}/parameters", pointer_token(path));
            changes.push(change(
                PASS,
                place,
                Loss::None,
                "has the parameters of its path item",
            ));
        }
    }
}

/// What makes two parameters the same: name and location (OAS 3.0.3, Operation Object).
fn identity(document: &Value, parameter: &Value) -> (Value, Value) {
    let resolved = target(parameter).and_then(|target| resolve(document, &target).ok());
    let parameter = resolved.as_ref().unwrap_or(parameter);
    (parameter["name"].clone(), parameter["in"].clone())
}

/// Where the parameters of an operation are described, by their location and name.
pub(super) type PlacesOf = BTreeMap<(String, String), Vec<String>>;

/// The same for all operations, by their pointers.
pub(super) type Places = BTreeMap<String, PlacesOf>;

/// Where each parameter is described, before anything is moved: at its place in the operation or in the path item, and
/// where a reference there leads to.
pub(super) fn places(document: &Value) -> Places {
    let mut places = Places::new();
    let paths = document["paths"].as_object().into_iter().flatten();
    for (path, item) in paths {
        let at = format!("/paths/{}", pointer_token(path));
        for (method, operation) in item.as_object().into_iter().flatten() {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            let of = places.entry(format!("{at}/{method}")).or_default();
            for (holder, at) in [(operation, format!("{at}/{method}")), (item, at.clone())] {
                let parameters = holder["parameters"].as_array().into_iter().flatten();
                for (index, parameter) in parameters.enumerate() {
                    let (name, location) = identity(document, parameter);
                    let (Some(name), Some(location)) = (name.as_str(), location.as_str()) else {
                        continue;
                    };
                    let place = format!("{at}/parameters/{index}");
                    let reference = target(parameter).and_then(|to| Some(to.strip_prefix('#')?.to_owned()));
                    of.entry((location.to_owned(), name.to_owned()))
                        .or_insert_with(|| std::iter::once(place).chain(reference).collect());
                }
            }
        }
    }
    places
}

fn target(value: &Value) -> Option<String> {
    value.get("$ref").and_then(Value::as_str).map(ToOwned::to_owned)
}

fn resolve(document: &Value, reference: &str) -> Result<Value, String> {
    let mut reference = reference.to_owned();
    for _ in 0..MOST_HOPS {
        let found = reference
            .strip_prefix('#')
            .and_then(|pointer| document.pointer(pointer));
        let Some(found) = found else {
            return Err(format!("refers to {reference}, which the document does not have"));
        };
        match target(found) {
            Some(next) => reference = next,
            None => return Ok(found.clone()),
        }
    }
    Err(format!("refers to {reference}, which refers to itself"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_stands_in_each_operation() {
        let mut document = json!({
            "paths": { "/a/{id}": {
                "parameters": [{ "$ref": "#/components/parameters/Id" }, { "name": "q", "in": "query" }],
                "get": {
                    "parameters": [{ "name": "q", "in": "query", "required": true }],
                    "responses": { "404": { "$ref": "#/components/responses/Gone" } },
                },
            } },
            "components": {
                "parameters": { "Id": { "name": "id", "in": "path" } },
                "responses": { "Gone": { "$ref": "#/components/responses/Missing" }, "Missing": { "description": "no" } },
            },
        });
        run(&mut document, &mut Vec::new(), &mut Vec::new());
        let item = &document["paths"]["/a/{id}"];
        assert_eq!(
            item["get"]["parameters"],
            json!([{ "name": "q", "in": "query", "required": true }, { "name": "id", "in": "path" }])
        );
        assert_eq!(item["get"]["responses"]["404"], json!({ "description": "no" }));
        assert!(item.get("parameters").is_none());
    }

    #[test]
    fn a_reference_to_itself_or_to_nothing_is_rejected_with_its_place() {
        for target in ["#/components/responses/Loop", "#/components/responses/None"] {
            let mut document = json!({
                "paths": { "/a": { "get": { "responses": { "200": { "$ref": target } } } } },
                "components": { "responses": { "Loop": { "$ref": "#/components/responses/Loop" } } },
            });
            let mut rejected = Vec::new();
            run(&mut document, &mut rejected, &mut Vec::new());
            let [Rejected { pointer, reason, .. }] = rejected.as_slice() else {
                panic!("{} rejected", rejected.len());
            };
            let error = format!("{pointer}: {reason}");
            assert!(
                error.contains("/paths/~1a/get/responses/200") && error.contains(target),
                "{error}"
            );
        }
    }
}
