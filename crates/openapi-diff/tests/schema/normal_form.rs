//! Equivalent schemas that are written differently.

use openapi_diff::Diff;
use serde_json::{Value, json};

use crate::{as_property, compare, document};

fn compared(version: &str, old: &Value, new: &Value, components: &Value) -> Diff {
    let document = |schema| document(version, &as_property(schema), components);
    compare(&document(old), &document(new))
}

/// All of these are equivalent.
#[track_caller]
fn same(version: &str, components: &Value, schemas: &[Value]) {
    for old in schemas {
        for new in schemas {
            let diff = compared(version, old, new, components);
            assert!(diff.findings.is_empty(), "{old}\n{new}\n{:#?}", diff.findings);
        }
    }
}

/// No two of these are equivalent.
#[track_caller]
fn different(version: &str, components: &Value, schemas: &[Value]) {
    for (index, old) in schemas.iter().enumerate() {
        for new in &schemas[index + 1..] {
            let diff = compared(version, old, new, components);
            assert!(!diff.findings.is_empty(), "{old}\n{new}");
        }
    }
}

#[test]
fn null() {
    let components = json!({
        "S": {"type": "string", "maxLength": 5},
        "N": {"type": ["string", "null"], "maxLength": 5},
        "Null": {"type": "null"},
    });
    same(
        "3.1.0",
        &components,
        &[
            json!({"type": ["string", "null"], "maxLength": 5}),
            json!({"anyOf": [{"type": "string", "maxLength": 5}, {"type": "null"}]}),
            json!({"oneOf": [{"type": "null"}, {"type": "string", "maxLength": 5}]}),
            json!({"anyOf": [{"$ref": "#/components/schemas/S"}, {"type": "null"}]}),
            json!({"anyOf": [{"$ref": "#/components/schemas/N"}, {"type": "null"}]}),
            json!({"oneOf": [{"$ref": "#/components/schemas/S"}, {"$ref": "#/components/schemas/Null"}]}),
            json!({"anyOf": [{"$ref": "#/components/schemas/S"}, {"enum": [null]}], "title": "T"}),
            json!({"oneOf": [{"$ref": "#/components/schemas/S"}, {"const": null}]}),
            json!({"allOf": [{"anyOf": [{"$ref": "#/components/schemas/S"}, {"type": "null"}]}]}),
            json!({"$ref": "#/components/schemas/N"}),
        ],
    );
    // Null matches both branches and is therefore rejected.
    different(
        "3.1.0",
        &components,
        &[
            json!({"$ref": "#/components/schemas/N"}),
            json!({"oneOf": [{"$ref": "#/components/schemas/N"}, {"type": "null"}]}),
        ],
    );
    same(
        "3.0.3",
        &json!({"S": {"type": "string"}}),
        &[
            json!({"type": "string", "nullable": true}),
            json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/S"}]}),
            json!({"nullable": true, "anyOf": [{"$ref": "#/components/schemas/S"}]}),
            json!({"anyOf": [{"$ref": "#/components/schemas/S"}, {"nullable": true, "enum": [null]}]}),
        ],
    );
    same(
        "3.1.0",
        &json!({}),
        &[
            json!({"enum": ["a", null]}),
            json!({"type": ["string", "null"], "enum": ["a", null]}),
            json!({"anyOf": [{"const": "a"}, {"type": "null"}]}),
        ],
    );
}

#[test]
fn null_across_versions() {
    let old = document(
        "3.0.3",
        &as_property(&json!({"type": "string", "nullable": true})),
        &json!({}),
    );
    let new = document(
        "3.1.0",
        &as_property(&json!({"anyOf": [{"type": "string"}, {"type": "null"}]})),
        &json!({}),
    );
    assert!(compare(&old, &new).findings.is_empty());
}

#[test]
fn references() {
    let components = json!({
        "A": {"type": "object", "properties": {"x": {"$ref": "#/components/schemas/B"}}},
        "B": {"type": "string", "maxLength": 5},
        "B2": {"maxLength": 5, "type": "string"},
        "C": {"$ref": "#/components/schemas/A"},
    });
    same(
        "3.1.0",
        &components,
        &[
            json!({"$ref": "#/components/schemas/A"}),
            json!({"$ref": "#/components/schemas/C"}),
            json!({"allOf": [{"$ref": "#/components/schemas/A"}]}),
            json!({"allOf": [{"$ref": "#/components/schemas/A"}, {"description": "only words"}], "title": "T"}),
            json!({"type": "object", "properties": {"x": {"$ref": "#/components/schemas/B2"}}}),
            json!({"type": "object", "properties": {"x": {"type": "string", "maxLength": 5}}}),
            json!({"type": "object", "properties": {"x": {"$ref": "#/components/schemas/B2", "minLength": 0}}}),
            json!({"$ref": "#/components/schemas/A", "required": []}),
        ],
    );
    // Keywords next to a reference count in 3.1, but not in 3.0.
    let beside = [
        json!({"$ref": "#/components/schemas/B"}),
        json!({"$ref": "#/components/schemas/B", "minLength": 1}),
    ];
    different("3.1.0", &components, &beside);
    same("3.0.3", &components, &beside);
}

#[test]
fn all_of() {
    same(
        "3.1.0",
        &json!({"A": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}}),
        &[
            json!({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"maximum": 3, "type": "integer"}}, "required": ["b", "a"]}),
            json!({"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"b": {"type": "integer", "maximum": 3}}, "required": ["b"]}]}),
            json!({
                "allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"b": {"type": "integer"}}}],
                "properties": {"b": {"type": "number", "maximum": 3}, "a": {"type": "number"}},
                "required": ["b"],
            }),
        ],
    );
    same(
        "3.1.0",
        &json!({}),
        &[
            json!({"type": "string", "enum": ["a", "b"]}),
            json!({"allOf": [{"enum": ["a", "b", "c"]}, {"enum": ["b", "a", 1]}, {"type": ["string", "integer"]}]}),
        ],
    );
}

#[test]
fn sets_of_types() {
    same(
        "3.1.0",
        &json!({"S": {"type": "string"}}),
        &[
            json!({"type": ["integer", "string"]}),
            json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
            json!({"oneOf": [{"type": "integer"}, {"$ref": "#/components/schemas/S"}]}),
            json!({"anyOf": [{"type": "string"}, {"type": ["integer", "string"]}]}),
        ],
    );
    different(
        "3.1.0",
        &json!({}),
        &[
            json!({"type": "number"}),
            json!({"oneOf": [{"type": "integer"}, {"type": "number"}]}),
        ],
    );
    same(
        "3.1.0",
        &json!({}),
        &[
            json!({"type": "number"}),
            json!({"anyOf": [{"type": "integer"}, {"type": "number"}]}),
        ],
    );
}

#[test]
fn what_says_nothing() {
    same(
        "3.1.0",
        &json!({}),
        &[
            json!({"type": "object"}),
            json!({"type": "object", "additionalProperties": true}),
            json!({"type": "object", "additionalProperties": {}, "minProperties": 0, "required": []}),
            json!({"type": "object", "items": {"type": "string"}, "contains": {"type": "string"}}),
            json!({"type": "object", "readOnly": false, "deprecated": false, "uniqueItems": false}),
            json!({"type": "object", "unevaluatedProperties": true, "propertyNames": {}}),
        ],
    );
    same(
        "3.1.0",
        &json!({}),
        &[json!({}), json!(true), json!({"title": "T"})],
    );
    different(
        "3.1.0",
        &json!({}),
        &[json!(true), json!(false), json!({"type": "object"})],
    );
}
