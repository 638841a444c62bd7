use serde_json::{Value, json};

use crate::{assert_documents, assert_operations};

fn security(requirements: Value) -> Value {
    json!({ "security": requirements })
}

/// The cases that an operation and the whole document share. Their ids differ by `global-`.
#[test]
fn requirements() {
    let rows: Vec<(&str, Value, Value, &[&str])> = vec![
        (
            "no security gets a requirement",
            json!([]),
            json!([{"key": []}]),
            &["breaking api-security-added"],
        ),
        (
            "no security may be written as {}",
            json!([{}]),
            json!([{"key": []}]),
            &["breaking api-security-added"],
        ),
        ("no security on both sides", json!([]), json!([{}]), &[]),
        (
            "a further alternative",
            json!([{"key": []}]),
            json!([{"key": []}, {"oauth": ["read"]}]),
            &["info api-security-added"],
        ),
        (
            "no security is still enough",
            json!([]),
            json!([{}, {"key": []}]),
            &["info api-security-added"],
        ),
        (
            "one of several alternatives removed",
            json!([{"key": []}, {"oauth": []}]),
            json!([{"oauth": []}]),
            &["breaking api-security-removed"],
        ),
        (
            "no security is no longer enough",
            json!([{}, {"oauth": []}]),
            json!([{"oauth": []}]),
            &["breaking api-security-removed"],
        ),
        (
            "the last one removed",
            json!([{"key": []}]),
            json!([]),
            &["info api-security-removed"],
        ),
        (
            "another scheme",
            json!([{"key": []}]),
            json!([{"oauth": []}]),
            &["breaking api-security-removed", "info api-security-added"],
        ),
        (
            "a further scheme in an alternative",
            json!([{"key": []}]),
            json!([{"key": [], "oauth": []}]),
            &["breaking api-security-removed", "info api-security-added"],
        ),
        (
            "one scheme fewer in an alternative",
            json!([{"key": [], "oauth": []}]),
            json!([{"key": []}]),
            &["info api-security-added", "info api-security-removed"],
        ),
        (
            "scope required",
            json!([{"oauth": ["read"]}]),
            json!([{"oauth": ["read", "write"]}]),
            &["breaking api-security-scope-added"],
        ),
        (
            "scope no longer required",
            json!([{"oauth": ["read", "write"]}]),
            json!([{"oauth": ["write"]}]),
            &["info api-security-scope-removed"],
        ),
        (
            "another scope",
            json!([{"oauth": ["read"]}]),
            json!([{"oauth": ["write"]}]),
            &[
                "breaking api-security-scope-added",
                "info api-security-scope-removed",
            ],
        ),
        (
            "scopes as alternatives",
            json!([{"oauth": ["read"]}, {"oauth": ["write"]}]),
            json!([{"oauth": ["write"]}, {"oauth": ["read"]}]),
            &[],
        ),
        (
            "one alternative removed, the other requires less",
            json!([{"key": []}, {"key": [], "oauth": []}]),
            json!([{"key": []}]),
            &["info api-security-removed"],
        ),
    ];
    for (name, old, new, expected) in rows {
        assert_operations(&[(name, security(old.clone()), security(new.clone()), expected)]);
        let with_operation =
            |requirements: Value| json!({"security": requirements, "paths": {"/a": {"get": {}}}});
        let expected: Vec<_> = expected
            .iter()
            .map(|id| id.replace("api-security", "api-global-security"))
            .collect();
        let expected: Vec<_> = expected.iter().map(String::as_str).collect();
        assert_documents(&[(name, with_operation(old), with_operation(new), &expected)]);
    }
}

#[test]
fn an_operation_that_says_nothing_follows_the_document() {
    let document = |security: Value, own: Value| json!({"security": security, "paths": {"/a": {"get": own}, "/b": {"get": {}}}});
    assert_documents(&[
        (
            "the document's requirement written explicitly",
            document(json!([{"key": []}]), json!({})),
            document(json!([{"key": []}]), json!({"security": [{"key": []}]})),
            &[],
        ),
        (
            "the operation opens",
            document(json!([{"key": []}]), json!({})),
            document(json!([{"key": []}]), json!({"security": []})),
            &["info api-security-removed"],
        ),
        (
            "the operation closes",
            document(json!([{"key": []}]), json!({"security": []})),
            document(json!([{"key": []}]), json!({})),
            &["breaking api-security-added"],
        ),
        (
            "once for all that follow",
            document(json!([]), json!({})),
            document(json!([{"key": []}]), json!({})),
            &["breaking api-global-security-added"],
        ),
        (
            "none follows",
            json!({"paths": {"/a": {"get": {"security": []}}}}),
            json!({"security": [{"key": []}], "paths": {"/a": {"get": {"security": []}}}}),
            &["info api-global-security-added"],
        ),
    ]);
}

#[test]
fn schemes() {
    let schemes = |schemes: Value| json!({"components": {"securitySchemes": schemes}});
    let one = |scheme: Value| schemes(json!({"s": scheme}));
    let flow = |flow: Value| one(json!({"type": "oauth2", "flows": {"implicit": flow}}));
    assert_documents(&[
        (
            "new",
            schemes(json!({})),
            one(json!({"type": "http", "scheme": "basic"})),
            &["info api-security-component-added"],
        ),
        (
            "gone",
            one(json!({"type": "http", "scheme": "basic"})),
            schemes(json!({})),
            &["info api-security-component-removed"],
        ),
        (
            "type",
            one(json!({"type": "http", "scheme": "basic"})),
            one(json!({"type": "apiKey", "in": "header", "name": "X-Key"})),
            &["breaking api-security-component-type-changed"],
        ),
        (
            "HTTP scheme",
            one(json!({"type": "http", "scheme": "basic"})),
            one(json!({"type": "http", "scheme": "bearer"})),
            &["breaking api-security-component-scheme-changed"],
        ),
        (
            "HTTP scheme without case",
            one(json!({"type": "http", "scheme": "basic"})),
            one(json!({"type": "http", "scheme": "Basic"})),
            &[],
        ),
        (
            "place and name of a key",
            one(json!({"type": "apiKey", "in": "header", "name": "X-Key"})),
            one(json!({"type": "apiKey", "in": "query", "name": "key"})),
            &[
                "breaking api-security-component-in-changed",
                "breaking api-security-component-name-changed",
            ],
        ),
        (
            "discovery URL",
            one(json!({"type": "openIdConnect", "openIdConnectUrl": "https://a.example"})),
            one(json!({"type": "openIdConnect", "openIdConnectUrl": "https://b.example"})),
            &["info api-security-component-open-id-connect-url-changed"],
        ),
        (
            "authorization URL",
            flow(json!({"authorizationUrl": "https://a.example"})),
            flow(json!({"authorizationUrl": "https://b.example"})),
            &["info api-security-component-oauth-url-changed"],
        ),
        (
            "token URL",
            flow(json!({"tokenUrl": "https://a.example"})),
            flow(json!({"tokenUrl": "https://b.example"})),
            &["info api-security-component-oauth-token-url-changed"],
        ),
        (
            "refresh URL",
            flow(json!({"refreshUrl": "https://a.example"})),
            flow(json!({"refreshUrl": "https://b.example"})),
            &["info api-security-component-oauth-refresh-url-changed"],
        ),
        (
            "scopes",
            flow(json!({"scopes": {"a": "A", "b": "B"}})),
            flow(json!({"scopes": {"b": "Bee", "c": "C"}})),
            &[
                "info api-security-component-oauth-scope-added",
                "info api-security-component-oauth-scope-changed",
                "info api-security-component-oauth-scope-removed",
            ],
        ),
        (
            "flows",
            one(json!({"type": "oauth2", "flows": {"implicit": {}}})),
            one(json!({"type": "oauth2", "flows": {"password": {}}})),
            &[
                "info api-security-component-oauth-flow-added",
                "info api-security-component-oauth-flow-removed",
            ],
        ),
        (
            "a renamed scheme requires the same",
            json!({
                "components": {"securitySchemes": {"a": {"type": "http", "scheme": "basic"}}},
                "security": [{"a": []}],
                "paths": {"/a": {"get": {}}},
            }),
            json!({
                "components": {"securitySchemes": {"b": {"type": "http", "scheme": "basic"}}},
                "security": [{"b": []}],
                "paths": {"/a": {"get": {}}},
            }),
            &[
                "info api-security-component-added",
                "info api-security-component-removed",
            ],
        ),
    ]);
}
