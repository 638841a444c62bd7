//! The input of a renderer: a comparison, and facts about it that only the caller knows.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{Diff, Finding, Semver};

/// A comparison, and facts about it that only the caller knows.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report<'a> {
    /// The comparison.
    pub diff: &'a Diff,
    /// The document that clients were written against.
    pub old: Described,
    /// The document that replaces it.
    pub new: Described,
    /// The version of a release with these changes, if it is known. See [`Report::semver`].
    pub release: Option<String>,
    /// The accepted findings: the reason for each, by fingerprint.
    pub allowed: HashMap<String, String>,
    /// The effects on users other than clients on the wire.
    pub effects: Vec<Effect>,
}

/// The data that identifies a document in a report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Described {
    /// `info.title`, or an empty string.
    pub title: String,
    /// `info.version`, or an empty string.
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

/// An effect on users other than clients on the wire, for example on users of a library that is generated
/// from the documents.
#[derive(Debug, Clone)]
pub struct Effect {
    /// The name of the JSON member with the rows, such as `rust`. If the rows are not available, the member
    /// with the suffix `_unavailable` has the reason.
    pub key: &'static str,
    /// The heading, such as `Rust`.
    pub title: &'static str,
    /// Who is affected, such as `Rust users`.
    pub audience: &'static str,
    /// The plural noun for the parents of rows that are combined into one, such as `builders`: see
    /// [`Row::repeats`].
    pub parents: &'static str,
    /// The items that differ, the most severe first, or the reason why they are not known.
    pub rows: Result<Vec<Row>, String>,
}

impl Effect {
    /// The items that differ. Empty if they are not known.
    pub fn rows(&self) -> &[Row] {
        self.rows.as_deref().unwrap_or_default()
    }

    /// The release step that this effect alone requires.
    pub fn semver(&self) -> Semver {
        self.rows().iter().map(|row| row.semver).max().unwrap_or_default()
    }
}

/// One item that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its name: the new one, or the old one if the item was removed.
    pub item: String,
    /// What happened to the item.
    pub change: Change,
    /// The old description of the item, for example its type.
    pub old: Option<String>,
    /// The new description of the item.
    pub new: Option<String>,
    /// The release step that this item alone requires.
    pub semver: Semver,
    /// The old name, if it differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// The fingerprint of the finding that caused the difference, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Whether reports for people show only the name of an added or removed item, without `old` and `new`.
    #[serde(skip)]
    pub by_name: bool,
    /// Whether a changelog names the operation of the item, because the item's name does not show it.
    #[serde(skip)]
    pub names_operation: bool,
    /// Its name within its parent, if the same can happen in many parents. Reports for people combine three
    /// or more rows with the same `repeats`, `change`, `old` and `new` into one.
    #[serde(skip)]
    pub repeats: Option<String>,
}

/// What happened to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It was added.
    Added,
    /// It was removed.
    Removed,
    /// Its description or its name changed.
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
    /// A report of `diff` without any further facts.
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

    /// The release step that the changes require, for clients on the wire and for everyone else who is
    /// affected.
    pub fn semver(&self) -> Semver {
        self.effects
            .iter()
            .map(Effect::semver)
            .fold(self.diff.semver(), Semver::max)
    }

    /// The reason why the finding is accepted, if it is.
    pub fn allowed(&self, finding: &Finding) -> Option<&str> {
        self.allowed.get(&finding.fingerprint).map(String::as_str)
    }
}
