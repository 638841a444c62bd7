//! The rules for everything except schemas. Each test is a table of changes and their findings.
#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

mod bodies;
mod encodings;
mod lifecycle;
mod metadata;
mod parameters;
mod paths;
mod responses;
mod security;
mod webhooks_callbacks;

use chrono::NaiveDate;
use openapi_diff::{Diff, Level, Options, diff};
use serde_json::{Value, json};

/// The day of all comparisons.
fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 15).unwrap()
}

fn compare(old: &Value, new: &Value) -> Diff {
    diff(old, new, Options::new(today())).unwrap()
}

/// The findings, such as `breaking request-body-removed`, sorted.
fn verdicts(diff: &Diff) -> Vec<String> {
    let mut lines: Vec<_> = diff
        .findings
        .iter()
        .map(|finding| format!("{} {}", level(finding.level), finding.id))
        .collect();
    lines.sort();
    lines
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Breaking => "breaking",
        Level::Warning => "warning",
        Level::Info => "info",
    }
}

/// A document with these members in addition to the required ones. Its version is not a semantic version, so
/// it is not judged.
fn document(members: Value) -> Value {
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Test", "version": "next"},
        "paths": {},
    });
    document
        .as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    document
}

/// A document with one operation that has these members.
fn operation(members: Value) -> Value {
    document(json!({"paths": {"/things": {"post": members}}}))
}

/// Compares documents with one operation each.
#[track_caller]
fn assert_operations(rows: &[(&str, Value, Value, &[&str])]) {
    for (name, old, new, expected) in rows {
        let diff = compare(&operation(old.clone()), &operation(new.clone()));
        assert_eq!(verdicts(&diff), *expected, "{name}");
        for finding in &diff.findings {
            assert_eq!(finding.operation.as_deref(), Some("POST /things"), "{name}");
        }
    }
}

/// Compares documents that have these members.
#[track_caller]
fn assert_documents(rows: &[(&str, Value, Value, &[&str])]) {
    for (name, old, new, expected) in rows {
        let diff = compare(&document(old.clone()), &document(new.clone()));
        assert_eq!(verdicts(&diff), *expected, "{name}");
    }
}
