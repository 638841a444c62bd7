//! Shared by several tests: the meta-schema of OpenAPI 3.0, and arbitrary JSON.

#![allow(dead_code, reason = "not every test uses everything")]
#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

/// The OpenAPI Initiative's meta-schema of 3.0 documents.
pub(crate) static META_SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(include_str!("../meta-schema/openapi-3.0.json")).unwrap();
    jsonschema::draft4::options()
        // The converter does not check whether URLs and email addresses are well-formed.
        .should_validate_formats(false)
        .build(&schema)
        .unwrap()
});

/// The errors of a document under the meta-schema of OpenAPI 3.0.
pub(crate) fn problems(document: &Value) -> Vec<String> {
    let errors = META_SCHEMA.iter_errors(document);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// The number of cases for a property: enough to find errors, few enough to run quickly. `PROPTEST_CASES`
/// overrides it.
pub(crate) fn cases(usual: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(usual),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    }
}

/// Words that have a meaning in a document, so that arbitrary JSON reaches every part of the code.
pub(crate) const WORDS: &[&str] = &[
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
    "$id",
    "$anchor",
    "$dynamicRef",
    "$dynamicAnchor",
    "$schema",
    "security",
    "securitySchemes",
    "mutualTLS",
    "flows",
    "name",
    "in",
    "query",
    "path",
    "servers",
    "url",
    "tags",
    "links",
    "description",
    "unevaluatedProperties",
    "minContains",
    "then",
    "dependentSchemas",
    "propertyNames",
    "pattern",
    "default",
    "2xx",
    "#A",
    "A.json",
    "#/paths/~1",
    "#/components/schemas/A/$defs/A",
    "#/components/parameters/A",
    "#/x-a",
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

pub(crate) fn arbitrary_json() -> impl Strategy<Value = Value> {
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
