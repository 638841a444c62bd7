//! The draft of a changelog: what users will notice, in the sections of
//! [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).
//!
//! What shows in an effect is told in its terms; what does not, as the document tells it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use super::{
    cause::Cause,
    effect::{Entry, Words, entries},
    quote::{code, escape},
    section::{Line, lines},
};
use crate::{
    Finding, Level, Report, Semver,
    report::{Change, Effect, Row},
};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Added,
    Changed,
    Deprecated,
    Removed,
}

impl Section {
    fn title(self) -> &'static str {
        match self {
            Section::Added => "Added",
            Section::Changed => "Changed",
            Section::Deprecated => "Deprecated",
            Section::Removed => "Removed",
        }
    }
}

/// The draft, with a heading of its own; nothing where there is nothing to tell.
pub(super) fn changelog(report: &Report<'_>, causes: &[Cause<'_>]) -> String {
    let findings: HashMap<&str, &Finding> = report
        .diff
        .findings
        .iter()
        .map(|finding| (finding.fingerprint.as_str(), finding))
        .collect();
    let mut sections: BTreeMap<Section, Vec<String>> = BTreeMap::new();
    let mut told = HashSet::new();
    let cause_of = |row: &Row| {
        row.cause
            .as_deref()
            .and_then(|cause| findings.get(cause))
            .copied()
    };
    let rows = report.effects.iter().flat_map(Effect::rows);
    told.extend(rows.filter_map(cause_of).map(identity));
    for entry in report.effects.iter().flat_map(entries) {
        sections
            .entry(of_row(entry.row))
            .or_default()
            .push(row_line(&entry, cause_of(entry.row)));
    }
    let untold = causes
        .iter()
        .filter(|cause| noticed(&cause.finding.id) && !told.contains(&identity(cause.finding)));
    for line in lines(untold) {
        sections
            .entry(of_id(&line.cause.finding.id))
            .or_default()
            .push(cause_line(&line));
    }
    if sections.is_empty() {
        return String::new();
    }
    let mut out = "\n## Changelog draft\n".to_owned();
    for (section, mut lines) in sections {
        // The breaking ones first; what says the same of several operations says it once.
        lines.sort_by_key(|line| !line.starts_with(BREAKING));
        let mut seen = HashSet::new();
        lines.retain(|line| seen.insert(line.clone()));
        _ = write!(out, "\n### {}\n\n", section.title());
        for line in lines {
            _ = writeln!(out, "- {line}");
        }
    }
    out
}

const BREAKING: &str = "**Breaking:** ";

/// What findings of one change have in common.
fn identity(finding: &Finding) -> (&str, &str, &str) {
    (&finding.id, &finding.old, &finding.new)
}

fn of_row(row: &Row) -> Section {
    match row.change {
        Change::Added => Section::Added,
        Change::Changed => Section::Changed,
        Change::Removed => Section::Removed,
    }
}

fn row_line(entry: &Entry<'_>, cause: Option<&Finding>) -> String {
    let breaking = if entry.row.semver == Semver::Major {
        BREAKING
    } else {
        ""
    };
    let said = match entry.words() {
        Words::Named(name) => code(name),
        Words::Typed(name, ty) => code(&format!("{name}: {ty}")),
        Words::Retyped { name, old, new } => format!("{} is {}, was {}", code(name), code(new), code(old)),
        Words::Renamed { old, new } => format!("{} is called {} now", code(old), code(new)),
    };
    let operation = match cause.and_then(|finding| finding.operation.as_deref()) {
        Some(operation) if entry.row.names_operation => format!(" ({})", code(operation)),
        _ => String::new(),
    };
    format!("{breaking}{said}{}{operation}", entry.others)
}

fn cause_line(line: &Line<'_>) -> String {
    let breaking = if line.cause.level == Level::Breaking {
        BREAKING
    } else {
        ""
    };
    let operation = match line.operations[..] {
        [] => String::new(),
        [operation] => format!("{}: ", code(operation)),
        [first, ref rest @ ..] => format!("{} and {} more: ", code(first), rest.len()),
    };
    format!("{breaking}{operation}{}", escape(&line.cause.message()))
}

/// Whether users can notice a change that shows in no effect.
fn noticed(id: &str) -> bool {
    ![
        "api-tag-",
        "api-operation-id-",
        "api-schema-",
        "api-version-",
        "api-major-version-",
    ]
    .iter()
    .any(|start| id.starts_with(start))
}

/// Where a change belongs that shows in no effect: things come and go, all else changes.
fn of_id(id: &str) -> Section {
    const THINGS: [&str; 9] = [
        "api",
        "path",
        "endpoint",
        "webhook",
        "parameter",
        "property",
        "header",
        "status",
        "media-type",
    ];
    let thing = |end: &str| {
        id.strip_suffix(end)
            .is_some_and(|before| THINGS.iter().any(|thing| before.ends_with(thing)))
    };
    if id.contains("deprecated") && !id.contains("removed") {
        Section::Deprecated
    } else if id.starts_with("new-") || thing("-added") {
        Section::Added
    } else if thing("-removed") || id.contains("-removed-") {
        Section::Removed
    } else {
        Section::Changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_come_and_go_and_all_else_changes() {
        for (id, title) in [
            ("endpoint-added", "Added"),
            ("new-required-request-property", "Added"),
            ("response-optional-property-added", "Added"),
            ("api-path-removed-without-deprecation", "Removed"),
            ("request-parameter-removed", "Removed"),
            ("endpoint-deprecated-with-sunset", "Deprecated"),
            ("request-property-pattern-added", "Changed"),
            ("response-property-enum-value-added", "Changed"),
            ("request-property-became-required", "Changed"),
        ] {
            assert_eq!(of_id(id).title(), title, "{id}");
        }
    }
}
