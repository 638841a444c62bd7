//! Collects the changes that the rules find, and turns them into findings.
//!
//! A pair of schemas is compared once for each way in which it is used, no matter how many operations use it.
//! A change affects the operations that reach the pair. The time is linear in the size of the documents.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use openapi_document::At;
use sha2::{Digest, Sha256};

use crate::{
    Diff, Finding, Level, Options,
    change::Change,
    document::Document,
    schema::{Both, Graph, PairId, Shape, Use},
};

/// An operation, as findings name it: `POST /v1/table/create`. `None` for a change that belongs to no
/// operation.
pub(crate) type Operation = Option<Arc<str>>;

/// Findings about the version of the new document.
type JudgeVersion = fn(&Document<'_>, &Document<'_>) -> Option<Change>;

/// A comparison in progress.
pub(crate) struct Comparison<'a> {
    pub(crate) old: &'a Document<'a>,
    pub(crate) new: &'a Document<'a>,
    pub(crate) options: Options,
    graph: Graph<'a>,
    uses: Vec<(Operation, PairId)>,
    changes: Vec<(Operation, Change)>,
    notes: Vec<String>,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(old: &'a Document<'a>, new: &'a Document<'a>, options: Options) -> Self {
        Self {
            old,
            new,
            options,
            graph: Graph::new(old, new, options),
            uses: Vec::new(),
            changes: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Records a change that affects `operation`.
    pub(crate) fn report(&mut self, operation: &Operation, change: Change) {
        self.changes.push((operation.clone(), change));
    }

    /// Records a difference that is not a change of the contract.
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Records that `operation` uses a schema here, and compares the schema with its counterpart.
    pub(crate) fn schemas(&mut self, operation: &Operation, usage: Use, old: &At<'a>, new: &At<'a>) {
        let pair = self.graph.pair(old, new, usage);
        self.uses.push((operation.clone(), pair));
    }

    /// The shapes of the values of two schemas.
    pub(crate) fn shapes(&mut self, old: &At<'a>, new: &At<'a>) -> Both<Shape> {
        self.graph.shapes(old, new)
    }

    /// The properties that two object schemas declare, with their shapes.
    pub(crate) fn parts(&mut self, old: &At<'a>, new: &At<'a>) -> Both<BTreeMap<&'a str, Shape>> {
        self.graph.parts(old, new)
    }

    /// The findings. If something breaks clients, `judge_version` adds findings about the version.
    pub(crate) fn finish(mut self, judge_version: JudgeVersion) -> Diff {
        self.graph.solve();
        let mut changes: Vec<_> = self
            .changes
            .iter()
            .map(|(operation, change)| (operation.as_deref(), change))
            .collect();
        for (operation, root) in &self.uses {
            let below = self.graph.changes_below(*root);
            changes.extend(below.map(|change| (operation.as_deref(), change)));
        }
        let breaks = |change: &Change| change.verdict.level == Some(Level::Breaking);
        let verdict = if changes.iter().any(|(_, change)| breaks(change)) {
            judge_version(self.old, self.new)
        } else {
            None
        };
        changes.extend(verdict.iter().map(|change| (None, change)));
        let findings = findings(changes);
        Diff {
            findings,
            notes: self.notes,
            identical: self.old.root().value == self.new.root().value,
        }
    }
}

/// The identity of a change, no matter how many operations it affects: the id, both places, and the
/// arguments.
type Cause<'c> = (String, String, String, &'c BTreeMap<&'static str, String>);

/// Makes one finding for each operation that a change affects, no matter on how many paths.
fn findings(changes: Vec<(Option<&str>, &Change)>) -> Vec<Finding> {
    let mut causes: Vec<Cause<'_>> = Vec::new();
    let mut users: Vec<BTreeSet<&str>> = Vec::new();
    let mut numbers: HashMap<Cause<'_>, usize> = HashMap::new();
    // A change of a component can affect many operations. Values that are the same for all are calculated
    // once.
    let mut numbered: HashMap<*const Change, usize> = HashMap::new();
    let mut found: BTreeMap<(Option<&str>, usize), &Change> = BTreeMap::new();
    for (operation, change) in changes {
        if change.verdict.level.is_none() {
            continue;
        }
        let number = *numbered.entry(std::ptr::from_ref(change)).or_insert_with(|| {
            let id = change.rule.id(change.place).into_owned();
            let cause = (
                id,
                change.old.to_string(),
                change.new.to_string(),
                &change.arguments,
            );
            *numbers.entry(cause.clone()).or_insert_with(|| {
                causes.push(cause);
                users.push(BTreeSet::new());
                causes.len() - 1
            })
        });
        users[number].extend(operation);
        // If a place is used in several ways, the most severe verdict counts.
        found
            .entry((operation, number))
            .and_modify(|known| {
                if change.verdict.level > known.verdict.level {
                    *known = change;
                }
            })
            .or_insert(change);
    }
    let users: Vec<Arc<[String]>> = users
        .into_iter()
        .map(|users| users.into_iter().map(str::to_owned).collect())
        .collect();
    let mut findings: Vec<_> = found
        .into_iter()
        .filter_map(|((operation, number), change)| {
            let (id, old, new, arguments) = &causes[number];
            Some(Finding {
                fingerprint: fingerprint(id, operation, &change.subject, arguments),
                id: id.clone(),
                level: change.verdict.level?,
                operation: operation.map(str::to_owned),
                old: old.clone(),
                new: new.clone(),
                subject: change.subject.clone(),
                arguments: (*arguments).clone(),
                used_by: Arc::clone(&users[number]),
                deviates: change.verdict.deviates,
                rule: change.rule,
                change: number,
            })
        })
        .collect();
    findings.sort_by(gravest_first);
    findings
}

fn gravest_first(a: &Finding, b: &Finding) -> Ordering {
    (b.level, &a.operation, &a.old, &a.new, &a.id).cmp(&(a.level, &b.operation, &b.old, &b.new, &b.id))
}

/// The first 12 hexadecimal digits of the SHA-256 over the parts that identify a finding.
fn fingerprint(
    id: &str,
    operation: Option<&str>,
    subject: &str,
    arguments: &BTreeMap<&'static str, String>,
) -> String {
    let mut hash = Sha256::new();
    for part in [id, operation.unwrap_or_default(), subject]
        .into_iter()
        .chain(arguments.iter().flat_map(|(name, value)| [*name, value.as_str()]))
    {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
