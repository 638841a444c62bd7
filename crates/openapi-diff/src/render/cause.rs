//! Changes: findings that differ in the operation alone are one.

use std::collections::{BTreeMap, HashMap};

use super::message::message;
use crate::{Finding, Level, Report, Summary, finding::count};

/// A change, with all operations that meet it.
#[derive(Debug)]
pub(super) struct Cause<'a> {
    pub(super) level: Level,
    /// One of the findings: they differ in the operation.
    pub(super) finding: &'a Finding,
    /// Sorted. Empty for what belongs to no operation.
    pub(super) operations: Vec<&'a str>,
    pub(super) message: String,
    /// Why it is accepted, if all its findings are.
    pub(super) allowed: Option<&'a str>,
}

/// How many changes there are of each level: one change of a component counts once, however many operations use it.
pub fn changes(report: &Report<'_>) -> Summary {
    count(causes(report).iter().map(|cause| cause.level))
}

/// All changes of a report, in the order of its findings.
pub(super) fn causes<'a>(report: &'a Report<'_>) -> Vec<Cause<'a>> {
    type Key<'a> = (
        Level,
        &'a str,
        &'a str,
        &'a str,
        &'a str,
        &'a BTreeMap<&'static str, String>,
    );
    let mut found: Vec<(Cause<'a>, usize)> = Vec::new();
    let mut known: HashMap<Key<'a>, usize> = HashMap::new();
    for finding in &report.diff.findings {
        let key = (
            finding.level,
            finding.id.as_str(),
            finding.old.as_str(),
            finding.new.as_str(),
            finding.subject.as_str(),
            &finding.arguments,
        );
        let allowed = report.allowed(finding);
        let index = *known.entry(key).or_insert_with(|| {
            found.push((
                Cause {
                    level: finding.level,
                    finding,
                    operations: Vec::new(),
                    message: message(finding),
                    allowed,
                },
                0,
            ));
            found.len() - 1
        });
        let (cause, open) = &mut found[index];
        cause.operations.extend(finding.operation.as_deref());
        *open += usize::from(allowed.is_none());
    }
    found
        .into_iter()
        .map(|(mut cause, open)| {
            cause.operations.sort_unstable();
            if open > 0 {
                cause.allowed = None;
            }
            cause
        })
        .collect()
}
