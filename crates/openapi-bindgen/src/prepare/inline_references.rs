//! Copies what operations refer to into them: parameters, bodies and responses under `components`, and the
//! parameters that a path item has for all its operations. The passes after this one, and progenitor, then
//! find everything in one place. References to schemas stay, because they name types.

use std::collections::BTreeMap;

use openapi_document::{At, METHODS, pointer};
use openapi_downconvert::{Change, Loss};
use serde_json::{Map, Value, json};

use super::{Rejected, change};

pub(super) const PASS: &str = "inline-references";

pub(super) fn run(document: &mut Value, rejected: &mut Vec<Rejected>, changes: &mut Vec<Change>) {
    let targets = Targets::of(document);
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        share_parameters(item, path, &targets, changes);
        for (method, operation) in item {
            if METHODS.contains(&method.as_str())
                && let Some(operation) = operation.as_object_mut()
            {
                let pointer = format!("/paths/{}/{method}", pointer::escape(path));
                if let Err((place, reason)) = targets.inline(operation, &pointer, changes) {
                    rejected.push(Rejected::new(path, method, place, reason));
                }
            }
        }
    }
}

/// The targets of references that occur in place of a parameter, a body or a response, by their text; or why
/// they lead nowhere.
struct Targets(BTreeMap<String, Result<Value, String>>);

/// Why a reference leads nowhere, after its place.
type Dangling = (String, String);

impl Targets {
    fn of(document: &Value) -> Self {
        let mut targets = BTreeMap::new();
        for operation in openapi_document::operations(document) {
            for holder in [operation.at, operation.item] {
                let parameters = holder.get("parameters").into_iter();
                let responses = holder.get("responses").into_iter();
                let places = parameters
                    .flat_map(|parameters| parameters.items())
                    .chain(responses.flat_map(|responses| responses.members().map(|(_, response)| response)))
                    .chain(holder.get("requestBody"));
                for place in places {
                    let Some(reference) = target(place.value) else {
                        continue;
                    };
                    let resolve = || match place.follow(document) {
                        Ok(found) => Ok(found.value.clone()),
                        Err(broken) => Err(broken.to_string()),
                    };
                    targets.entry(reference).or_insert_with(resolve);
                }
            }
        }
        Self(targets)
    }

    fn inline(
        &self,
        operation: &mut Map<String, Value>,
        pointer: &str,
        changes: &mut Vec<Change>,
    ) -> Result<(), Dangling> {
        let mut inline = |place: String, value: &mut Value| -> Result<(), Dangling> {
            if let Some(target) = target(value)
                && let Some(found) = self.0.get(&target)
            {
                *value = found.clone().map_err(|reason| (place.clone(), reason))?;
                changes.push(change(
                    PASS,
                    place,
                    Loss::None,
                    format!("{target} is copied here"),
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

    /// Returns the parameter, or the target if it is a reference.
    fn parameter<'a>(&'a self, parameter: &'a Value) -> &'a Value {
        target(parameter)
            .and_then(|target| self.0.get(&target)?.as_ref().ok())
            .unwrap_or(parameter)
    }
}

/// Gives each operation the parameters of its path item, except for those that it defines itself.
fn share_parameters(item: &mut Map<String, Value>, path: &str, targets: &Targets, changes: &mut Vec<Change>) {
    let Some(Value::Array(shared)) = item.shift_remove("parameters") else {
        return;
    };
    for (method, operation) in item.iter_mut().filter(|(key, _)| METHODS.contains(&key.as_str())) {
        let Some(operation) = operation.as_object_mut() else {
            continue;
        };
        let own = operation.entry("parameters").or_insert_with(|| json!([]));
        let Some(own) = own.as_array_mut() else { continue };
        let identity = |parameter| identity(targets.parameter(parameter));
        let taken: Vec<_> = own.iter().map(identity).collect();
        let inherited: Vec<_> = shared
            .iter()
            .filter(|parameter| !taken.contains(&identity(parameter)))
            .cloned()
            .collect();
        own.extend(inherited);
        let place = format!("/paths/{}/{method}/parameters", pointer::escape(path));
        changes.push(change(
            PASS,
            place,
            Loss::None,
            "has the parameters of its path item",
        ));
    }
}

/// Two parameters with the same name and location are the same (OAS 3.0.3, Operation Object).
fn identity(parameter: &Value) -> (Value, Value) {
    (parameter["name"].clone(), parameter["in"].clone())
}

/// Where the parameters of an operation are described, by location and name.
pub(super) type PlacesOf = BTreeMap<(String, String), Vec<String>>;

/// The same for all operations, by their pointers.
pub(super) type Places = BTreeMap<String, PlacesOf>;

/// Records where each parameter is described, before anything is moved: in the operation or in the path item,
/// and at the target of a reference there.
pub(super) fn places(document: &Value) -> Places {
    let mut places = Places::new();
    for operation in openapi_document::operations(document) {
        let of = places.entry(operation.at.pointer.to_string()).or_default();
        for holder in [operation.at, operation.item] {
            for given in holder.get("parameters").iter().flat_map(At::items) {
                let parameter = given
                    .clone()
                    .follow(document)
                    .map_or(given.value, |found| found.value);
                let (name, location) = identity(parameter);
                let (Some(name), Some(location)) = (name.as_str(), location.as_str()) else {
                    continue;
                };
                let reference = given.text("$ref").and_then(pointer::of_reference);
                of.entry((location.to_owned(), name.to_owned()))
                    .or_insert_with(|| [given.pointer.to_string()].into_iter().chain(reference).collect());
            }
        }
    }
    places
}

fn target(value: &Value) -> Option<String> {
    value.get("$ref").and_then(Value::as_str).map(ToOwned::to_owned)
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
    fn a_reference_may_be_percent_encoded() {
        let mut document = json!({
            "paths": { "/a": { "get": { "responses": { "404": { "$ref": "#/components/responses/Not%20found" } } } } },
            "components": { "responses": { "Not found": { "description": "no" } } },
        });
        let mut rejected = Vec::new();
        run(&mut document, &mut rejected, &mut Vec::new());
        assert!(rejected.is_empty());
        assert_eq!(
            document["paths"]["/a"]["get"]["responses"]["404"],
            json!({ "description": "no" })
        );
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
