//! The step that a release has to make.

use serde::Serialize;

use crate::{Diff, Level};

/// The step that a release has to make, in the terms of [Semantic Versioning](https://semver.org).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Semver {
    /// The documents are equal: there is nothing to release.
    #[default]
    None,
    /// They differ in nothing that a client meets: in descriptions, for instance.
    Patch,
    /// No client breaks by what the documents say.
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
    /// The step that a release with these changes has to make: `major` if a finding is breaking, `minor` if there are findings,
    /// `patch` if the documents differ otherwise.
    pub fn semver(&self) -> Semver {
        match self.findings.iter().map(|finding| finding.level).max() {
            Some(Level::Breaking) => Semver::Major,
            Some(Level::Warning | Level::Info) => Semver::Minor,
            None if self.identical => Semver::None,
            None => Semver::Patch,
        }
    }
}
