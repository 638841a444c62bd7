//! What a refresh says: Markdown that reads well on a terminal, so that it can be the body of a pull request.

use std::fmt;

use openapi_overlay::{Outcome, Report as Overlay};

use super::changes::Changes;
use super::trial::lost_its_target;
use crate::files;

/// How many lines of one list are shown.
const SHOWN: usize = 60;

/// What became of the document and of everything that follows from it.
pub(crate) struct Report {
    pub(crate) source: String,
    pub(crate) notes: Vec<String>,
    /// Pointers to what was taken out.
    pub(crate) redacted: Vec<String>,
    /// Why the document cannot be taken as it is.
    pub(crate) obstacles: Vec<String>,
    pub(crate) changes: Changes,
    pub(crate) overlay: Overlay,
    pub(crate) surface: SurfaceChange,
    pub(crate) widened: usize,
    pub(crate) upstream_version: Option<String>,
    pub(crate) today: String,
}

/// The lines of the surface that come and go.
#[derive(Debug, Default)]
pub(crate) struct SurfaceChange {
    pub(crate) added: Vec<String>,
    pub(crate) removed: Vec<String>,
}

/// What a release with this change would be, by the rules of cargo for versions that begin with 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Semver {
    Breaking,
    Compatible,
}

impl SurfaceChange {
    pub(crate) fn between(old: &str, new: &str) -> Self {
        let set = |text: &'_ str| {
            text.lines()
                .map(str::to_owned)
                .collect::<std::collections::BTreeSet<_>>()
        };
        let (old, new) = (set(old), set(new));
        Self {
            added: new.difference(&old).cloned().collect(),
            removed: old.difference(&new).cloned().collect(),
        }
    }
}

impl Report {
    /// Whether users notice by more than additions: clients of the API, or of the bindings.
    pub(crate) fn is_breaking(&self) -> bool {
        !self.obstacles.is_empty() || self.changes.is_breaking || !self.surface.removed.is_empty()
    }

    fn semver(&self) -> Semver {
        if self.is_breaking() {
            Semver::Breaking
        } else {
            Semver::Compatible
        }
    }

    fn changelog(&self) -> String {
        let count = |list: &[String], what: &str, how: &str| {
            list.iter()
                .filter(|line| line.starts_with(what) && line.contains(how))
                .count()
        };
        let lines = &self.changes.lines;
        let mut entry = format!(
            "- The provider's document of {}{}: {} operations added, {} removed, {} changed.",
            self.today,
            self.upstream_version
                .as_ref()
                .map_or(String::new(), |version| format!(", version {version}")),
            count(lines, "operation ", ": added"),
            count(lines, "operation ", ": removed"),
            count(lines, "operation ", ": changed"),
        );
        if self.is_breaking() {
            entry.push_str(" **Breaking**: see the lines that are gone from `openapi.surface.txt`.");
        }
        entry
    }
}

impl Semver {
    fn next(self, version: &str) -> String {
        let mut numbers = version
            .split(['.', '-'])
            .map(|number| number.parse::<u64>().unwrap_or_default());
        let mut number = || numbers.next().unwrap_or_default();
        match (self, number(), number(), number()) {
            (Self::Breaking, 0, minor, _) => format!("0.{}.0", minor + 1),
            (Self::Breaking, major, _, _) => format!("{}.0.0", major + 1),
            (Self::Compatible, 0, minor, patch) => format!("0.{minor}.{}", patch + 1),
            (Self::Compatible, major, minor, _) => format!("{major}.{}.0", minor + 1),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "# The document of {}", self.source)?;
        list(out, "Notes", &self.notes)?;
        list(out, "In the way", &self.obstacles)?;
        list(out, "Secrets taken out of examples", &self.redacted)?;
        list(out, "The API, overlay applied", &self.changes.lines)?;
        list(
            out,
            &format!("{}: to be looked at", files::OVERLAY),
            &overlay_lines(&self.overlay),
        )?;
        let removed = self.surface.removed.iter().map(|line| format!("- {line}"));
        let added = self.surface.added.iter().map(|line| format!("+ {line}"));
        let lines: Vec<String> = removed.chain(added).collect();
        if !lines.is_empty() {
            writeln!(out, "\n## The bindings\n\n```diff")?;
            for line in super::bounded(&lines, SHOWN) {
                writeln!(out, "{line}")?;
            }
            writeln!(out, "```")?;
        }
        if self.widened > 0 {
            writeln!(
                out,
                "\n{} places of the bindings accept more than the document says.",
                self.widened
            )?;
        }
        let version = env!("CARGO_PKG_VERSION");
        let semver = self.semver();
        let kind = if semver == Semver::Breaking {
            "it breaks users"
        } else {
            "it breaks nobody"
        };
        writeln!(
            out,
            "\n## The release\n\nSuggested version: {} (after {version}; {kind}).",
            semver.next(version)
        )?;
        writeln!(
            out,
            "\nFor CHANGELOG.md, under `### Changed`:\n\n{}",
            self.changelog()
        )?;
        writeln!(
            out,
            "\nNext:\n\n```sh\ngit diff --stat\ncargo xtask check\n.ci/run\n```"
        )
    }
}

fn list(out: &mut fmt::Formatter<'_>, title: &str, lines: &[String]) -> fmt::Result {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## {title}\n")?;
    for line in super::bounded(lines, SHOWN) {
        writeln!(out, "- {line}")?;
    }
    Ok(())
}

/// The actions that a maintainer should look at, with what to do.
pub(crate) fn overlay_lines(overlay: &Overlay) -> Vec<String> {
    let actions = overlay.actions.iter().filter_map(|action| {
        let what = match action.outcome {
            Outcome::Redundant { differs: false } => "the provider has it now, just so: remove the action",
            Outcome::Redundant { differs: true } => {
                "the provider has it now, and otherwise; theirs is used: remove the action"
            }
            Outcome::Unchanged => "the document is so already: remove the action",
            _ if lost_its_target(action) => "its target matches nothing: correct it, or remove the action",
            _ => return None,
        };
        let reason = action.description.as_deref().unwrap_or("no reason is given");
        Some(format!(
            "/actions/{} ({}): {what} ({reason})",
            action.index, action.target
        ))
    });
    let conflicts = overlay.conflicts.iter().map(|conflict| {
        format!(
            "/actions/{}: refers to {}, which the provider defines otherwise than /actions/{}: make the action fit",
            conflict.action, conflict.reference, conflict.skipped_action
        )
    });
    conflicts.chain(actions).collect()
}
