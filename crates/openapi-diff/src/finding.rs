//! The result of a comparison, as data. `render` formats it.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

use crate::{level::Level, rule::Rule};

/// One change, as it affects one operation.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Finding {
    /// The id of the change, made of place and event: `request-property-became-required`.
    pub id: String,
    /// What the change means for a client that was written against the old document.
    pub level: Level,
    /// The method and path of the operation (`POST /v1/table/create`), from the old document if it has the
    /// operation, otherwise from the new one. `None` for a change that belongs to no operation.
    pub operation: Option<String>,
    /// The changed place in the old document, as a JSON Pointer. If the old document lacks it, the nearest
    /// place around it.
    pub old: String,
    /// The changed place in the new document. If the new document lacks it, the nearest place around it.
    pub new: String,
    /// What changed, in words that are the same for every use of the place: `User.email`,
    /// `query parameter page`.
    pub subject: String,
    /// The arguments of the message, by name.
    pub arguments: BTreeMap<&'static str, String>,
    /// Identifies this finding across runs: it stays the same if other parts of the documents change.
    pub fingerprint: String,
    /// All operations that the same change in the same place affects, sorted.
    pub used_by: Arc<[String]>,
    /// Whether oasdiff, from which the ids come, knows the id but judges the change differently.
    pub deviates: bool,
    /// The rule that found the change.
    pub rule: &'static Rule,
    /// The number of the change. The findings of one change for several operations have the same number.
    pub(crate) change: usize,
}

/// The number of findings or changes of each level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// How many break clients (`breaking`).
    pub breaking: usize,
    /// How many may break clients (`warning`).
    pub warning: usize,
    /// How many break no client (`info`).
    pub info: usize,
}

/// The result of a comparison.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Diff {
    /// All findings, the most severe first, then by operation and place.
    pub findings: Vec<Finding>,
    /// Differences that are not changes of the contract, such as other servers.
    pub notes: Vec<String>,
    /// Whether the two documents are equal as JSON values, including all descriptions.
    pub identical: bool,
}

impl Diff {
    /// The number of findings of each level. One change of a component that five operations use counts five
    /// times.
    pub fn summary(&self) -> Summary {
        count(self.findings.iter().map(|finding| finding.level))
    }
}

pub(crate) fn count(levels: impl Iterator<Item = Level>) -> Summary {
    let mut summary = Summary::default();
    for level in levels {
        match level {
            Level::Breaking => summary.breaking += 1,
            Level::Warning => summary.warning += 1,
            Level::Info => summary.info += 1,
        }
    }
    summary
}
