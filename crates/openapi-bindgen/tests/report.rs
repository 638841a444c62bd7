//! What `REPORT.md` and `report.json` say about the fields that are any JSON.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use openapi_bindgen::{Report, Settings, generate, package};
use serde_json::{Value, json};

fn report(document: &Value) -> Report {
    let generated = generate(document.clone(), &Settings::standalone()).unwrap();
    package(document, &generated, None, false).report
}

fn document(schemas: Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Zoo", "version": "1" },
        "paths": {},
        "components": { "schemas": schemas },
    })
}

#[test]
fn what_is_any_json_in_the_document_is_not_counted_as_lost() {
    let report = report(&document(json!({
        "Anything": {},
        "Animal": { "type": "object", "required": ["note"], "properties": {
            "name": { "type": "string" },
            "note": { "title": "Note", "description": "Whatever it is.", "example": 1 },
            "open": true,
            "named": { "$ref": "#/components/schemas/Anything" },
            "choice": { "anyOf": [{}, { "type": "null" }] },
            "map": { "type": "object" },
            "map_or_null": { "type": ["object", "null"], "additionalProperties": true },
        } },
    })));
    let fields = &report.fields;
    assert_eq!(
        (fields.total, fields.any_json, fields.untyped),
        (8, 7, 0),
        "{fields:?}"
    );
    assert!(report.markdown().contains(
        "Fields of its types: 8. Fields that are any JSON (`serde_json::Value` or a map of it): 7."
    ));
    assert!(!report.markdown().contains("## Fields"));
}

#[test]
fn a_field_of_which_the_document_says_more_is_named_with_its_place() {
    // No named Rust type has values of three types.
    let report = report(&document(json!({
        "Animal": { "type": "object", "properties": {
            "name": { "type": "string" },
            "size": { "enum": ["small", 1, {}] },
            "note": {},
        } },
    })));
    let fields = &report.fields;
    assert_eq!(
        (fields.total, fields.any_json, fields.untyped),
        (3, 2, 1),
        "{fields:?}"
    );
    let row = "| `types::Animal::size` | `/components/schemas/Animal/properties/size` |";
    assert!(report.markdown().contains(row), "{}", report.markdown());
}
