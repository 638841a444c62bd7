//! Documents that are refused, and what the error says; and documents that are let through as they are.

#![expect(clippy::expect_used, reason = "helpers of tests")]

use openapi_downconvert::{Error, MAX_DEPTH, downconvert};
use proptest::prelude::*;
use proptest::sample::select;
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
fn a_3_0_document_is_left_as_it_is() {
    for version in ["3.0.0", "3.0.3", "3.0.4"] {
        let schemas = json!({ "A": { "type": ["string"], "const": 1, "$ref": "elsewhere.json" } });
        let mut document = with_schemas(schemas);
        document["openapi"] = version.into();
        let converted = downconvert(document.clone()).unwrap();
        assert_eq!(converted.document, document);
        assert_eq!(converted.changes, []);
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
fn all_dangling_references_are_named() {
    let schema = json!({
        "items": { "$ref": "#/components/schemas/Nowhere" },
        "if": { "$ref": "#anchor" },
        "properties": { "$ref": { "$ref": 5 } },
    });
    let Err(Error::DanglingReferences(references)) = downconvert(with_schemas(json!({ "A": schema }))) else {
        panic!("not refused")
    };
    let mut found: Vec<_> = references.iter().map(|found| found.to_string()).collect();
    found.sort();
    assert_eq!(
        found,
        [
            "/components/schemas/A/if: `#anchor`",
            "/components/schemas/A/items: `#/components/schemas/Nowhere`",
            "/components/schemas/A/properties/$ref: `5`",
        ]
    );
}

#[test]
fn the_message_shows_the_first_ten_references() {
    let schemas: Map<String, Value> = (0..13)
        .map(|index| {
            (
                format!("S{index}"),
                json!({ "$ref": format!("#/nowhere/{index}") }),
            )
        })
        .collect();
    let message = message(with_schemas(schemas.into()));
    assert!(
        message.starts_with("13 reference(s)") && message.ends_with("; and 3 more"),
        "{message}"
    );
    assert!(
        message.contains("/components/schemas/S9: `#/nowhere/9`") && !message.contains("S10"),
        "{message}"
    );
}

#[test]
fn references_in_the_targets_of_references_are_checked() {
    let mut document = with_schemas(json!({ "A": { "$ref": "#/x-schemas/B" } }));
    document["x-schemas"] = json!({ "B": { "items": { "$ref": "#/nowhere" } } });
    assert!(message(document).contains("/x-schemas/B/items: `#/nowhere`"));
}

#[test]
fn what_is_no_schema_is_not_looked_into() {
    let looks_like_a_schema = json!({ "$ref": "nowhere.json", "type": ["string", "null"], "const": 1 });
    let schema = json!({
        "type": "object",
        "default": looks_like_a_schema,
        "example": looks_like_a_schema,
        "enum": [looks_like_a_schema],
        "x-note": looks_like_a_schema,
    });
    let mut document = with_schemas(json!({ "A": schema }));
    let content = json!({ "schema": {}, "example": looks_like_a_schema, "examples": { "a": { "value": looks_like_a_schema } } });
    document["paths"] = json!({ "x-note": looks_like_a_schema, "/": { "get": {
        "responses": { "200": { "description": "", "content": { "application/json": content } } }
    } } });
    let converted = downconvert(document.clone()).unwrap();
    document["openapi"] = "3.0.3".into();
    assert_eq!(converted.document, document);
}

#[test]
fn every_place_of_a_schema_is_found() {
    let given = || json!({ "schema": { "const": 1 } });
    let content = || json!({ "a/b": { "schema": { "const": 1 }, "encoding": { "a": { "headers": { "H": given() } } } } });
    let response = || json!({ "description": "", "headers": { "H": given() }, "content": content() });
    let parameter = || json!({ "name": "p", "in": "query", "schema": { "const": 1 }, "content": content() });
    let operation = || {
        json!({
            "parameters": [parameter()],
            "requestBody": { "content": content() },
            "responses": { "200": response() },
        })
    };
    let mut with_callback = operation();
    with_callback["callbacks"] = json!({ "c": { "{$url}": { "post": operation() } } });
    let methods = [
        "get", "put", "post", "delete", "options", "head", "patch", "trace",
    ];
    let mut item: Map<String, Value> = methods
        .iter()
        .map(|method| ((*method).to_owned(), with_callback.clone()))
        .collect();
    item.insert("parameters".to_owned(), json!([parameter()]));
    let document = json!({
        "openapi": "3.1.0",
        "paths": { "/": item },
        "components": {
            "schemas": { "S": { "const": 1 } },
            "responses": { "R": response() },
            "parameters": { "P": parameter() },
            "requestBodies": { "B": { "content": content() } },
            "headers": { "H": given() },
            "callbacks": { "C": { "{$url}": { "post": operation() } } },
        }
    });
    let converted = downconvert(document.clone()).unwrap().document.to_string();
    assert_eq!(converted.matches("const").count(), 0);
    assert_eq!(
        converted.matches(r#""enum":[1]"#).count(),
        document.to_string().matches("const").count()
    );
}

#[test]
fn cycles_end() {
    let schemas = json!({
        "Tree": { "properties": { "children": { "items": { "$ref": "#/components/schemas/Tree" } } } },
        "Loop": { "$ref": "#/components/schemas/Loop" },
        "Ping": { "oneOf": [{ "$ref": "#/components/schemas/Pong" }], "contains": true },
        "Pong": { "not": { "$ref": "#/components/schemas/Ping" } },
        "Deep": { "properties": { "d": { "$ref": "#/components/schemas/Deep/properties/d" } } },
        "All": { "$ref": "#" },
    });
    let mut document = with_schemas(schemas);
    document["components"]["pathItems"] =
        json!({ "A": { "$ref": "#/components/pathItems/B" }, "B": { "$ref": "#/components/pathItems/A" } });
    document["paths"] = json!({ "/": { "$ref": "#/components/pathItems/A" } });
    downconvert(document).unwrap();
}

#[test]
fn names_of_new_components_are_free() {
    let schemas = json!({
        "D": { "type": "string" },
        "A": { "$ref": "#/components/schemas/A/$defs/D", "$defs": { "D": { "type": "integer" } } },
        "B": { "$ref": "#/components/schemas/B/properties/a~1b", "properties": { "a/b": { "type": "boolean" } } },
    });
    let converted = downconvert(with_schemas(schemas)).unwrap().document;
    let schemas = &converted["components"]["schemas"];
    assert_eq!(schemas["D"], json!({ "type": "string" }));
    assert_eq!(schemas["D_2"], json!({ "type": "integer" }));
    assert_eq!(schemas["A"], json!({ "$ref": "#/components/schemas/D_2" }));
    assert_eq!(schemas["B_properties_a_b"], json!({ "type": "boolean" }));
}

/// A schema inside of others: `wrapper` with the inner one as the value of `keyword`. (`json!` with deep
/// values in it would need more stack than the conversion.)
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

/// Words that mean something in a document, so that arbitrary JSON gets into every corner.
const WORDS: &[&str] = &[
    "openapi",
    "info",
    "license",
    "summary",
    "paths",
    "/",
    "webhooks",
    "components",
    "schemas",
    "pathItems",
    "parameters",
    "responses",
    "headers",
    "callbacks",
    "requestBodies",
    "get",
    "requestBody",
    "content",
    "schema",
    "encoding",
    "200",
    "A",
    "$ref",
    "$defs",
    "type",
    "enum",
    "const",
    "properties",
    "patternProperties",
    "additionalProperties",
    "items",
    "prefixItems",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "contains",
    "nullable",
    "required",
    "examples",
    "example",
    "exclusiveMinimum",
    "minimum",
    "maxItems",
    "contentEncoding",
    "contentMediaType",
    "discriminator",
    "mapping",
    "x-a",
    "jsonSchemaDialect",
    "identifier",
    "null",
    "string",
    "array",
    "3.1.0",
    "#",
    "#/components/schemas/A",
    "#/components/pathItems/A",
    "#/components/schemas/A/items",
];

fn arbitrary_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        select(WORDS).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 4, |inner| {
        let members = prop::collection::vec((select(WORDS), inner.clone()), 0..5);
        prop_oneof![
            1 => prop::collection::vec(inner, 0..4).prop_map(Value::from),
            3 => members.prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_json_is_converted_or_refused(mut document in arbitrary_json(), schema in arbitrary_json()) {
        drop(downconvert(document.clone()));
        if let Some(members) = document.as_object_mut() {
            members.insert("openapi".to_owned(), "3.1.0".into());
            members.insert("components".to_owned(), json!({ "schemas": { "A": schema } }));
            members.shift_remove("jsonSchemaDialect");
        }
        if let Ok(converted) = downconvert(document.clone()) {
            for change in &converted.changes {
                let (object, _) = change.pointer.rsplit_once('/').unwrap_or_default();
                let exists = document.pointer(&change.pointer).or(document.pointer(object)).is_some();
                prop_assert!(exists, "{change:?} is not about the document {document}");
            }
            prop_assert_eq!(downconvert(converted.document).unwrap().changes, vec![]);
        }
    }
}
