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
}

impl Report {
    /// Whether it breaks clients of the API or users of the bindings, or cannot be taken as it is.
    pub(crate) fn is_breaking(&self) -> bool {
        !self.obstacles.is_empty() || self.changes.is_breaking
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "# The document of {}", self.source)?;
        list(out, "Notes", &self.notes)?;
        list(out, "In the way", &self.obstacles)?;
        list(out, "Secrets taken out of examples", &self.redacted)?;
        list(
            out,
            &format!("{}: to be looked at", files::OVERLAY),
            &overlay_lines(&self.overlay),
        )?;
        writeln!(out, "\n{}", self.changes.markdown.trim_end())?;
        if !self.obstacles.is_empty() {
            return writeln!(
                out,
                "\nNext: mend what is in the way, most likely in {}, and refresh again.",
                files::OVERLAY
            );
        }
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
