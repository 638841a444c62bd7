//! What a maintainer should look at, for a terminal and for a pull request.

use std::fmt::Write as _;

/// How many places of one finding are shown.
const SHOWN: usize = 10;

/// What a maintainer should look at, and where. One finding covers all places with the same problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The problem and what to do about it, in one line.
    pub(crate) what: String,
    pub(crate) places: Vec<Place>,
    /// Lines of another program.
    pub(crate) excerpt: String,
}

/// A place of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Where it is, as the file writes it: `actions[3]  $.paths['/v1/user/me'].get`.
    pub(crate) code: String,
    /// What is known about it.
    pub(crate) words: String,
}

impl Finding {
    /// A finding without places.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            places: Vec::new(),
            excerpt: String::new(),
        }
    }

    /// For a terminal: the first line as it is, the others indented by so many spaces. Ends with a line feed.
    pub(crate) fn text(&self, indent: usize) -> String {
        let mut out = format!("{}\n", self.what);
        let (shown, more) = self.shown();
        let width = shown
            .iter()
            .map(|place| place.code.chars().count())
            .max()
            .unwrap_or(0);
        for Place { code, words } in shown {
            let line = format!("{:indent$}{code:width$}  {words}", "");
            out.push_str(line.trim_end());
            out.push('\n');
        }
        if more > 0 {
            _ = writeln!(out, "{:indent$}... and {more} more", "");
        }
        for line in self.excerpt.lines() {
            _ = writeln!(out, "{:indent$}{line}", "");
        }
        out
    }

    /// For a pull request: an item of a list.
    pub(crate) fn markdown(&self) -> String {
        let mut out = format!("- {}\n", self.what);
        let (shown, more) = self.shown();
        for Place { code, words } in shown {
            let colon = if words.is_empty() { "" } else { ": " };
            _ = writeln!(out, "  - `{code}`{colon}{words}");
        }
        if more > 0 {
            _ = writeln!(out, "  - ... and {more} more");
        }
        if !self.excerpt.is_empty() {
            let lines = self.excerpt.lines().map(|line| format!("  {line}\n"));
            _ = writeln!(out, "\n  ````text\n{}  ````", lines.collect::<String>());
        }
        out
    }

    fn shown(&self) -> (&[Place], usize) {
        let shown = if self.places.len() <= SHOWN + 1 {
            self.places.len()
        } else {
            SHOWN
        };
        (&self.places[..shown], self.places.len() - shown)
    }
}

/// A count with its noun: `1 operation`, `36 operations`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
