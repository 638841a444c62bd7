//! The format for GitHub Actions workflows: each change is an annotation of a file.
//!
//! Source: GitHub Docs, "Workflow commands for GitHub Actions", and the escaping of its toolkit
//! (`command.ts`).

use super::{
    cause::causes,
    section::{Line, lines, some},
    verdict::verdict,
};
use crate::{Finding, Level, Report};

/// The maximum number of operations that a line names.
const USERS: usize = 3;

/// The place where a reviewer sees a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file, relative to the root of the repository.
    pub file: String,
    /// The line in the file, counted from 1.
    pub line: Option<usize>,
}

/// Workflow commands that annotate each change, the most severe first, and a last line with the verdict.
///
/// GitHub shows at most ten annotations of each level. Therefore a change that several operations share
/// appears once, at the first of them. `locate` returns the place of a finding. A finding without a place
/// appears only with the run.
pub fn github(report: &Report<'_>, locate: impl Fn(&Finding) -> Option<Location>) -> String {
    let causes = causes(report);
    let mut out: String = lines(&causes)
        .iter()
        .map(|line| command(line, locate(line.cause.finding)))
        .collect();
    out.push_str(&verdict(report, &causes));
    out.push('\n');
    out
}

fn command(line: &Line<'_>, location: Option<Location>) -> String {
    let cause = line.cause;
    let name = match (cause.allowed, cause.level) {
        (None, Level::Breaking) => "error",
        (None, Level::Warning) => "warning",
        (None, Level::Info) | (Some(_), _) => "notice",
    };
    let mut properties = Vec::new();
    if let Some(Location { file, line }) = location {
        properties.push(format!("file={}", escape_property(&file)));
        properties.extend(line.map(|line| format!("line={line}")));
    }
    properties.push(format!("title={}", escape_property(&cause.finding.id)));
    format!(
        "::{name} {}::{}\n",
        properties.join(","),
        escape_data(&sentence(line))
    )
}

/// The message, with the affected operations.
fn sentence(line: &Line<'_>) -> String {
    let cause = line.cause;
    let (names, more) = some(&line.operations, USERS);
    let operations = match (names.as_slice(), more) {
        ([], _) => String::new(),
        (names, 0) => format!(" ({})", names.join(", ")),
        (names, more) => format!(" ({} and {more} more)", names.join(", ")),
    };
    let allowed = cause
        .allowed
        .map(|reason| format!(" Allowed: {reason}"))
        .unwrap_or_default();
    format!("{}{operations}{allowed}", cause.message())
}

fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_or_a_property() {
        assert_eq!(escape_data("50%\r\na,b:c"), "50%25%0D%0Aa,b:c");
        assert_eq!(escape_property("50%\r\na,b:c"), "50%25%0D%0Aa%2Cb%3Ac");
    }
}
