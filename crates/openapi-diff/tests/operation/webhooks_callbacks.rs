use serde_json::{Value, json};

use crate::{assert_documents, assert_operations, compare, document, verdicts};

#[test]
fn webhooks_come_and_go() {
    let webhook = json!({"post": {}});
    assert_documents(&[
        (
            "new",
            json!({"webhooks": {}}),
            json!({"webhooks": {"done": webhook}}),
            &["info webhook-added"],
        ),
        (
            "gone",
            json!({"webhooks": {"done": webhook}}),
            json!({"webhooks": {}}),
            &["breaking webhook-removed"],
        ),
        (
            "methods",
            json!({"webhooks": {"done": {"post": {}}}}),
            json!({"webhooks": {"done": {"put": {}}}}),
            &["breaking api-removed-without-deprecation", "info endpoint-added"],
        ),
    ]);
}

#[test]
fn callbacks_come_and_go() {
    let callbacks = |expression: &str| json!({"callbacks": {"done": {expression: {"post": {}}}}});
    assert_operations(&[
        ("new", json!({}), callbacks("{$url}"), &["info callback-added"]),
        (
            "gone",
            callbacks("{$url}"),
            json!({}),
            &["breaking callback-removed"],
        ),
        (
            "to another URL",
            callbacks("{$request.body#/url}"),
            callbacks("{$request.body#/callback_url}"),
            &[],
        ),
        (
            "to one more URL",
            callbacks("{$a}"),
            json!({"callbacks": {"done": {"{$a}": {"post": {}}, "{$b}": {"post": {}}}}}),
            &["info callback-added"],
        ),
    ]);
}

/// Here the client receives what it sends elsewhere, and the other way round.
#[test]
fn directions_are_turned_round() {
    let rows: [(&str, Value, Value, &[&str]); 12] = [
        (
            "a body to expect",
            json!({}),
            json!({"requestBody": {"required": true}}),
            &["info request-body-added-required"],
        ),
        (
            "a body may be missing",
            json!({"requestBody": {"required": true}}),
            json!({"requestBody": {}}),
            &["breaking request-body-became-optional"],
        ),
        (
            "another media type is possible",
            json!({"requestBody": {"content": {"application/json": {}}}}),
            json!({"requestBody": {"content": {"application/json": {}, "text/csv": {}}}}),
            &["breaking request-body-media-type-added"],
        ),
        (
            "a media type is no longer possible",
            json!({"requestBody": {"content": {"application/json": {}, "text/csv": {}}}}),
            json!({"requestBody": {"content": {"application/json": {}}}}),
            &["info request-body-media-type-removed"],
        ),
        (
            "one parameter more",
            json!({}),
            json!({"parameters": [{"name": "a", "in": "header", "required": true}]}),
            &["info new-required-request-parameter"],
        ),
        (
            "a required parameter removed",
            json!({"parameters": [{"name": "a", "in": "header", "required": true}]}),
            json!({}),
            &["breaking request-parameter-removed"],
        ),
        (
            "a parameter may be missing",
            json!({"parameters": [{"name": "a", "in": "header", "required": true}]}),
            json!({"parameters": [{"name": "a", "in": "header"}]}),
            &["breaking request-parameter-became-optional"],
        ),
        (
            "an answer that is no longer accepted",
            json!({"responses": {"200": {}, "202": {}}}),
            json!({"responses": {"200": {}}}),
            &["breaking response-success-status-removed"],
        ),
        (
            "a required header in the answer",
            json!({"responses": {"200": {"headers": {"X-A": {}}}}}),
            json!({"responses": {"200": {"headers": {"X-A": {"required": true}}}}}),
            &["breaking response-header-became-required"],
        ),
        (
            "an optional header in the answer",
            json!({"responses": {"200": {"headers": {"X-A": {"required": true}}}}}),
            json!({"responses": {"200": {"headers": {"X-A": {}}}}}),
            &["info response-header-became-optional"],
        ),
        (
            "a new required header in the answer",
            json!({"responses": {"200": {}}}),
            json!({"responses": {"200": {"headers": {"X-A": {"required": true}}}}}),
            &["breaking response-header-added"],
        ),
        (
            "an answer may be more general",
            json!({"responses": {"200": {"content": {"application/a+json": {}}}}}),
            json!({"responses": {"200": {"content": {"application/json": {}}}}}),
            &["info response-media-type-name-generalized"],
        ),
    ];
    for (name, old, new, expected) in rows {
        let webhook = |operation: &Value| document(json!({"webhooks": {"done": {"post": operation}}}));
        let diff = compare(&webhook(&old), &webhook(&new));
        assert_eq!(verdicts(&diff), expected, "{name}");
        for finding in &diff.findings {
            assert_eq!(finding.operation.as_deref(), Some("POST webhook:done"), "{name}");
        }
        let callback = |operation: &Value| json!({"callbacks": {"done": {"{$url}": {"post": operation}}}});
        assert_operations(&[(name, callback(&old), callback(&new), expected)]);
    }
}

#[test]
fn callbacks_that_lead_to_themselves_come_to_an_end() {
    let with = |parameters: Value| {
        let mut document = document(json!({"paths": {"/a": {"post": {"callbacks": {
            "done": {"$ref": "#/components/callbacks/C"}
        }}}}}));
        document["components"] = json!({"callbacks": {"C": {"{$url}": {"post": {
            "parameters": parameters,
            "callbacks": {"again": {"$ref": "#/components/callbacks/C"}},
        }}}}});
        document
    };
    let diff = compare(
        &with(json!([])),
        &with(json!([{"name": "a", "in": "query", "required": true}])),
    );
    assert_eq!(verdicts(&diff), ["info new-required-request-parameter"]);
}
