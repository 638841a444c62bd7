//! What a comparison finds, as data: nothing here is rendered.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

use crate::{level::Level, rule::Rule};

/// One change, as one operation meets it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Finding {
    /// The name of what happened, as place and event: `request-property-became-required`.
    pub id: String,
    /// What it means to an old client.
    pub level: Level,
    /// Method and path of the operation (`POST /v1/table/create`), as the old document has it, or the new one where the old has
    /// none. `None` for what belongs to no operation.
    pub operation: Option<String>,
    /// The changed place in the old document, as a JSON pointer; where the thing is new, the nearest place around it.
    pub old: String,
    /// The changed place in the new document, likewise.
    pub new: String,
    /// What changed, in words that are the same for all uses of the place: `User.email`, `query parameter page`.
    pub subject: String,
    /// What the message mentions, by name.
    pub arguments: BTreeMap<&'static str, String>,
    /// Names this finding across runs: it stays the same when other things of the documents change.
    pub fingerprint: String,
    /// All operations that meet the same change in the same place, sorted.
    pub used_by: Arc<[String]>,
    /// Whether oasdiff, whose ids these are, knows the id but judges otherwise.
    pub deviates: bool,
    /// The rule that found it.
    pub rule: &'static Rule,
    /// The number of the change that it is a finding of: those of other operations have the same.
    pub(crate) change: usize,
}

/// How many there are of each level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// How many break clients.
    pub breaking: usize,
    /// How many may break clients.
    pub warning: usize,
    /// How many break nobody.
    pub info: usize,
}

/// The outcome of a comparison.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Diff {
    /// All findings: the gravest first, then by operation and place.
    pub findings: Vec<Finding>,
    /// What differs and is no change of the contract: other servers.
    pub notes: Vec<String>,
    /// Whether the two documents are equal as JSON values, down to the descriptions.
    pub identical: bool,
}

impl Diff {
    /// How many findings there are of each level. One change of a component that five operations use counts five times.
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
