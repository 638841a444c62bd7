//! The format for programs: everything, as defined by `schema/diff.schema.json`.

use std::{collections::BTreeMap, iter};

use serde::Serialize;

use super::{cause::changes, message::message};
use crate::{
    Level, Report, Semver, Summary,
    report::{Described, Effect, Row},
};

/// The JSON Schema (2020-12) of the output of [`json`].
pub const SCHEMA: &str = include_str!("../../schema/diff.schema.json");

/// The maximum number of operations in `used_by`. Each operation has its own finding.
pub const USED_BY_LIMIT: usize = 100;

#[derive(Serialize)]
struct Document<'a> {
    old: &'a Described,
    new: &'a Described,
    summary: Counts,
    semver: Semver,
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<&'a str>,
    findings: Vec<Line<'a>>,
    notes: &'a [String],
    #[serde(flatten)]
    effects: BTreeMap<String, Member<'a>>,
}

/// A member that an effect adds to the output.
#[derive(Serialize)]
#[serde(untagged)]
enum Member<'a> {
    Rows(&'a [Row]),
    Unavailable(&'a str),
}

#[derive(Serialize)]
struct Counts {
    #[serde(flatten)]
    findings: Summary,
    allowed: usize,
    changes: Summary,
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    level: Level,
    operation: Option<&'a str>,
    old: &'a str,
    new: &'a str,
    subject: &'a str,
    message: String,
    arguments: &'a BTreeMap<&'static str, String>,
    fingerprint: &'a str,
    used_by: &'a [String],
    deviates: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<&'a str>,
}

/// The report as JSON, as defined by [`SCHEMA`]: one object, indented, with a line break at the end.
pub fn json(report: &Report<'_>) -> String {
    let findings = || report.diff.findings.iter();
    let document = Document {
        old: &report.old,
        new: &report.new,
        summary: Counts {
            findings: report.diff.summary(),
            allowed: findings()
                .filter(|finding| report.allowed(finding).is_some())
                .count(),
            changes: changes(report),
        },
        semver: report.semver(),
        release: report.release.as_deref(),
        findings: findings()
            .map(|finding| Line {
                id: &finding.id,
                level: finding.level,
                operation: finding.operation.as_deref(),
                old: &finding.old,
                new: &finding.new,
                subject: &finding.subject,
                message: message(finding),
                arguments: &finding.arguments,
                fingerprint: &finding.fingerprint,
                used_by: &finding.used_by[..finding.used_by.len().min(USED_BY_LIMIT)],
                deviates: finding.deviates,
                allowed: report.allowed(finding),
            })
            .collect(),
        notes: &report.diff.notes,
        effects: report.effects.iter().flat_map(members).collect(),
    };
    // All keys are strings and all numbers are finite, so JSON can represent everything.
    let mut out = serde_json::to_string_pretty(&document).unwrap_or_default();
    out.push('\n');
    out
}

/// The rows, and the reason if there are none.
fn members(effect: &Effect) -> impl Iterator<Item = (String, Member<'_>)> {
    let rows = (effect.key.to_owned(), Member::Rows(effect.rows()));
    let reason = effect.rows.as_ref().err().map(|reason| {
        let key = format!("{}_unavailable", effect.key);
        (key, Member::Unavailable(reason))
    });
    iter::once(rows).chain(reason)
}
