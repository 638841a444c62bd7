use serde_json::{Value, json};

use crate::{assert_operations, compare, operation};

fn body(content: Value) -> Value {
    json!({"requestBody": {"content": content}})
}

fn response(content: Value) -> Value {
    json!({"responses": {"200": {"description": "Done", "content": content}}})
}

#[test]
fn the_request_body_as_a_whole() {
    let required = json!({"requestBody": {"required": true, "content": {"application/json": {}}}});
    let optional = body(json!({"application/json": {}}));
    assert_operations(&[
        (
            "new, required",
            json!({}),
            required.clone(),
            &["breaking request-body-added-required"],
        ),
        (
            "new, optional",
            json!({}),
            optional.clone(),
            &["info request-body-added-optional"],
        ),
        (
            "gone",
            optional.clone(),
            json!({}),
            &["breaking request-body-removed"],
        ),
        (
            "optional to required",
            optional.clone(),
            required.clone(),
            &["breaking request-body-became-required"],
        ),
        (
            "required to optional",
            required,
            optional,
            &["info request-body-became-optional"],
        ),
        ("malformed", json!({}), json!({"requestBody": []}), &[]),
    ]);
}

#[test]
fn media_types_of_requests() {
    let json = json!({"schema": {"type": "object"}});
    assert_operations(&[
        (
            "gone",
            body(json!({"application/json": json, "application/xml": json})),
            body(json!({"application/json": json})),
            &["breaking request-body-media-type-removed"],
        ),
        (
            "new",
            body(json!({"application/json": json})),
            body(json!({"application/json": json, "application/xml": json})),
            &["info request-body-media-type-added"],
        ),
        (
            "another",
            body(json!({"application/json": json})),
            body(json!({"application/xml": json})),
            &[
                "breaking request-body-media-type-removed",
                "info request-body-media-type-added",
            ],
        ),
        (
            "case-insensitive",
            body(json!({"application/JSON": json})),
            body(json!({"Application/json": json})),
            &[],
        ),
        (
            "a range accepts what was accepted",
            body(json!({"image/png": {}, "image/jpeg": {}})),
            body(json!({"image/*": {}})),
            &["info request-body-media-type-added"],
        ),
        (
            "a range is narrowed",
            body(json!({"*/*": {}})),
            body(json!({"application/json": {}})),
            &[
                "breaking request-body-media-type-removed",
                "info request-body-media-type-added",
            ],
        ),
        (
            "other parameters",
            body(json!({"application/json; version=1": {}})),
            body(json!({"application/json; version=2": {}})),
            &["warning request-body-media-type-name-changed"],
        ),
        (
            "the same parameters",
            body(json!({"application/json;a=1;b=\"2\"": {}})),
            body(json!({"application/json; B=2; A=1": {}})),
            &[],
        ),
        (
            "gets a schema",
            body(json!({"application/json": {}})),
            body(json!({"application/json": json})),
            &["breaking request-body-media-type-schema-added"],
        ),
        (
            "loses its schema",
            body(json!({"application/json": json})),
            body(json!({"application/json": {}})),
            &["info request-body-media-type-schema-removed"],
        ),
        (
            "an empty schema",
            body(json!({"application/json": {}})),
            body(json!({"application/json": {"schema": {}}})),
            &[],
        ),
    ]);
}

#[test]
fn media_types_of_responses() {
    let json = json!({"schema": {"type": "object"}});
    assert_operations(&[
        (
            "gone",
            response(json!({"application/json": json, "application/xml": json})),
            response(json!({"application/json": json})),
            &["breaking response-media-type-removed"],
        ),
        (
            "new",
            response(json!({"application/json": json})),
            response(json!({"application/json": json, "application/xml": json})),
            &["info response-media-type-added"],
        ),
        (
            "more general by its suffix",
            response(json!({"application/problem+json": json})),
            response(json!({"application/json": json})),
            &["breaking response-media-type-name-generalized"],
        ),
        (
            "more specific by its suffix",
            response(json!({"application/xml": json})),
            response(json!({"application/atom+xml": json})),
            &["info response-media-type-name-specialized"],
        ),
        (
            "more general by a range",
            response(json!({"image/png": {}})),
            response(json!({"image/*": {}})),
            &["breaking response-media-type-name-generalized"],
        ),
        (
            "other parameters",
            response(json!({"application/json; version=1": {}})),
            response(json!({"application/json; version=2": {}})),
            &["warning response-media-type-name-changed"],
        ),
        (
            "another suffix is another type",
            response(json!({"application/problem+json": {}})),
            response(json!({"application/problem+xml": {}})),
            &[
                "breaking response-media-type-removed",
                "info response-media-type-added",
            ],
        ),
        (
            "gets a schema",
            response(json!({"application/json": {}})),
            response(json!({"application/json": json})),
            &["info response-body-media-type-schema-added"],
        ),
        (
            "loses its schema",
            response(json!({"application/json": json})),
            response(json!({"application/json": {}})),
            &["warning response-body-media-type-schema-removed"],
        ),
    ]);
}

#[test]
fn a_body_behind_a_reference_is_the_body() {
    let inline = operation(body(json!({"application/json": {}})));
    let mut referring = operation(json!({"requestBody": {"$ref": "#/components/requestBodies/B"}}));
    referring["components"] = json!({"requestBodies": {"B": {"content": {"application/json": {}}}}});
    assert!(compare(&inline, &referring).findings.is_empty());
}
