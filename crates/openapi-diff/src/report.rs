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
    /// What the change does to Rust bindings that are generated from the documents.
    pub rust: Rust,
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

/// What the change does to Rust bindings.
#[derive(Debug, Clone, Default)]
pub enum Rust {
    /// Nobody has looked.
    #[default]
    Unknown,
    /// It could not be computed, for this reason.
    Unavailable(String),
    /// The public items that differ, the gravest first.
    Items(Vec<Item>),
}

impl Rust {
    /// The items that differ, as far as they are known.
    pub fn items(&self) -> &[Item] {
        match self {
            Rust::Items(items) => items,
            Rust::Unknown | Rust::Unavailable(_) => &[],
        }
    }
}

/// A public item of the bindings that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its path, which is that in the new bindings unless it was removed: `types::User::email`.
    pub item: String,
    /// What became of it.
    pub change: Change,
    /// What the old bindings say: the type of a field, the signature of a function.
    pub old: Option<String>,
    /// What the new bindings say.
    pub new: Option<String>,
    /// The step that this alone forces.
    pub semver: Semver,
    /// The path in the old bindings, where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// The fingerprint of the finding that caused it, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another signature, or another name.
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
            rust: Rust::Unknown,
        }
    }

    /// The step that a release has to make: for the sake of clients on the wire, and of users of the bindings.
    pub fn semver(&self) -> Semver {
        self.rust
            .items()
            .iter()
            .map(|item| item.semver)
            .fold(self.diff.semver(), Semver::max)
    }

    /// Why the finding is accepted, if it is.
    pub fn allowed(&self, finding: &Finding) -> Option<&str> {
        self.allowed.get(&finding.fingerprint).map(String::as_str)
    }
}
