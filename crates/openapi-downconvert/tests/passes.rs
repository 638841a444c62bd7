//! Each pass on a small document: `tests/cases/<name of the pass>.json`.
//!
//! A case has the `document` (without the fields that every document has), the result that it `becomes`, and
//! the recorded `changes`, each with pass, pointer and loss. The order of members counts.

#![expect(clippy::unwrap_used, reason = "test helpers")]

use std::path::Path;

use openapi_downconvert::{Loss, PASSES, downconvert};
use serde_json::{Value, json};

/// A document with these top-level fields. Null stands for an absent field.
fn document(version: &str, fields: &Value) -> Value {
    let mut document = json!({ "openapi": version, "info": { "title": "t", "version": "1" }, "paths": {} });
    let members = document.as_object_mut().unwrap();
    for (name, value) in fields.as_object().unwrap() {
        match value {
            Value::Null => drop(members.shift_remove(name)),
            _ => drop(members.insert(name.clone(), value.clone())),
        }
    }
    document
}

fn loss(loss: Loss) -> &'static str {
    match loss {
        Loss::None => "none",
        Loss::Dropped => "dropped",
        Loss::Widened => "widened",
    }
}

/// Sorts the members of an object. Everything below keeps its order.
fn sorted(document: &Value) -> String {
    let mut members: Vec<_> = document.as_object().unwrap().iter().collect();
    members.sort_by_key(|(name, _)| *name);
    members
        .into_iter()
        .map(|(name, value)| format!("{name}: {value:#}\n"))
        .collect()
}

#[test]
fn every_pass_does_what_its_case_says() {
    for pass in PASSES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/cases/{}.json", pass.name));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let case: Value = serde_json::from_str(&text).unwrap();

        let result = downconvert(document("3.1.0", &case["document"])).unwrap();
        assert_eq!(
            sorted(&result.document),
            sorted(&document("3.0.3", &case["becomes"])),
            "{}",
            pass.name
        );

        let changes = result.changes.iter().filter(|change| change.pass != "version");
        let changes: Vec<_> = changes
            .map(|change| json!([change.pass, change.pointer, loss(change.loss)]))
            .collect();
        assert_eq!(json!(changes), case["changes"], "{}", pass.name);

        let own: Vec<_> = result
            .changes
            .iter()
            .filter(|change| change.pass == pass.name)
            .collect();
        assert!(!own.is_empty(), "{} does nothing in its case", pass.name);
        let undeclared = own.iter().find(|change| !pass.losses.contains(&change.loss));
        assert!(
            undeclared.is_none(),
            "{}: the pass does not declare the loss {undeclared:?}",
            pass.name
        );
    }
}

#[test]
fn there_is_no_case_without_a_pass() {
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")).unwrap() {
        let name = entry
            .unwrap()
            .path()
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        assert!(PASSES.iter().any(|pass| pass.name == name), "{name}");
    }
}

#[test]
fn the_readme_has_the_table_of_passes() {
    let row = |pass: &openapi_downconvert::Pass| {
        let losses: Vec<_> = pass.losses.iter().map(|each| loss(*each)).collect();
        format!(
            "| `{}` | {} | {} | {} |",
            pass.name,
            pass.feature,
            pass.becomes,
            losses.join(", ")
        )
    };
    let expected: Vec<_> = PASSES.iter().map(row).collect();
    let rows = include_str!("../README.md")
        .lines()
        .filter(|line| line.starts_with("| `"));
    assert_eq!(
        rows.collect::<Vec<_>>(),
        expected,
        "the table of README.md should be:\n{}",
        expected.join("\n")
    );
}
