//! Documents that are refused, with their error messages, and similar documents that are accepted.

#![expect(clippy::expect_used, reason = "test helpers")]

use openapi_downconvert::{Error, Loss, MAX_DEPTH, Options, UnknownDialect, downconvert};
use serde_json::{Map, Value, json};

fn with_schemas(schemas: Value) -> Value {
    json!({ "openapi": "3.1.0", "info": { "title": "t", "version": "1" }, "paths": {}, "components": { "schemas": schemas } })
}

fn message(document: Value) -> String {
    downconvert(document)
        .expect_err("the document should be refused")
        .to_string()
}

#[test]
fn other_versions_are_refused() {
    let cases = [
        (json!({ "swagger": "2.0" }), "Swagger 2.0"),
        (json!({ "openapi": "2.0" }), "\"2.0\""),
        (json!({ "openapi": "3.2.0" }), "\"3.2.0\""),
        (json!({ "openapi": "3.10.0" }), "\"3.10.0\""),
        (json!({ "openapi": 3.1 }), "3.1"),
        (json!({ "info": {} }), "missing"),
        (json!([]), "missing"),
        (json!(null), "missing"),
    ];
    for (document, expected) in cases {
        let message = message(document);
        assert!(
            message.starts_with("/openapi: ") && message.contains(expected),
            "{message}"
        );
    }
}

#[test]
fn patch_versions_do_not_matter() {
    for version in ["3.1.0", "3.1.1", "3.1.2"] {
        let converted = downconvert(json!({ "openapi": version })).unwrap();
        assert_eq!(converted.document["openapi"], "3.0.3");
    }
}

#[test]
fn unknown_dialects_are_refused() {
    for (dialect, is_known) in [
        ("https://spec.openapis.org/oas/3.1/dialect/base", true),
        ("https://spec.openapis.org/oas/3.1/dialect/2024-11-10", true),
        ("https://json-schema.org/draft/2020-12/schema", true),
        ("http://json-schema.org/draft-07/schema#", false),
    ] {
        let result = downconvert(json!({ "openapi": "3.1.0", "jsonSchemaDialect": dialect }));
        assert_eq!(result.is_ok(), is_known, "{dialect}");
        if let Err(error) = result {
            assert_eq!(
                error,
                Error::Dialect {
                    dialect: dialect.to_owned()
                }
            );
            assert!(error.to_string().starts_with("/jsonSchemaDialect: "), "{error}");
        }
    }
}

#[test]
fn an_unknown_dialect_can_be_read_as_json_schema() {
    let document = json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://shop.example/schema",
        "components": { "schemas": { "Order": { "type": ["string", "null"] } } },
    });
    let options = Options::default().unknown_dialect(UnknownDialect::ReadAsJsonSchema);
    let converted = options.downconvert(document).unwrap();
    let schema = &converted.document["components"]["schemas"]["Order"];
    assert_eq!(*schema, json!({ "type": "string", "nullable": true }));
    let recorded = converted
        .changes
        .iter()
        .find(|change| change.pass == "dialect")
        .unwrap();
    assert_eq!(
        (recorded.pointer.as_str(), recorded.loss),
        ("/jsonSchemaDialect", Loss::Dropped)
    );
    assert!(
        recorded.note.contains("https://shop.example/schema"),
        "{}",
        recorded.note
    );
}

#[test]
fn external_references_are_refused_with_their_place() {
    let mut document = with_schemas(json!({ "A": { "properties": { "a/b": { "$ref": "other.json#/A" } } } }));
    document["paths"]["/x"] = json!({ "$ref": "paths.json" });
    let Err(Error::ExternalReferences(references)) = downconvert(document.clone()) else {
        panic!("not refused")
    };
    let found: Vec<_> = references
        .iter()
        .map(|found| (found.pointer.as_str(), found.target.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("/paths/~1x", "paths.json"),
            ("/components/schemas/A/properties/a~1b", "other.json#/A")
        ]
    );
    assert!(message(document).contains("/components/schemas/A/properties/a~1b: `other.json#/A`"));
}

#[test]
fn the_message_shows_the_first_ten_references() {
    let schemas: Map<String, Value> = (0..13)
        .map(|index| {
            (
                format!("S{index}"),
                json!({ "$ref": format!("nowhere.json#/{index}") }),
            )
        })
        .collect();
    let message = message(with_schemas(schemas.into()));
    assert!(
        message.starts_with("13 references lead") && message.ends_with("; and 3 more"),
        "{message}"
    );
    assert!(
        message.contains("/components/schemas/S9: `nowhere.json#/9`") && !message.contains("S10"),
        "{message}"
    );
}

/// A schema inside others: `wrapper` with the inner one as the value of `keyword`. (`json!` with deep values
/// needs more stack than the conversion.)
fn nested(depth: usize, keyword: &str, wrapper: &Value) -> Value {
    let mut schema = json!({ "type": ["string", "null"] });
    for _ in 0..depth {
        let mut outer = wrapper.clone();
        outer[keyword] = schema;
        schema = outer;
    }
    let mut document = with_schemas(json!({ "B": {} }));
    document["components"]["schemas"]["A"] = schema;
    document
}

#[test]
fn deep_documents_are_refused_and_those_at_the_limit_are_not() {
    let wrappers = [
        ("items", json!({})),
        (
            "items",
            json!({ "type": ["array", "string", "null"], "anyOf": [{}] }),
        ),
        ("not", json!({ "$ref": "#/components/schemas/B", "contains": {} })),
        (
            "additionalProperties",
            json!({ "patternProperties": { "a": {} } }),
        ),
        ("default", json!({})),
    ];
    for (keyword, wrapper) in wrappers {
        let converted = downconvert(nested(MAX_DEPTH - 5, keyword, &wrapper)).unwrap();
        assert!(!converted.document.to_string().is_empty());
        for too_deep in [MAX_DEPTH - 4, 2_000] {
            assert_eq!(
                downconvert(nested(too_deep, keyword, &wrapper)).map(drop),
                Err(Error::TooDeep)
            );
        }
    }
}
