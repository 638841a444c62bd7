//! What a refresh prints, for a terminal and for a pull request.

use anstyle::{AnsiColor, Style};

use super::Format;
use super::changes::Changes;
use crate::files;
use crate::finding::Finding;

/// What became of the document and of everything that is made from it.
pub(crate) struct Report {
    pub(crate) source: String,
    pub(crate) notes: Vec<String>,
    /// Where secrets were removed.
    pub(crate) redacted: Vec<String>,
    /// Why the document cannot be taken as it is.
    pub(crate) obstacles: Vec<Finding>,
    /// Actions of the overlay that should be looked at.
    pub(crate) outdated: Vec<Finding>,
    pub(crate) changes: Changes,
}

/// A list with a title.
struct Section {
    title: String,
    style: Style,
    findings: Vec<Finding>,
}

impl Report {
    /// Whether it breaks clients of the API or users of the bindings, or cannot be taken as it is.
    pub(crate) fn is_breaking(&self) -> bool {
        !self.obstacles.is_empty() || self.changes.is_breaking
    }

    pub(crate) fn render(&self, format: Format) -> String {
        let title = format!("The document of {}", self.source);
        let changes = self.changes.summary.trim_end();
        match format {
            Format::Text => {
                let sections: String = self.sections().iter().map(Section::text).collect();
                let bold = Style::new().bold();
                format!("{bold}{title}{bold:#}\n{sections}\n{changes}\n")
            }
            Format::Markdown => {
                let sections: String = self.sections().iter().map(Section::markdown).collect();
                format!("# {title}\n{sections}\n{changes}\n")
            }
        }
    }

    fn sections(&self) -> Vec<Section> {
        let plain = |lines: &[String]| lines.iter().map(Finding::new).collect();
        let (bold, red) = (Style::new().bold(), AnsiColor::Red.on_default().bold());
        [
            ("Notes".to_owned(), bold, plain(&self.notes)),
            ("In the way".to_owned(), red, self.obstacles.clone()),
            (
                "Secrets removed from examples".to_owned(),
                bold,
                plain(&self.redacted),
            ),
            (
                format!("To be looked at in {}", files::OVERLAY),
                bold,
                self.outdated.clone(),
            ),
        ]
        .into_iter()
        .filter(|(_, _, findings): &(_, _, Vec<_>)| !findings.is_empty())
        .map(|(title, style, findings)| Section {
            title,
            style,
            findings,
        })
        .collect()
    }
}

impl Section {
    fn text(&self) -> String {
        let Self {
            title,
            style,
            findings,
        } = self;
        let findings: String = findings
            .iter()
            .map(|finding| format!("  {}", finding.text(4)))
            .collect();
        format!("\n{style}{title}{style:#}\n{findings}")
    }

    fn markdown(&self) -> String {
        let findings: String = self.findings.iter().map(Finding::markdown).collect();
        format!("\n## {}\n\n{findings}", self.title)
    }
}

/// What to do after the files were written.
pub(crate) fn next(format: Format) -> &'static str {
    match format {
        Format::Text => "Next: `git diff --stat`, `cargo xtask check`, `.ci/run`",
        Format::Markdown => "Next:\n\n```sh\ngit diff --stat\ncargo xtask check\n.ci/run\n```",
    }
}
