use serde_json::{Value, json};

use crate::{assert_operations, compare, operation};

fn statuses(statuses: &[&str]) -> Value {
    let responses: Value = statuses
        .iter()
        .map(|status| ((*status).to_owned(), json!({"description": "A response"})))
        .collect();
    json!({ "responses": responses })
}

fn headers(headers: Value) -> Value {
    json!({"responses": {"200": {"description": "Done", "headers": headers}}})
}

#[test]
fn statuses_come_and_go() {
    assert_operations(&[
        (
            "success removed",
            statuses(&["200", "202"]),
            statuses(&["200"]),
            &["breaking response-success-status-removed"],
        ),
        (
            "success added",
            statuses(&["200"]),
            statuses(&["200", "202"]),
            &["info response-success-status-added"],
        ),
        (
            "other removed",
            statuses(&["200", "404"]),
            statuses(&["200"]),
            &["info response-non-success-status-removed"],
        ),
        (
            "other added",
            statuses(&["200"]),
            statuses(&["200", "404"]),
            &["info response-non-success-status-added"],
        ),
        (
            "covered by a range",
            statuses(&["200", "201"]),
            statuses(&["2XX"]),
            &["info response-success-status-added"],
        ),
        (
            "a range in lower case",
            statuses(&["2XX"]),
            statuses(&["2xx"]),
            &[],
        ),
        (
            "a range becomes numbers",
            statuses(&["2XX"]),
            statuses(&["200"]),
            &["info response-success-status-added"],
        ),
        (
            "a range is removed",
            statuses(&["2XX", "302"]),
            statuses(&["302"]),
            &["breaking response-success-status-removed"],
        ),
        (
            "the only response becomes the default one",
            statuses(&["200"]),
            statuses(&["default"]),
            &["info response-non-success-status-added"],
        ),
        (
            "the default stood for something else",
            statuses(&["200", "default"]),
            statuses(&["default"]),
            &["breaking response-success-status-removed"],
        ),
    ]);
}

#[test]
fn what_covers_a_status_is_compared_with_it() {
    let required = |status: &str, required: bool| {
        let header = json!({"X-A": {"required": required, "schema": {"type": "string"}}});
        json!({"responses": {status: {"description": "Done", "headers": header}}})
    };
    for (old, new) in [
        ("200", "2XX"),
        ("2XX", "200"),
        ("404", "default"),
        ("default", "404"),
    ] {
        let diff = compare(&operation(required(old, true)), &operation(required(new, false)));
        let found = diff
            .findings
            .iter()
            .filter(|finding| finding.id == "response-header-became-optional")
            .count();
        assert_eq!(found, 1, "{old} and {new}");
    }
}

#[test]
fn headers_come_and_go() {
    let required = json!({"X-A": {"required": true, "schema": {"type": "string"}}});
    let optional = json!({"X-A": {"schema": {"type": "string"}}});
    assert_operations(&[
        (
            "required, gone",
            headers(required.clone()),
            headers(json!({})),
            &["breaking required-response-header-removed"],
        ),
        (
            "optional, gone",
            headers(optional.clone()),
            headers(json!({})),
            &["warning optional-response-header-removed"],
        ),
        (
            "new",
            headers(json!({})),
            headers(required.clone()),
            &["info response-header-added"],
        ),
        (
            "required to optional",
            headers(required.clone()),
            headers(optional.clone()),
            &["breaking response-header-became-optional"],
        ),
        (
            "optional to required",
            headers(optional.clone()),
            headers(required),
            &[],
        ),
        (
            "names are case-insensitive",
            headers(optional),
            headers(json!({"x-a": {"schema": {"type": "string"}}})),
            &[],
        ),
        (
            "Content-Type is ignored",
            headers(json!({"Content-Type": {"required": true}})),
            headers(json!({})),
            &[],
        ),
        (
            "as JSON",
            headers(json!({"X-A": {"schema": {"type": "object"}}})),
            headers(json!({"X-A": {"content": {"application/json": {"schema": {"type": "object"}}}}})),
            &["breaking response-header-content-changed"],
        ),
        (
            "exploded",
            headers(json!({"X-A": {"schema": {"type": "object"}}})),
            headers(json!({"X-A": {"explode": true, "schema": {"type": "object"}}})),
            &["breaking response-header-explode-changed"],
        ),
    ]);
}

#[test]
fn a_response_behind_a_reference_is_the_response() {
    let inline = operation(statuses(&["200"]));
    let mut referring = operation(json!({"responses": {"200": {"$ref": "#/components/responses/R"}}}));
    referring["components"] = json!({"responses": {"R": {"description": "A response"}}});
    assert!(compare(&inline, &referring).findings.is_empty());
}
