//! Schemas as widely used tools write them, and their conversions.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

mod support;

use openapi_downconvert::{Loss, downconvert};
use serde_json::{Value, json};
use support::problems;

/// The converted schemas, and the places that accept more than before.
fn converted(schemas: &Value) -> (Value, Vec<String>) {
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "t", "version": "1" },
        "components": { "schemas": schemas },
    });
    let converted = downconvert(document).unwrap();
    assert_eq!(problems(&converted.document), Vec::<String>::new());
    let widened = converted
        .changes
        .into_iter()
        .filter(|change| change.loss == Loss::Widened);
    let widened = widened.map(|change| {
        change
            .pointer
            .trim_start_matches("/components/schemas")
            .to_owned()
    });
    (
        converted.document["components"]["schemas"].clone(),
        widened.collect(),
    )
}

fn check(schemas: &Value, becomes: &Value, widened: &[&str]) {
    let (schemas, places) = converted(schemas);
    assert_eq!(schemas, *becomes, "{schemas:#}");
    assert_eq!(places, widened);
}

/// FastAPI with pydantic 2.
#[test]
fn pydantic() {
    check(
        &json!({
            "Item": {
                "properties": {
                    "name": { "type": "string", "title": "Name" },
                    "price": { "anyOf": [{ "type": "number", "exclusiveMinimum": 0.0 }, { "type": "null" }], "title": "Price" },
                    "owner": { "anyOf": [{ "$ref": "#/components/schemas/User" }, { "type": "null" }] },
                    "kind": { "type": "string", "const": "item", "title": "Kind", "default": "item" },
                    "tags": { "items": { "type": "string" }, "type": "array", "uniqueItems": true, "default": [] },
                    "point": { "prefixItems": [{ "type": "number" }, { "type": "number" }], "type": "array", "maxItems": 2, "minItems": 2 },
                    "meta": { "additionalProperties": true, "type": "object", "propertyNames": { "enum": ["a"] } },
                },
                "type": "object", "required": ["name"], "title": "Item",
            },
            "User": { "type": "object" },
        }),
        &json!({
            "Item": {
                "properties": {
                    "name": { "type": "string", "title": "Name" },
                    "price": { "type": "number", "minimum": 0.0, "exclusiveMinimum": true, "title": "Price", "nullable": true },
                    "owner": { "anyOf": [{ "$ref": "#/components/schemas/User" }, { "enum": [null], "nullable": true }] },
                    "kind": { "type": "string", "enum": ["item"], "title": "Kind", "default": "item" },
                    "tags": { "items": { "type": "string" }, "type": "array", "uniqueItems": true, "default": [] },
                    "point": { "items": { "type": "number" }, "type": "array", "maxItems": 2, "minItems": 2 },
                    "meta": { "additionalProperties": true, "type": "object" },
                },
                "type": "object", "required": ["name"], "title": "Item",
            },
            "User": { "type": "object" },
        }),
        &[
            "/Item/properties/point/prefixItems",
            "/Item/properties/meta/propertyNames",
        ],
    );
}

/// NestJS and swagger-php: 3.0 keywords in a document that declares 3.1.
#[test]
fn nullable_and_draft_3_leftovers() {
    check(
        &json!({
            "Dto": { "type": "object", "properties": {
                "owner": { "nullable": true, "allOf": [{ "$ref": "#/components/schemas/User" }] },
                "manager": { "$ref": "#/components/schemas/User", "nullable": true },
                "age": { "type": "integer", "minimum": 0, "exclusiveMinimum": true, "nullable": true },
                "name": { "type": "string", "required": true, "example": "x", "examples": ["y"] },
                "role": { "type": "string", "enum": ["a", "b"], "nullable": true },
                "list": { "type": "array" },
            } },
            "User": { "type": "object", "properties": [] },
        }),
        &json!({
            "Dto": { "type": "object", "properties": {
                "owner": { "anyOf": [{ "$ref": "#/components/schemas/User" }, { "enum": [null], "nullable": true }] },
                "manager": { "anyOf": [{ "$ref": "#/components/schemas/User" }, { "enum": [null], "nullable": true }] },
                "age": { "type": "integer", "minimum": 0, "exclusiveMinimum": true, "nullable": true },
                "name": { "type": "string", "example": "x" },
                "role": { "type": "string", "enum": ["a", "b", null], "nullable": true },
                "list": { "type": "array", "items": {} },
            } },
            "User": { "type": "object", "properties": {} },
        }),
        &[
            "/Dto/properties/name/required",
            "/Dto/properties/owner/nullable",
            "/Dto/properties/manager/nullable",
            "/Dto/properties/age/nullable",
            "/Dto/properties/role/nullable",
        ],
    );
}

/// utoipa and schemars: `oneOf` with null first, `$ref` with a description.
#[test]
fn schemars() {
    check(
        &json!({
            "Job": { "type": "object", "properties": {
                "parent": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Job", "description": "above" }] },
                "count": { "type": ["integer", "null"], "format": "int64", "minimum": 0 },
                "any": {},
                "map": { "type": "object", "additionalProperties": { "type": "string" }, "propertyNames": { "type": "string" } },
            } },
            "Event": { "oneOf": [
                { "type": "string", "enum": ["started"] },
                { "type": "object", "required": ["failed"], "properties": { "failed": { "type": "string" } } },
            ] },
        }),
        &json!({
            "Job": { "type": "object", "properties": {
                "parent": { "oneOf": [
                    { "enum": [null], "nullable": true },
                    { "allOf": [{ "$ref": "#/components/schemas/Job" }], "description": "above" },
                ] },
                "count": { "type": "integer", "nullable": true, "format": "int64", "minimum": 0 },
                "any": {},
                "map": { "type": "object", "additionalProperties": { "type": "string" } },
            } },
            "Event": { "oneOf": [
                { "type": "string", "enum": ["started"] },
                { "type": "object", "required": ["failed"], "properties": { "failed": { "type": "string" } } },
            ] },
        }),
        &[],
    );
}

/// Zod and TypeBox: `$schema` and `$id` in schemas, `$defs`, literals.
#[test]
fn zod_and_typebox() {
    check(
        &json!({
            "Shape": {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "oneOf": [{ "$ref": "#/components/schemas/Shape/$defs/Circle" }, { "$ref": "#/components/schemas/Shape/$defs/Square" }],
                "discriminator": { "propertyName": "kind", "mapping": { "circle": "#/components/schemas/Shape/$defs/Circle" } },
                "$defs": {
                    "Circle": { "type": "object", "properties": { "kind": { "type": "string", "const": "circle" } }, "required": ["kind"], "additionalProperties": false },
                    "Square": { "type": "object", "properties": { "kind": { "type": "string", "const": "square" } }, "required": ["kind"] },
                },
            },
            "User": { "$id": "User", "type": "object", "properties": { "friend": { "$ref": "User" }, "shape": { "$ref": "#/components/schemas/Shape" } } },
            "Tuple": { "type": "array", "prefixItems": [{ "type": "string" }, { "type": ["number", "null"] }], "items": false },
            "Literals": { "type": ["string", "number", "null"], "enum": ["a", 1, null] },
        }),
        &json!({
            "Shape": {
                "oneOf": [{ "$ref": "#/components/schemas/Circle" }, { "$ref": "#/components/schemas/Square" }],
                "discriminator": { "propertyName": "kind", "mapping": { "circle": "#/components/schemas/Circle" } },
            },
            "User": { "type": "object", "properties": { "friend": { "$ref": "#/components/schemas/User" }, "shape": { "$ref": "#/components/schemas/Shape" } } },
            "Tuple": { "type": "array", "items": { "anyOf": [{ "type": "string" }, { "type": "number", "nullable": true }] }, "maxItems": 2 },
            "Literals": { "anyOf": [{ "type": "string" }, { "type": "number" }, { "enum": [null], "nullable": true }], "enum": ["a", 1, null], "nullable": true },
            "Circle": { "type": "object", "properties": { "kind": { "type": "string", "enum": ["circle"] } }, "required": ["kind"], "additionalProperties": false },
            "Square": { "type": "object", "properties": { "kind": { "type": "string", "enum": ["square"] } }, "required": ["kind"] },
        }),
        &["/Tuple/prefixItems"],
    );
}

/// YAML written by hand: null and numbers without quotes, keywords in the wrong place.
#[test]
fn hand_written() {
    check(
        &json!({
            "Null": { "type": ["string", null], "title": 404, "pattern": "[" },
            "File": { "type": "file", "description": null },
            "Range": { "type": "integer", "minimum": "0", "maxLength": 3, "multipleOf": 0.5 },
            "Either": { "type": "object", "oneOf": [{ "required": ["a"] }, { "required": ["b"] }], "properties": { "a": "string" } },
            "Choice": { "enum": ["yes", "no"], "type": "string", "default": null, "x-note": { "$ref": "nowhere.json" } },
            "Kind": { "type": "object", "discriminator": "kind" },
        }),
        &json!({
            "Null": { "type": "string", "nullable": true, "title": "404" },
            "File": {},
            "Range": { "type": "integer", "maxLength": 3, "multipleOf": 0.5 },
            "Either": { "type": "object", "oneOf": [{ "required": ["a"] }, { "required": ["b"] }], "properties": { "a": {} } },
            "Choice": { "enum": ["yes", "no"], "type": "string", "default": null, "x-note": { "$ref": "nowhere.json" } },
            "Kind": { "type": "object" },
        }),
        &[
            "/Null/pattern",
            "/File/type",
            "/Range/minimum",
            "/Either/properties/a",
        ],
    );
}
