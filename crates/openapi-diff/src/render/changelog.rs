//! The draft of a changelog: the changes that users will notice, in the sections of
//! [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).
//!
//! A change that is visible in an effect is described in the terms of the effect. Other changes are described
//! in the terms of the document.

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
    rule::{Action, Area},
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

/// The draft, with its heading. Empty if there is nothing to report.
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
    let untold = causes.iter().filter(|cause| {
        cause.finding.rule.area != Area::Document && !told.contains(&identity(cause.finding))
    });
    for line in lines(untold) {
        sections
            .entry(of_action(line.cause.finding.rule.action))
            .or_default()
            .push(cause_line(&line));
    }
    if sections.is_empty() {
        return String::new();
    }
    let mut out = "\n## Changelog draft\n".to_owned();
    for (section, mut lines) in sections {
        // Breaking changes come first. Equal lines for several operations appear once.
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

/// The properties that the findings of one change have in common.
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
        Words::Renamed { old, new } => format!("{} is now called {}", code(old), code(new)),
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

fn of_action(action: Action) -> Section {
    match action {
        Action::Added => Section::Added,
        Action::Changed => Section::Changed,
        Action::Deprecated => Section::Deprecated,
        Action::Removed => Section::Removed,
    }
}
