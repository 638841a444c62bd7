//! Schemas that refer to each other, and operations that share them.

use serde_json::{Value, json};

use crate::{compare, document};

#[test]
fn a_cycle_is_compared_once() {
    let node = |maximum: u64| {
        json!({"Node": {"type": "object", "properties": {
            "value": {"type": "integer", "maximum": maximum},
            "next": {"$ref": "#/components/schemas/Node"},
            "others": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        }}})
    };
    let root = json!({"$ref": "#/components/schemas/Node"});
    let diff = compare(
        &document("3.1.0", &root, &node(5)),
        &document("3.1.0", &root, &node(4)),
    );
    let found: Vec<_> = diff
        .findings
        .iter()
        .map(|finding| {
            (
                finding.id.as_str(),
                finding.subject.as_str(),
                finding.old.as_str(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [(
            "request-property-max-decreased",
            "Node.value",
            "/components/schemas/Node/properties/value/maximum"
        )]
    );
}

#[test]
fn cycles_of_all_kinds_come_to_an_end() {
    for components in [
        json!({"A": {"$ref": "#/components/schemas/A"}}),
        json!({"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}),
        json!({"A": {"allOf": [{"$ref": "#/components/schemas/A"}, {"type": "object"}]}}),
        json!({"A": {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]}}),
        json!({"A": {"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}, {"type": "string"}]}}),
        json!({"A": {"not": {"$ref": "#/components/schemas/A"}}}),
        json!({"A": {"allOf": [{"properties": {"a": {"$ref": "#/components/schemas/A"}}}, {"properties": {"a": {"required": ["b"]}}}]}}),
        json!({"A": {"items": {"allOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]}}, "B": {"items": {"$ref": "#/components/schemas/A"}}}),
    ] {
        let root = json!({"$ref": "#/components/schemas/A"});
        let cyclic = document("3.1.0", &root, &components);
        assert!(compare(&cyclic, &cyclic).findings.is_empty(), "{components}");
        let other = document("3.1.0", &json!({"type": "boolean"}), &components);
        compare(&cyclic, &other);
        compare(&other, &cyclic);
    }
}

#[test]
fn a_component_under_another_name_is_the_same() {
    let components = |name: &str| {
        let mut components = json!({"Leaf": {"type": "string"}});
        components[name] =
            json!({"type": "object", "properties": {"leaf": {"$ref": "#/components/schemas/Leaf"}}});
        components
    };
    let document = |name: &str| {
        let union = json!({
            "oneOf": [{"$ref": format!("#/components/schemas/{name}")}, {"type": "object", "required": ["x"]}],
            "discriminator": {"propertyName": "k", "mapping": {"a": format!("#/components/schemas/{name}")}},
        });
        document("3.1.0", &union, &components(name))
    };
    let diff = compare(&document("Old"), &document("New"));
    assert!(
        diff.findings
            .iter()
            .all(|finding| finding.id == "api-schema-removed"),
        "{diff:#?}"
    );
}

#[test]
fn a_change_of_a_component_names_all_operations_that_use_it() {
    let document = |schema: Value| {
        let body = json!({"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}, "responses": {}});
        json!({
            "openapi": "3.1.0",
            "info": {"title": "Test", "version": "next"},
            "paths": {"/a": {"post": body}, "/b": {"post": body}},
            "components": {"schemas": {"A": schema}},
        })
    };
    let diff = compare(
        &document(json!({"type": "object", "properties": {"p": {"type": "string"}}})),
        &document(json!({"type": "object", "properties": {"p": {"type": "integer"}}})),
    );
    assert_eq!(diff.findings.len(), 2);
    for finding in &diff.findings {
        assert_eq!(*finding.used_by, ["POST /a", "POST /b"]);
        assert_eq!(finding.subject, "A.p");
        assert_eq!(finding.arguments["old"], "string");
        assert_eq!(finding.arguments["new"], "integer");
    }
}

#[test]
fn a_schema_inside_a_body_is_named_by_its_way() {
    let schema = |id: &str| json!({"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": id}}}}}});
    let diff = compare(
        &document("3.1.0", &schema("string"), &json!({})),
        &document("3.1.0", &schema("integer"), &json!({})),
    );
    let subjects: Vec<_> = diff
        .findings
        .iter()
        .map(|finding| finding.subject.as_str())
        .collect();
    assert_eq!(subjects, ["request body: items[].id", "response 200: items[].id"]);
}
