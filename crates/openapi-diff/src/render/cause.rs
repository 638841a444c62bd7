//! Changes: findings that differ only in the operation are one change, and so are values that were added or
//! removed together.

use std::collections::HashMap;

use super::message::{predicate, said, subject};
use crate::{Finding, Level, Report, Summary, finding::count};

/// A change, with all operations that it affects.
#[derive(Debug)]
pub(super) struct Cause<'a> {
    pub(super) level: Level,
    /// One of the findings.
    pub(super) finding: &'a Finding,
    /// The operations, sorted. Empty for a change that belongs to no operation.
    pub(super) operations: Vec<&'a str>,
    /// What changed. Empty if it is the operation itself.
    pub(super) subject: String,
    /// What happened to it.
    pub(super) predicate: String,
    /// The reason why it is accepted, if all its findings are.
    pub(super) allowed: Option<&'a str>,
}

impl Cause<'_> {
    /// The whole sentence.
    pub(super) fn message(&self) -> String {
        said(&self.subject, &self.predicate)
    }
}

/// The number of changes of each level. One change of a component counts once, no matter how many operations
/// use it.
pub fn changes(report: &Report<'_>) -> Summary {
    count(causes(report).iter().map(|cause| cause.level))
}

/// The properties that findings of one kind in one place have in common.
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
    // A change may be more severe in some operations than in others.
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

/// Combines changes of one kind in one place that affect the same operations and differ in only one argument.
fn alike<'s, 'a>(same: &'s [Same<'a>]) -> Vec<Vec<&'s Same<'a>>> {
    let mut groups: Vec<Vec<&Same<'a>>> = Vec::new();
    let mut known: HashMap<_, usize> = HashMap::new();
    for change in same {
        let arguments = &change.finding.arguments;
        // With two arguments, a reader could not tell which values belong together.
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
