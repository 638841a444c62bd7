//! The golden corpus: one document, and changes of it, each with its findings and the text of its report.
//!
//! A case is a file in `tests/golden/cases`: the reason for its verdict, a patch (RFC 6902) of `base.json`,
//! and the findings that the rules must produce. These files are written by hand. The `.txt` file next to it
//! is the report for people. `UPDATE_GOLDEN=1` rewrites it; read the changes before committing them.
#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use chrono::NaiveDate;
use json_patch::Patch;
use openapi_diff::{
    Diff, Level, Options, Report, diff,
    render::{Palette, SCHEMA, json, text},
    report::Described,
};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    reason: String,
    patch: Patch,
    findings: Vec<Expected>,
}

#[derive(Deserialize, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct Expected {
    level: String,
    id: String,
    operation: Option<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn base() -> Value {
    serde_json::from_str(&fs::read_to_string(folder().join("base.json")).unwrap()).unwrap()
}

/// The name of each case, and the case.
fn cases() -> Vec<(PathBuf, Case)> {
    let mut paths: Vec<_> = fs::read_dir(folder().join("cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let case = serde_json::from_str(&fs::read_to_string(&path).unwrap())
                .map_err(|error| format!("{}: {error}", path.display()))
                .unwrap();
            (path, case)
        })
        .collect()
}

/// The base document with the patch of the case. Its version allows any change, unless the case is about
/// versions.
fn revision(base: &Value, case: &Case) -> Value {
    let mut revision = base.clone();
    json_patch::patch(&mut revision, &case.patch).unwrap();
    let about_versions = case.patch.iter().any(|it| it.path().as_str() == "/info/version");
    if !about_versions {
        revision["info"]["version"] = "2.0.0".into();
    }
    revision
}

/// A case, and its findings.
struct Outcome {
    path: PathBuf,
    case: Case,
    revision: Value,
    diff: Diff,
}

static BASE: LazyLock<Value> = LazyLock::new(base);

static OUTCOMES: LazyLock<Vec<Outcome>> = LazyLock::new(|| {
    let today = NaiveDate::from_ymd_opt(2026, 6, 15).unwrap();
    cases()
        .into_iter()
        .map(|(path, case)| {
            let revision = revision(&BASE, &case);
            let diff = diff(&BASE, &revision, Options::new(today)).unwrap();
            Outcome {
                path,
                case,
                revision,
                diff,
            }
        })
        .collect()
});

fn described(document: &Value) -> Described {
    Described::new(document, document.to_string().as_bytes())
}

fn found(diff: &Diff) -> Vec<Expected> {
    diff.findings
        .iter()
        .map(|finding| Expected {
            level: match finding.level {
                Level::Breaking => "breaking",
                Level::Warning => "warning",
                Level::Info => "info",
            }
            .to_owned(),
            id: finding.id.clone(),
            operation: finding.operation.clone(),
        })
        .collect()
}

#[test]
fn each_change_has_the_verdict_that_the_rules_demand() {
    assert!(OUTCOMES.len() > 400);
    let mut wrong = Vec::new();
    for Outcome { path, case, diff, .. } in OUTCOMES.iter() {
        let mut found = found(diff);
        found.sort();
        let mut expected: Vec<_> = case.findings.iter().collect();
        expected.sort();
        if found.iter().ne(expected.iter().copied()) {
            wrong.push(format!(
                "{}: {}\n  expected {expected:?}\n  found    {found:?}",
                path.file_stem().unwrap().to_string_lossy(),
                case.reason,
            ));
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn each_change_reads_as_it_was_accepted() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for Outcome {
        path, revision, diff, ..
    } in OUTCOMES.iter()
    {
        let text = text(
            &Report::new(diff, described(&BASE), described(revision)),
            Palette::plain(),
        );
        let accepted = path.with_extension("txt");
        if update {
            fs::write(&accepted, &text).unwrap();
        } else if fs::read_to_string(&accepted).ok().as_ref() != Some(&text) {
            wrong.push(format!("{}:\n{text}", accepted.display()));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} texts differ from the accepted ones; see the top of this file\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn there_is_nothing_beside_the_cases() {
    for entry in fs::read_dir(folder().join("cases")).unwrap() {
        let path = entry.unwrap().path();
        assert!(
            path.with_extension("json").exists(),
            "{} has no case",
            path.display()
        );
    }
}

#[test]
fn each_message_has_its_arguments() {
    for Outcome { path, diff, .. } in OUTCOMES.iter() {
        for finding in &diff.findings {
            let names = finding.rule.message.split('{').skip(1);
            for name in names.filter_map(|rest| Some(rest.split_once('}')?.0)) {
                assert!(
                    finding.arguments.contains_key(name),
                    "{}: {} lacks {{{name}}}",
                    path.display(),
                    finding.id
                );
            }
        }
    }
}

#[test]
fn each_report_is_as_the_schema_says() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for Outcome {
        path, revision, diff, ..
    } in OUTCOMES.iter()
    {
        let report = Report::new(diff, described(&BASE), described(revision));
        let value: Value = serde_json::from_str(&json(&report)).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
    }
}
