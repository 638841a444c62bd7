//! `cargo xtask diff`: what changed between two documents, and whom it breaks.

mod allow;
mod locate;
pub(crate) mod release;
pub(crate) mod rust;
pub(crate) mod source;

use std::{error::Error, path::Path, path::PathBuf};

use chrono::NaiveDate;
use clap::ValueEnum;
use openapi_bindgen::Settings;
use openapi_diff::{
    Level, Options, Report,
    render::{self, Palette},
    report::Described,
};

use crate::Outcome;
use allow::{Accepted, AllowList};
use locate::Lines;
use source::{Loaded, Source};

/// What is compared, and how it is shown.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The document that clients were written against: a file (JSON or YAML), or REV:path in git [default: HEAD:openapi.json].
    old: Option<String>,
    /// The document that is to replace it, likewise [default: openapi.json].
    new: Option<String>,
    /// Apply to each document the openapi.overlay.json beside it. This is the default where no document is named.
    #[arg(long)]
    overlay: bool,
    /// How the changes are shown.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit with 1 if there are findings of this level, or graver ones.
    #[arg(long, value_enum, default_value_t = FailOn::Breaking, value_name = "LEVEL")]
    fail_on: FailOn,
    /// A list of findings that are accepted, as TOML. What it lists and cannot be found fails the run, as does what has expired.
    #[arg(long, value_name = "FILE")]
    allow: Option<PathBuf>,
    /// The day as of which sunsets and the list of what is accepted are judged [default: today].
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For a terminal: by the part of the document, with colours.
    Text,
    /// For a program: everything, as crates/openapi-diff/schema/diff.schema.json says.
    Json,
    /// For a pull request, with the draft of a changelog.
    Markdown,
    /// For a browser: one file with the schemas before and after.
    Html,
    /// For a workflow of GitHub Actions: annotations of the new document.
    Github,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOn {
    /// A client that was written against the old document can fail.
    Breaking,
    /// It may fail.
    Warning,
    /// There is any finding.
    Info,
    /// Not for findings.
    Never,
}

impl FailOn {
    fn level(self) -> Option<Level> {
        match self {
            FailOn::Breaking => Some(Level::Breaking),
            FailOn::Warning => Some(Level::Warning),
            FailOn::Info => Some(Level::Info),
            FailOn::Never => None,
        }
    }
}

/// Compares two documents, and prints what changed.
///
/// # Errors
///
/// A message when a document or the list of what is accepted cannot be read.
pub fn run(arguments: &Arguments, workspace: &Path) -> Result<Outcome, Box<dyn Error>> {
    let today = arguments
        .today
        .unwrap_or_else(|| chrono::Local::now().date_naive());
    let vendored = arguments.old.is_none() && arguments.new.is_none();
    let overlay = arguments.overlay || vendored;
    let old = Source::old(arguments.old.as_deref(), workspace)?.load(overlay)?;
    let new = Source::new(arguments.new.as_deref(), workspace)?.load(overlay)?;
    let diff = openapi_diff::diff(&old.value, &new.value, Options::new(today))
        .map_err(|error| named(&error, &old, &new))?;
    let accepted = match &arguments.allow {
        None => Accepted::default(),
        Some(file) => match AllowList::read(file) {
            Ok(Ok(list)) => list.apply(&diff, today),
            Ok(Err(fault)) => Accepted::fault(fault),
            Err(error) => return Err(format!("{}: cannot be read: {error}", file.display()).into()),
        },
    };

    let mut report = Report::new(
        &diff,
        Described::new(&old.value, &old.bytes),
        Described::new(&new.value, &new.bytes),
    );
    // Our own bindings with the overlay, or such as any document would get.
    let settings = if overlay {
        crate::build_script::settings()
    } else {
        Settings::standalone()
    };
    report.effects = vec![rust::effect(&old, &new, &settings, &diff)];
    report.allowed = accepted.reasons;
    report.release = release::version(&report, workspace);
    show(&report, arguments.format, &old, &new, workspace)?;

    for fault in &accepted.faults {
        eprintln!("error: {fault}");
    }
    let fails = arguments.fail_on.level().is_some_and(|level| {
        diff.findings
            .iter()
            .any(|finding| finding.level >= level && report.allowed(finding).is_none())
    });
    Ok(if fails || !accepted.faults.is_empty() {
        Outcome::Findings
    } else {
        Outcome::Done
    })
}

/// The error with the name of the document that it is about.
fn named(error: &openapi_diff::Error, old: &Loaded, new: &Loaded) -> String {
    use openapi_diff::{Error, Side};
    let side = match error {
        Error::NotOpenApi(side) => Some(*side),
        Error::Version { side, .. } => Some(*side),
        _ => None,
    };
    match side {
        Some(Side::Old) => format!("{}: {error}", old.name),
        Some(Side::New) => format!("{}: {error}", new.name),
        None => error.to_string(),
    }
}

fn show(
    report: &Report<'_>,
    format: Format,
    old: &Loaded,
    new: &Loaded,
    workspace: &Path,
) -> std::io::Result<()> {
    use std::io::{ErrorKind, Write};
    let (text, styled) = match format {
        Format::Text => (render::text(report, Palette::coloured()), true),
        Format::Json => (render::json(report), false),
        Format::Markdown => (render::markdown(report), false),
        Format::Html => (render::html(report, &old.value, &new.value), false),
        Format::Github => {
            let lines = Lines::of(new, workspace);
            (
                render::github(report, |finding| Some(lines.locate(&finding.new))),
                false,
            )
        }
    };
    let written = if styled {
        anstream::stdout().write_all(text.as_bytes())
    } else {
        std::io::stdout().write_all(text.as_bytes())
    };
    match written {
        // The reader has seen enough: `cargo xtask diff | head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
