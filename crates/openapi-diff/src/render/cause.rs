//! Changes: findings that differ in the operation alone are one, and so are values that came or went together in one place.

use std::collections::HashMap;

use super::message::{predicate, said, subject};
use crate::{Finding, Level, Report, Summary, finding::count};

/// A change, with all operations that meet it.
#[derive(Debug)]
pub(super) struct Cause<'a> {
    pub(super) level: Level,
    /// One of the findings.
    pub(super) finding: &'a Finding,
    /// Sorted. Empty for what belongs to no operation.
    pub(super) operations: Vec<&'a str>,
    /// What changed: nothing where it is the operation.
    pub(super) subject: String,
    /// What happened to it.
    pub(super) predicate: String,
    /// Why it is accepted, if all its findings are.
    pub(super) allowed: Option<&'a str>,
}

impl Cause<'_> {
    /// The whole sentence.
    pub(super) fn message(&self) -> String {
        said(&self.subject, &self.predicate)
    }
}

/// How many changes there are of each level: one change of a component counts once, however many operations use it.
pub fn changes(report: &Report<'_>) -> Summary {
    count(causes(report).iter().map(|cause| cause.level))
}

/// What findings of one kind in one place have in common.
type Place<'a> = (Level, &'a str, &'a str, &'a str, &'a str);

fn place(finding: &Finding) -> Place<'_> {
    (
        finding.level,
        &finding.id,
        &finding.old,
        &finding.new,
        &finding.subject,
    )
}

/// The findings of one change.
struct Same<'a> {
    finding: &'a Finding,
    operations: Vec<&'a str>,
    allowed: Option<&'a str>,
    is_open: bool,
}

/// All changes of a report, in the order of its findings.
pub(super) fn causes<'a>(report: &'a Report<'_>) -> Vec<Cause<'a>> {
    let mut same: Vec<Same<'a>> = Vec::new();
    // In some operations a change may be graver than in others.
    let mut known: HashMap<(usize, Level), usize> = HashMap::new();
    for finding in &report.diff.findings {
        let index = *known.entry((finding.change, finding.level)).or_insert_with(|| {
            same.push(Same {
                finding,
                operations: Vec::new(),
                allowed: None,
                is_open: false,
            });
            same.len() - 1
        });
        let allowed = report.allowed(finding);
        let change = &mut same[index];
        change.operations.extend(finding.operation.as_deref());
        change.is_open |= allowed.is_none();
        change.allowed = change.allowed.or(allowed);
    }
    for change in &mut same {
        change.operations.sort_unstable();
        if change.is_open {
            change.allowed = None;
        }
    }
    alike(&same)
        .into_iter()
        .map(|group| {
            let first = group[0];
            let findings: Vec<_> = group.iter().map(|change| change.finding).collect();
            Cause {
                level: first.finding.level,
                finding: first.finding,
                operations: first.operations.clone(),
                subject: subject(first.finding),
                predicate: predicate(first.finding, &findings),
                allowed: first.allowed,
            }
        })
        .collect()
}

/// Changes of one kind in one place that the same operations meet, and that differ in one argument.
fn alike<'s, 'a>(same: &'s [Same<'a>]) -> Vec<Vec<&'s Same<'a>>> {
    let mut groups: Vec<Vec<&Same<'a>>> = Vec::new();
    let mut known: HashMap<_, usize> = HashMap::new();
    for change in same {
        let arguments = &change.finding.arguments;
        // Of two arguments, nobody could tell which values belong together.
        let alone = (arguments.len() != 1).then_some(arguments);
        let key = (place(change.finding), alone, &change.operations, change.allowed);
        let index = *known.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[index].push(change);
    }
    groups
}
