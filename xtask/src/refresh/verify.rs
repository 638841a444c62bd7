//! Validates a new document before anything else is done with it: it must be a valid OpenAPI 3.1 document
//! without references to other documents, and have operations.

use jsonschema::{Draft, Resource, Validator};
use serde_json::{Value, json};

use super::references;
use crate::{Failure, place::readable};

/// The JSON Schema of OpenAPI 3.1 documents.
const SCHEMA: &str = include_str!("../../schemas/openapi-3.1.json");

/// How many violations are listed.
const SHOWN: usize = 10;

pub(crate) fn verify(document: &Value) -> Result<(), Failure> {
    version(document)?;
    let mut problems = violations(document)?;
    problems.extend(references::problems(document));
    if problems.is_empty() && super::operations(document).is_empty() {
        problems.push("paths: the document has no operation".to_owned());
    }
    Failure::unless_empty(problems)
}

fn version(document: &Value) -> Result<(), String> {
    let (field, version) = match (document.get("openapi"), document.get("swagger")) {
        (Some(version), _) => ("openapi", version),
        (None, Some(version)) => ("swagger", version),
        (None, None) => return Err("openapi: is missing, so this is not an OpenAPI document".to_owned()),
    };
    match version.as_str() {
        Some(text) if field == "openapi" && text.starts_with("3.1.") => Ok(()),
        Some(text) => Err(format!(
            "{field}: the document is of version {text}; the provider publishes 3.1, which is what is supported here"
        )),
        None => Err(format!(
            "{field}: the version must be a string such as \"3.1.0\", not {version}"
        )),
    }
}

/// Where the document is not valid against the schema of OpenAPI 3.1, and its Schema Objects against that of
/// JSON Schema 2020-12.
fn violations(document: &Value) -> Result<Vec<String>, String> {
    let validator = validator()?;
    let mut errors = validator.iter_errors(document);
    let mut found: Vec<String> = errors
        .by_ref()
        .take(SHOWN)
        .map(|error| {
            let mut reason = error.to_string();
            super::shorten(&mut reason, 300);
            format!("{}: {reason}", readable(&error.instance_path().to_string()))
        })
        .collect();
    let more = errors.count();
    if more > 0 {
        found.push(format!("... and {more} more"));
    }
    Ok(found)
}

fn validator() -> Result<Validator, String> {
    let failed =
        |error: &dyn std::fmt::Display| format!("the schema of OpenAPI 3.1 in xtask/schemas: {error}");
    let schema: Value = serde_json::from_str(SCHEMA).map_err(|error| failed(&error))?;
    let address = schema
        .get("$id")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    // The schema has `$dynamicRef: "#meta"` for Schema Objects, and leaves their dialect to its user.
    let with_schemas = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:openapi-3.1-with-json-schema",
        "$ref": address,
        "$defs": {
            "schema": {
                "$dynamicAnchor": "meta",
                "$ref": "https://json-schema.org/draft/2020-12/schema"
            }
        }
    });
    let registry = jsonschema::Registry::new()
        .add(address, Resource::from_contents(schema))
        .and_then(|registry| registry.prepare())
        .map_err(|error| failed(&error))?;
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .with_registry(&registry)
        .build(&with_schemas)
        .map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({
            "openapi": "3.1.0",
            "info": { "title": "Books", "version": "1" },
            "paths": { "/books": { "get": { "responses": { "200": {
                "description": "ok",
                "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Book" } } }
            } } } } },
            "components": { "schemas": { "Book": { "type": "object", "properties": { "id": { "type": "integer" } } } } }
        })
    }

    #[test]
    fn a_good_document_has_no_problems() {
        let verified = verify(&document());
        assert!(verified.is_ok(), "{}", verified.unwrap_err());
    }

    #[test]
    fn each_problem_is_reported_with_its_place() {
        let cases: [(&str, Value, &str); 9] = [
            (
                "/openapi",
                json!("3.0.3"),
                "openapi: the document is of version 3.0.3",
            ),
            ("/openapi", json!(3.1), "openapi: the version must be a string"),
            ("/info/version", Value::Null, "info"),
            ("/paths", json!({}), "paths: the document has no operation"),
            (
                "/paths/~1books/get/responses",
                json!({ "twice": {} }),
                "GET /books › responses: ",
            ),
            (
                "/components/schemas/Book/type",
                json!("objekt"),
                "components › schemas › Book › type: ",
            ),
            (
                "/components/schemas/Book/properties",
                json!([]),
                "components › schemas › Book › properties: ",
            ),
            (
                "/components/schemas/Book/properties/id",
                json!({ "$ref": "#/components/schemas/Id" }),
                "components › schemas › Book › properties › id › $ref: ",
            ),
            (
                "/components/schemas/Book/properties/id",
                json!({ "$ref": "other.json#/Id" }),
                "components › schemas › Book › properties › id › $ref: ",
            ),
        ];
        for (place, value, says) in cases {
            let mut document = document();
            let (parent, key) = place.rsplit_once('/').unwrap();
            document.pointer_mut(parent).unwrap()[key] = value;
            let failure = verify(&document).expect_err(place);
            assert!(
                failure.problems().iter().any(|problem| problem.contains(says)),
                "{place}: {failure}"
            );
        }
    }
}
