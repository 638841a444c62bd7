//! The same changes in places other than the property of a body.

use openapi_diff::Diff;
use serde_json::{Value, json};

use crate::{compare, document};

fn root(old: &Value, new: &Value) -> Vec<String> {
    let document = |schema| document("3.1.0", schema, &json!({}));
    ids(&compare(&document(old), &document(new)))
}

fn ids(diff: &Diff) -> Vec<String> {
    diff.findings
        .iter()
        .map(|finding| format!("{:?} {}", finding.level, finding.id).to_lowercase())
        .collect()
}

#[test]
fn the_root_of_a_body() {
    assert_eq!(
        root(
            &json!({"type": "string", "enum": ["a", "b"]}),
            &json!({"type": "string", "enum": ["a"]})
        ),
        [
            "breaking request-body-enum-value-removed",
            "info response-mediatype-enum-value-removed"
        ]
    );
    assert_eq!(
        root(&json!({"type": "integer"}), &json!({"type": "number"})),
        [
            "breaking response-body-type-generalized",
            "info request-body-type-generalized"
        ]
    );
    assert_eq!(
        root(
            &json!({"type": "object", "properties": {"a": {}}}),
            &json!({"oneOf": [
                {"type": "object", "properties": {"a": {}}, "required": ["a"]},
                {"type": "object", "properties": {"a": {}}, "required": ["b"]}
            ]})
        ),
        [
            "breaking request-body-wrapped-in-one-of",
            "breaking response-body-wrapped-in-one-of"
        ]
    );
}

/// An operation with these parameters and an XML body.
fn textual(schema: &Value) -> Value {
    let content = json!({"application/xml": {"schema": {"type": "object", "properties": {"p": schema}}}});
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Test", "version": "next"},
        "paths": {"/things": {"post": {
            "parameters": [
                {"in": "query", "name": "q", "schema": schema},
                {"in": "query", "name": "o", "style": "deepObject", "schema": {"type": "object", "properties": {"p": schema}}},
                {"in": "header", "name": "x-h", "schema": {"type": "object", "properties": {"p": schema}}},
            ],
            "requestBody": {"content": content},
            "responses": {"200": {
                "description": "",
                "content": content,
                "headers": {"x-r": {"schema": schema}},
            }},
        }}},
    })
}

pub(crate) fn xml() -> Vec<Diff> {
    let named = |xml: Value| textual(&json!({"type": "string", "xml": xml}));
    vec![
        compare(&named(json!({"name": "a"})), &named(json!({"name": "b"}))),
        compare(&named(json!({"prefix": "a"})), &named(json!({"prefix": "b"}))),
    ]
}

pub(crate) fn text() -> Diff {
    compare(
        &textual(&json!({"type": "integer"})),
        &textual(&json!({"type": "string"})),
    )
}

#[test]
fn text_has_no_types() {
    let mut found = ids(&text());
    found.sort();
    assert_eq!(
        found,
        [
            "breaking response-header-type-changed",
            "breaking response-property-type-changed",
            "info request-parameter-type-generalized",
            "info request-property-type-compatible",
            "warning request-header-property-type-changed",
            "warning request-parameter-property-type-changed",
        ]
    );
    let mut found = ids(&compare(
        &textual(&json!({"type": "string"})),
        &textual(&json!({"type": "integer"})),
    ));
    found.sort();
    assert_eq!(
        found,
        [
            "breaking request-header-property-type-changed",
            "breaking request-parameter-property-type-specialized",
            "breaking request-parameter-type-changed",
            "breaking request-property-type-changed",
            "info response-header-type-compatible",
            "info response-property-type-compatible",
        ]
    );
}

#[test]
fn a_scalar_parameter_may_become_a_list() {
    let document = |schema: Value| {
        json!({
            "openapi": "3.1.0",
            "info": {"title": "Test", "version": "next"},
            "paths": {"/things": {"get": {
                "parameters": [{"in": "query", "name": "q", "schema": schema}],
                "responses": {},
            }}},
        })
    };
    let found = |old, new| ids(&compare(&document(old), &document(new)));
    assert_eq!(
        found(
            json!({"type": "integer", "maximum": 5}),
            json!({"type": "array", "items": {"type": "integer", "maximum": 9}})
        ),
        ["info request-parameter-type-generalized"]
    );
    assert_eq!(
        found(
            json!({"type": "integer", "maximum": 9}),
            json!({"type": "array", "items": {"type": "integer", "maximum": 5}})
        ),
        ["breaking request-parameter-type-changed"]
    );
    assert_eq!(
        found(
            json!({"type": "string"}),
            json!({"type": "array", "items": {"type": "integer"}})
        ),
        ["breaking request-parameter-type-changed"]
    );
}
