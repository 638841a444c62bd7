//! What is rendered: a comparison, and what its caller knows about it beyond the two documents.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{Diff, Finding, Semver};

/// A comparison, and what its caller knows about it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report<'a> {
    /// The comparison.
    pub diff: &'a Diff,
    /// The document that clients were written against.
    pub old: Described,
    /// The document that is to replace it.
    pub new: Described,
    /// The version that a release with these changes gets, if that is known. See [`Report::semver`].
    pub release: Option<String>,
    /// Why a finding is accepted, by its fingerprint.
    pub allowed: HashMap<String, String>,
    /// What the change does to others than clients.
    pub effects: Vec<Effect>,
}

/// A document, as a report names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Described {
    /// `info.title`, or nothing.
    pub title: String,
    /// `info.version`, or nothing.
    pub version: String,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

impl Described {
    /// Describes a document that was read from `bytes`.
    pub fn new(document: &Value, bytes: &[u8]) -> Self {
        let info = |member: &str| {
            document
                .pointer(&format!("/info/{member}"))
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        Self {
            title: info("title"),
            version: info("version"),
            sha256: Sha256::digest(bytes)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        }
    }
}

/// What the change does to others than clients on the wire: to users of a library that is generated from the documents, for instance.
#[derive(Debug, Clone)]
pub struct Effect {
    /// The member of the JSON that has the rows, `rust`; with `_unavailable` behind it, that which has the reason where there are none.
    pub key: &'static str,
    /// The heading: `Rust`.
    pub title: &'static str,
    /// Who is affected: `Rust users`.
    pub audience: &'static str,
    /// What the parents of rows are that are told once, in the plural: see [`Row::repeats`].
    pub parents: &'static str,
    /// What differs, the gravest first; the reason where that is not known.
    pub rows: Result<Vec<Row>, String>,
}

impl Effect {
    /// What differs, as far as that is known.
    pub fn rows(&self) -> &[Row] {
        self.rows.as_deref().unwrap_or_default()
    }

    /// The step that this alone forces.
    pub fn semver(&self) -> Semver {
        self.rows().iter().map(|row| row.semver).max().unwrap_or_default()
    }
}

/// One item that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its name, which is the new one unless it was removed.
    pub item: String,
    /// What became of it.
    pub change: Change,
    /// What was said of it before: its type, for instance.
    pub old: Option<String>,
    /// What is said of it now.
    pub new: Option<String>,
    /// The step that this alone forces.
    pub semver: Semver,
    /// The old name, where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// The fingerprint of the finding that caused it, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Whether people are told its name alone when it comes or goes, without `old` and `new`.
    #[serde(skip)]
    pub by_name: bool,
    /// Whether a changelog names the operation that it belongs to, because its name does not show that.
    #[serde(skip)]
    pub names_operation: bool,
    /// Its name within its parent, where the same may happen in many parents. People are told once what three or more rows have in
    /// common: this, `change`, `old` and `new`.
    #[serde(skip)]
    pub repeats: Option<String>,
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Something else is said of it, or it has another name.
    Changed,
}

impl Change {
    /// Its name: `added`, `removed`, `changed`.
    pub fn name(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Changed => "changed",
        }
    }
}

impl<'a> Report<'a> {
    /// A report of `diff` alone.
    pub fn new(diff: &'a Diff, old: Described, new: Described) -> Self {
        Self {
            diff,
            old,
            new,
            release: None,
            allowed: HashMap::new(),
            effects: Vec::new(),
        }
    }

    /// The step that a release has to make: for the sake of clients on the wire, and of all others.
    pub fn semver(&self) -> Semver {
        self.effects
            .iter()
            .map(Effect::semver)
            .fold(self.diff.semver(), Semver::max)
    }

    /// Why the finding is accepted, if it is.
    pub fn allowed(&self, finding: &Finding) -> Option<&str> {
        self.allowed.get(&finding.fingerprint).map(String::as_str)
    }
}
