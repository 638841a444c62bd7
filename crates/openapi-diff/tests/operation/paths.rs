use serde_json::{Value, json};

use crate::{assert_documents, compare, document, verdicts};

fn paths(paths: Value) -> Value {
    json!({ "paths": paths })
}

fn get() -> Value {
    json!({"get": {"responses": {"204": {"description": "Done"}}}})
}

#[test]
fn operations_come_and_go() {
    assert_documents(&[
        (
            "nothing",
            paths(json!({"/a": get()})),
            paths(json!({"/a": get()})),
            &[],
        ),
        (
            "path added",
            paths(json!({"/a": get()})),
            paths(json!({"/a": get(), "/b": get()})),
            &["info endpoint-added"],
        ),
        (
            "method added",
            paths(json!({"/a": get()})),
            paths(json!({"/a": {"get": get()["get"], "put": get()["get"]}})),
            &["info endpoint-added"],
        ),
        (
            "path removed, one finding for each operation",
            paths(json!({"/a": get(), "/b": {"get": get()["get"], "put": get()["get"]}})),
            paths(json!({"/a": get()})),
            &[
                "breaking api-path-removed-without-deprecation",
                "breaking api-path-removed-without-deprecation",
            ],
        ),
        (
            "method removed",
            paths(json!({"/a": {"get": get()["get"], "put": get()["get"]}})),
            paths(json!({"/a": get()})),
            &["breaking api-removed-without-deprecation"],
        ),
        (
            "extensions and members that are not operations",
            paths(json!({"/a": get()})),
            paths(json!({"/a": {"get": get()["get"], "summary": "A", "x-y": {}}, "x-z": get(), "/c": 1})),
            &[],
        ),
    ]);
}

#[test]
fn a_deprecated_operation_may_go() {
    let rows = [
        (
            json!({"deprecated": true}),
            Some("info api-path-removed-with-deprecation"),
        ),
        (
            json!({"deprecated": true, "x-sunset": "2026-06-16"}),
            Some("breaking api-path-removed-before-sunset"),
        ),
        (json!({"deprecated": true, "x-sunset": "2026-06-15"}), None),
        (
            json!({"deprecated": true, "x-sunset": "2026-06-14T23:59:59Z"}),
            None,
        ),
        (
            json!({"deprecated": true, "x-sunset": "soon"}),
            Some("breaking api-path-sunset-parse"),
        ),
        (
            json!({"x-sunset": "2020-01-01"}),
            Some("breaking api-path-removed-without-deprecation"),
        ),
        (json!({"x-stability-level": "draft"}), None),
        (json!({"x-stability-level": "alpha"}), None),
        (
            json!({"x-stability-level": "beta"}),
            Some("breaking api-path-removed-without-deprecation"),
        ),
    ];
    for (members, expected) in rows {
        let old = document(paths(json!({"/a": {"get": members}})));
        let diff = compare(&old, &document(paths(json!({}))));
        assert_eq!(verdicts(&diff), Vec::from_iter(expected), "{members}");
        let old = document(paths(json!({"/a": {"get": members, "put": {}}})));
        let diff = compare(&old, &document(paths(json!({"/a": {"put": {}}}))));
        let expected = expected.map(|it| it.replace("api-path-removed", "api-removed"));
        assert_eq!(verdicts(&diff), Vec::from_iter(expected), "{members}");
    }
}

fn by_id(name: &str) -> Value {
    let of = |it: &str| json!([{"name": it, "in": "path", "required": true, "schema": {"type": "string"}}]);
    json!({"get": {"parameters": of(name)}})
}

#[test]
fn the_position_of_a_path_parameter_counts_not_its_name() {
    assert_documents(&[
        (
            "renamed",
            paths(json!({"/users/{id}": by_id("id")})),
            paths(json!({"/users/{user_id}": by_id("user_id")})),
            &[],
        ),
        (
            "two in one segment, with their types changing places",
            paths(json!({"/files/{name}.{kind}": {"get": {"parameters": [
                {"name": "name", "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": "kind", "in": "path", "required": true, "schema": {"type": "string"}},
            ]}}})),
            paths(json!({"/files/{kind}.{name}": {"get": {"parameters": [
                {"name": "kind", "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": "name", "in": "path", "required": true, "schema": {"type": "string"}},
            ]}}})),
            &[],
        ),
        (
            "a literal is not a parameter",
            paths(json!({"/users/me": get()})),
            paths(json!({"/users/{id}": by_id("id")})),
            &[
                "breaking api-path-removed-without-deprecation",
                "info endpoint-added",
            ],
        ),
        (
            "both stay, in another order",
            paths(json!({"/users/{id}": by_id("id"), "/users/me": get()})),
            paths(json!({"/users/me": get(), "/users/{user}": by_id("user")})),
            &[],
        ),
        (
            "equivalent templates keep their own names",
            paths(json!({"/users/{id}": by_id("id"), "/users/{name}": {"put": by_id("name")["get"]}})),
            paths(json!({"/users/{name}": {"put": by_id("name")["get"]}, "/users/{id}": by_id("id")})),
            &[],
        ),
        (
            "equivalent templates, merged into one",
            paths(json!({"/users/{id}": by_id("id"), "/users/{name}": {"put": by_id("name")["get"]}})),
            paths(json!({"/users/{id}": {"get": by_id("id")["get"], "put": by_id("id")["get"]}})),
            &[],
        ),
        (
            "an unclosed brace",
            paths(json!({"/users/{id": get()})),
            paths(json!({"/users/{name": get()})),
            &[
                "breaking api-path-removed-without-deprecation",
                "info endpoint-added",
            ],
        ),
    ]);
}

#[test]
fn a_moved_operation_is_named_with_its_new_place() {
    let rows = [
        (
            "by its operationId",
            json!({"/a": {"get": {"operationId": "list", "responses": {}}}}),
            json!({"/b": {"put": {"operationId": "list", "parameters": []}}}),
            Some("PUT /b"),
        ),
        (
            "by everything that matters",
            json!({"/a": {"get": {"operationId": "x", "summary": "A", "responses": {"204": {}}}}}),
            json!({"/b": {"get": {"operationId": "y", "responses": {"204": {}}}}}),
            Some("GET /b"),
        ),
        (
            "two candidates",
            json!({"/a": {"get": {"responses": {"204": {}}}}}),
            json!({"/b": {"get": {"responses": {"204": {}}}}, "/c": {"get": {"responses": {"204": {}}}}}),
            None,
        ),
        (
            "something else",
            json!({"/a": {"get": {"responses": {"204": {}}}}}),
            json!({"/b": {"get": {"responses": {"200": {}}}}}),
            None,
        ),
    ];
    for (name, old, new, place) in rows {
        let diff = compare(&document(paths(old)), &document(paths(new)));
        let gone = &diff.findings[0];
        assert_eq!(gone.id, "api-path-removed-without-deprecation", "{name}");
        let expected = place.map_or_else(String::new, |place| format!("; it is {place} now"));
        assert_eq!(gone.arguments["instead"], expected, "{name}");
        assert!(
            diff.findings[1..].iter().all(|it| it.id == "endpoint-added"),
            "{name}"
        );
    }
}

#[test]
fn a_path_item_behind_a_reference_is_the_path_item() {
    let old = document(paths(json!({"/a": get()})));
    let mut new = document(paths(json!({"/a": {"$ref": "#/components/pathItems/A"}})));
    new["components"] = json!({"pathItems": {"A": get()}});
    assert!(compare(&old, &new).findings.is_empty());
    assert!(compare(&new, &old).findings.is_empty());
}
