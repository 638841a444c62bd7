//! The size of the release that changes require.

use serde::Serialize;

use crate::{Diff, Level};

/// The size of the release that changes require, in the terms of [Semantic Versioning](https://semver.org).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Semver {
    /// The documents are equal, so there is nothing to release.
    #[default]
    None,
    /// The documents differ only in parts that do not affect clients, such as descriptions.
    Patch,
    /// By the documents, no client breaks.
    Minor,
    /// Clients can break.
    Major,
}

impl std::fmt::Display for Semver {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(match self {
            Semver::None => "none",
            Semver::Patch => "patch",
            Semver::Minor => "minor",
            Semver::Major => "major",
        })
    }
}

impl Diff {
    /// The release that these changes require: `major` if a finding is breaking, `minor` if there are other
    /// findings, `patch` if the documents differ without findings.
    pub fn semver(&self) -> Semver {
        match self.findings.iter().map(|finding| finding.level).max() {
            Some(Level::Breaking) => Semver::Major,
            Some(Level::Warning | Level::Info) => Semver::Minor,
            None if self.identical => Semver::None,
            None => Semver::Patch,
        }
    }
}
