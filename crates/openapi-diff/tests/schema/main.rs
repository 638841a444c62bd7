//! The rules for schemas. Each file has tables of changes, with their findings in a request and in a
//! response.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy's exception for tests does not reach their helpers"
)]

mod annotations;
mod arrays;
mod conditions;
mod graph;
mod normal_form;
mod numbers;
mod objects;
mod places;
mod spellings;
mod strings;
mod types;
mod unions;
mod values;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use openapi_diff::{Diff, Level, Options, diff, rule::Ids};
use serde_json::{Value, json};

/// A change of a schema, and the findings if the schema is the property `p` of a body. `~` stands for the
/// prefix of the ids in this place.
struct Case {
    name: &'static str,
    old: Value,
    new: Value,
    request: &'static [&'static str],
    response: &'static [&'static str],
}

/// Cases, each as `name: old => new, [in a request], [in a response];`.
macro_rules! cases {
    ($($name:literal: $old:tt => $new:tt, [$($request:literal),*], [$($response:literal),*];)*) => {
        Vec::from([$($crate::Case {
            name: $name,
            old: serde_json::json!($old),
            new: serde_json::json!($new),
            request: &[$($request),*],
            response: &[$($response),*],
        }),*])
    };
}
pub(crate) use cases;

/// The day of all comparisons.
fn compare(old: &Value, new: &Value) -> Diff {
    diff(
        old,
        new,
        Options::new(NaiveDate::from_ymd_opt(2026, 6, 15).unwrap()),
    )
    .unwrap()
}

/// A document with one operation that takes and returns a body with this schema.
fn document(version: &str, schema: &Value, components: &Value) -> Value {
    let content = json!({"application/json": {"schema": schema}});
    json!({
        "openapi": version,
        "info": {"title": "Test", "version": "next"},
        "paths": {"/things": {"post": {
            "requestBody": {"required": true, "content": content},
            "responses": {"200": {"description": "", "content": content}},
        }}},
        "components": {"schemas": components},
    })
}

/// The findings in the request, or in the response, as `breaking ~max-decreased`.
fn verdicts(diff: &Diff, response: bool) -> Vec<String> {
    let mut lines: Vec<_> = diff
        .findings
        .iter()
        .filter(|finding| finding.id.contains("response") == response)
        .map(|finding| {
            let level = match finding.level {
                Level::Breaking => "breaking",
                Level::Warning => "warning",
                Level::Info => "info",
            };
            let prefix = if response {
                "response-property-"
            } else {
                "request-property-"
            };
            match finding.id.strip_prefix(prefix) {
                Some(event) => format!("{level} ~{event}"),
                None => format!("{level} {}", finding.id),
            }
        })
        .collect();
    lines.sort();
    lines
}

/// The schema as the property `p` of an object.
fn as_property(schema: &Value) -> Value {
    json!({"type": "object", "properties": {"p": schema}})
}

fn run(case: &Case, version: &str) -> Diff {
    let document = |schema| document(version, &as_property(schema), &json!({}));
    compare(&document(&case.old), &document(&case.new))
}

/// Checks all cases, and lists the actual findings of all that fail.
#[track_caller]
fn check(cases: &[Case]) {
    check_version("3.1.0", cases);
}

#[track_caller]
fn check_version(version: &str, cases: &[Case]) {
    let mut failures = String::new();
    for case in cases {
        let diff = run(case, version);
        for (response, expected) in [(false, case.request), (true, case.response)] {
            let mut expected = expected.to_vec();
            expected.sort_unstable();
            let found = verdicts(&diff, response);
            if found != expected {
                let side = if response { "response" } else { "request" };
                failures.push_str(&format!(
                    "{}, in a {side}:\n  expected {expected:?}\n  found    {found:?}\n",
                    case.name
                ));
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// Every rule for schemas has a case in one of the tables.
#[test]
fn every_rule_is_hit() {
    let tables = [
        annotations::cases(),
        arrays::cases(),
        conditions::cases(),
        numbers::cases(),
        objects::cases(),
        strings::cases(),
        types::cases(),
        unions::cases(),
        values::cases(),
    ];
    let mut hit: BTreeSet<&str> = tables
        .iter()
        .flatten()
        .flat_map(|case| run(case, "3.1.0").findings)
        .map(|finding| finding.rule.event)
        .collect();
    // In a place where every value is text.
    let textual = [vec![places::text()], places::xml()].concat();
    hit.extend(
        textual
            .iter()
            .flat_map(|diff| &diff.findings)
            .map(|finding| finding.rule.event),
    );
    let missed: Vec<_> = openapi_diff::rules()
        .filter(|rule| !matches!(rule.ids, Ids::Whole))
        .map(|rule| rule.event)
        .filter(|event| !hit.contains(event))
        .collect();
    assert!(missed.is_empty(), "no case for {missed:?}");
}
