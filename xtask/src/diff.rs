//! `cargo xtask diff`: what changed between two documents, and what it breaks.

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

/// The arguments of `cargo xtask diff`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The document that clients were written for: a file (JSON or YAML), or REV:PATH in git [default:
    /// HEAD:openapi.json]
    old: Option<String>,
    /// The document that replaces it: a file, or REV:PATH in git [default: openapi.json]
    new: Option<String>,
    /// Apply the openapi.overlay.json next to each document; this is the default if no document is named
    #[arg(long)]
    overlay: bool,
    /// The format of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit with 1 if there are findings of this level or above
    #[arg(long, value_enum, default_value_t = FailOn::Breaking, value_name = "LEVEL")]
    fail_on: FailOn,
    /// A TOML list of accepted findings; an entry that has expired or matches no finding is an error
    #[arg(long, value_name = "FILE")]
    allow: Option<PathBuf>,
    /// The day for sunset dates and for the expiry of accepted findings [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For a terminal, with colours
    Text,
    /// For a program: everything, as described by crates/openapi-diff/schema/diff.schema.json
    Json,
    /// For a pull request, with a draft for the changelog
    Markdown,
    /// For a browser: one file with the schemas before and after
    Html,
    /// For GitHub Actions: annotations of the new document
    Github,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOn {
    /// A client that was written for the old document fails
    Breaking,
    /// Such a client may fail
    Warning,
    /// Any finding
    Info,
    /// Do not fail because of findings
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
/// A message if a document or the list of accepted findings cannot be read.
pub fn run(arguments: &Arguments, workspace: &Path) -> Result<Outcome, Box<dyn Error>> {
    let today = arguments
        .today
        .unwrap_or_else(|| chrono::Local::now().date_naive());
    let vendored = arguments.old.is_none() && arguments.new.is_none();
    let overlay = arguments.overlay || vendored;
    let old = Source::old(arguments.old.as_deref(), workspace)?;
    let new = Source::new(arguments.new.as_deref(), workspace)?;
    // With one document, it is easy to mistake it for the new one.
    if arguments.old.is_some() && arguments.new.is_none() {
        if old.is_same_file(&new) {
            return Err(format!(
                "{} would be compared with itself; name the old document and the new one",
                old.name()
            )
            .into());
        }
        eprintln!(
            "note: the old document is {}, the new one is {}",
            old.name(),
            new.name()
        );
    }
    let is_ours = old.is_vendored(workspace) || new.is_vendored(workspace);
    let (old, new) = (old.load(overlay)?, new.load(overlay)?);
    if !overlay && is_ours {
        eprintln!(
            "note: without the overlay, the Rust items are not those of this workspace's bindings; add --overlay, or \
             for a document that was downloaded, use `cargo xtask refresh --check --from FILE`"
        );
    }
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
    // With the overlay, the settings of our own bindings; without it, those for any document.
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

/// The error, with the name of the document.
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
        // The reader was closed, as by `cargo xtask diff | head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
