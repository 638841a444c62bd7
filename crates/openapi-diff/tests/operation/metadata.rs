use serde_json::{Value, json};

use crate::{assert_documents, assert_operations, compare, document, verdicts};

#[test]
fn names_of_operations_and_tags() {
    assert_operations(&[
        (
            "operationId changed",
            json!({"operationId": "a"}),
            json!({"operationId": "b"}),
            &["info api-operation-id-removed"],
        ),
        (
            "operationId removed",
            json!({"operationId": "a"}),
            json!({}),
            &["info api-operation-id-removed"],
        ),
        (
            "operationId added",
            json!({}),
            json!({"operationId": "a"}),
            &["info api-operation-id-added"],
        ),
        (
            "tags",
            json!({"tags": ["a", "b"]}),
            json!({"tags": ["c", "b"]}),
            &["info api-tag-added", "info api-tag-removed"],
        ),
        (
            "order of tags",
            json!({"tags": ["a", "b"]}),
            json!({"tags": ["b", "a"]}),
            &[],
        ),
        (
            "descriptions for people",
            json!({"summary": "a", "description": "a", "externalDocs": {"url": "a"}}),
            json!({"summary": "b", "x-b": 1}),
            &[],
        ),
    ]);
}

#[test]
fn names_of_components() {
    let using = |name: &str, schemas: Value| {
        json!({
            "components": {"schemas": schemas},
            "paths": {"/a": {"get": {"responses": {"200": {"content": {"application/json": {
                "schema": {"$ref": format!("#/components/schemas/{name}")}
            }}}}}}},
        })
    };
    assert_documents(&[
        (
            "removed, never used",
            using("A", json!({"A": {}, "B": {}})),
            using("A", json!({"A": {}})),
            &["info api-schema-removed"],
        ),
        (
            "another name",
            using("A", json!({"A": {"type": "string"}})),
            using("B", json!({"B": {"type": "string"}})),
            &[],
        ),
        (
            "replaced by another component that was there",
            using("A", json!({"A": {"type": "string"}, "B": {"type": "string"}})),
            using("B", json!({"B": {"type": "string"}})),
            &["info api-schema-removed"],
        ),
        (
            "new",
            using("A", json!({"A": {}})),
            using("A", json!({"A": {}, "B": {}})),
            &[],
        ),
    ]);
}

#[test]
fn servers_are_a_note() {
    let old = document(json!({"servers": [{"url": "https://a.example"}]}));
    let new = document(json!({"servers": [{"url": "https://b.example"}]}));
    let diff = compare(&old, &new);
    assert!(diff.findings.is_empty());
    assert_eq!(
        diff.notes,
        ["servers: https://a.example became https://b.example"]
    );
    assert!(compare(&old, &old).notes.is_empty());
    let root = document(json!({"servers": [{"url": "/"}]}));
    assert!(compare(&root, &document(json!({}))).notes.is_empty());
}

#[test]
fn a_version_should_announce_what_breaks() {
    let versions: [(&str, &str, Option<&str>); 11] = [
        ("1.2.3", "1.2.3", Some("info api-version-not-bumped")),
        ("1.2.3", "1.2.2", Some("info api-version-decreased")),
        ("1.2.3", "1.3.0", Some("info api-major-version-not-bumped")),
        ("1.2.3", "2.0.0", None),
        ("0.2.3", "0.2.4", Some("info api-major-version-not-bumped")),
        ("0.2.3", "0.3.0", None),
        ("0.2.3", "1.0.0", None),
        ("v1.2.3", "1.2.3+build", Some("info api-version-not-bumped")),
        ("2026-01-01", "2026-01-01", None),
        ("1.2", "1.2", None),
        ("1.02.0", "1.02.0", None),
    ];
    for (before, after, expected) in versions {
        let with = |version: &str, paths: Value| {
            let mut document = document(json!({ "paths": paths }));
            document["info"]["version"] = version.into();
            document
        };
        let full = json!({"/a": {"get": {}}});
        let broken = compare(&with(before, full.clone()), &with(after, json!({})));
        let mut lines = vec!["breaking api-path-removed-without-deprecation"];
        lines.extend(expected);
        assert_eq!(verdicts(&broken), lines, "{before} and {after}");
        let harmless = compare(&with(before, json!({})), &with(after, full));
        assert_eq!(verdicts(&harmless), ["info endpoint-added"]);
    }
}
