//! `cargo xtask refresh`: replaces the vendored document with what the provider publishes now, once the
//! bindings have been generated from it. With `--check` it reports what that would change.

mod changes;
mod compile;
mod fetch;
mod index;
mod merge;
mod page;
mod redact;
mod references;
mod report;
mod source;
pub(crate) mod trial;
mod verify;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{SecondsFormat, Utc};
use clap::{Args, ValueEnum};
use serde_json::Value;

pub use fetch::Patience;

use crate::canonical::sha256;
use crate::finding::{Finding, count};
use crate::lock::Lock;
use crate::progress::Progress;
use crate::replace::{self, Guard, Step};
use crate::{Failure, Outcome, canonical, files, overlay, place};
use fetch::Fetcher;
use report::Report;
use source::{Retrieval, Retrieved, Source};

/// How the report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal, with colours
    Text,
    /// For a pull request, with a draft for the changelog
    Markdown,
}

/// What to refresh from, and how: the flags of the command, and what only tests change.
#[derive(Args)]
pub struct Options {
    /// A document or an llms.txt index (URL or file), or a folder with an index and its pages
    ///
    /// The default is what docs.databar.ai publishes: its document, or else its reference pages.
    #[arg(long, value_name = "URL|FILE|DIR")]
    pub from: Option<String>,
    /// Report what would change, and write nothing
    #[arg(long)]
    pub check: bool,
    /// The format of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Also write the changes to this file, as `cargo xtask diff --format html` prints them
    ///
    /// The file is not written if the document has not changed.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Accept a document with fewer than half of the present operations
    #[arg(long)]
    pub allow_shrink: bool,
    /// Also compile crates/databar against the new document, in a copy of the workspace
    #[arg(long)]
    pub compile: bool,
    /// How patient fetching is.
    #[arg(skip)]
    pub patience: Patience,
    /// The provider's site.
    #[arg(skip = SITE)]
    pub site: String,
    /// Called before each step that changes the disk. Tests make it fail.
    #[arg(skip = nothing_before())]
    pub before: Before,
}

/// The provider's site.
const SITE: &str = "https://docs.databar.ai";

/// Called before a step that changes the disk.
pub type Before = Box<dyn Fn(Step) -> io::Result<()>>;

fn nothing_before() -> Before {
    Box::new(|_| Ok(()))
}

impl Default for Options {
    fn default() -> Self {
        Self {
            from: None,
            check: false,
            format: Format::Text,
            html: None,
            allow_shrink: false,
            compile: false,
            patience: Patience::default(),
            site: SITE.to_owned(),
            before: nothing_before(),
        }
    }
}

/// The files of the workspace as they are.
struct Present {
    /// Null if there is none, or none that can be read.
    document: Value,
    text: String,
    lock: Option<Lock>,
    notes: Vec<String>,
}

/// Refreshes the document of a workspace, and writes a report to `out`.
///
/// # Errors
///
/// [`Failure`] if no document could be read, or if it cannot be taken. The files are then as they were.
pub fn run(workspace: &Path, options: &Options, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let guard = if options.check {
        None
    } else {
        Some(Guard::acquire(workspace)?)
    };
    let recovered = recover(guard.as_ref(), workspace)?;
    let mut say = |text: &str| writeln!(out, "{text}").map_err(|error| format!("standard output: {error}"));
    if let Some(note) = recovered {
        say(&note)?;
    }
    let present = Present::read(workspace)?;
    let progress = Progress::new();
    let (source, retrieval, tried) = retrieve(options, present.known(), &progress)?;
    let Retrieval::Retrieved(retrieved) = retrieval else {
        drop(progress);
        say(&format!("{source}: nothing has changed since the last refresh"))?;
        return Ok(Outcome::Done);
    };
    let Retrieved {
        mut document,
        origin,
        notes,
    } = *retrieved;
    progress.step("Validating the document");
    let redacted = redact::redact(&mut document);
    verify::verify(&document).map_err(|failure| {
        let problems = failure
            .problems()
            .iter()
            .map(|problem| format!("{source}: {problem}"));
        Failure::from(problems.collect::<Vec<_>>())
    })?;
    progress.step("Generating the bindings");
    let trial = trial::run(&document, workspace)?;
    let text = canonical::text(&document);
    let lock = next_lock(&document, &text, origin, workspace)?;
    let is_same = text == present.text;
    if is_same
        && present
            .lock
            .as_ref()
            .is_some_and(|old| old.is_same_retrieval(&lock))
    {
        drop(progress);
        say(&format!("{source}: the document has not changed"))?;
        return Ok(Outcome::Done);
    }
    let shrinkage = present.shrinkage(&document).filter(|_| !options.allow_shrink);
    let lost = overlay::lost_targets(&trial.overlay, &document).map(|lost| Finding {
        what: format!("{}: {}", files::OVERLAY, lost.what),
        ..lost
    });
    let mut obstacles: Vec<Finding> = shrinkage.map(Finding::new).into_iter().chain(lost).collect();
    let moved = present
        .lock
        .as_ref()
        .map(|old| (&old.source.address, &lock.source.address))
        .filter(|(old, new)| old != new)
        .map(|(old, new)| format!("the source in {} changes from {old} to {new}", files::LOCK));
    let mut new = vec![(files::DOCUMENT, text)];
    match trial.bindings {
        Ok(bindings) => new.push((files::SURFACE, bindings.surface)),
        Err(problem) => obstacles.push(Finding::new(problem)),
    }
    new.push((files::LOCK, lock.text()?));
    if options.compile && obstacles.is_empty() {
        progress.step("Compiling crates/databar against the new document");
        obstacles.extend(compile::check(workspace, &new, &progress)?);
    }
    progress.step("Comparing the documents");
    let before = trial::overlaid(&present.document, workspace).map(|(overlaid, _)| overlaid);
    let report = Report {
        source: source.to_string(),
        notes: [tried, Vec::from_iter(moved), present.notes.clone(), notes].concat(),
        redacted: redacted.iter().map(|pointer| place::readable(pointer)).collect(),
        obstacles,
        outdated: overlay::outdated(&trial.overlay),
        changes: changes::compare(
            before.as_ref().unwrap_or(&present.document),
            &trial.overlaid,
            workspace,
            Utc::now().date_naive(),
            options.format,
            options.html.is_some(),
        ),
    };
    drop(progress);
    if is_same && report.obstacles.is_empty() {
        say(&format!(
            "{source}: the document has not changed, but {} is out of date",
            files::LOCK
        ))?;
    } else {
        say(&report.render(options.format))?;
        if let (Some(file), Some(html)) = (&options.html, &report.changes.html) {
            files::write(file, html)
                .map_err(|error| format!("{}: cannot be written: {error}", file.display()))?;
        }
    }
    match guard {
        Some(_) if !report.obstacles.is_empty() => Err(format!(
            "{} is as it was, because of {} (\"In the way\" above); correct {}, most likely, then run \
             `cargo xtask refresh` again",
            files::DOCUMENT,
            count(report.obstacles.len(), "problem"),
            files::OVERLAY
        )
        .into()),
        Some(guard) => {
            guard.replace(&new, &options.before)?;
            say(&format!(
                "{}, {} and {} are written.\n\n{}",
                files::DOCUMENT,
                files::SURFACE,
                files::LOCK,
                report::next(options.format)
            ))?;
            Ok(Outcome::Done)
        }
        None if is_same => Ok(Outcome::Done),
        None if report.is_breaking() => Ok(Outcome::Breaking),
        None => Ok(Outcome::Stale),
    }
}

/// Finishes the work of a refresh that was killed, if files may be written. Returns what was found.
fn recover(guard: Option<&Guard>, workspace: &Path) -> Result<Option<String>, String> {
    match guard {
        Some(guard) => guard.recover(),
        None if replace::is_interrupted(workspace) => {
            let problem = "an earlier refresh was killed while it replaced the files; \
                           run `cargo xtask refresh` without --check to finish it";
            Err(problem.to_owned())
        }
        None => Ok(None),
    }
}

/// The first source that has a document, what it returned, and why the sources before it have none.
fn retrieve(
    options: &Options,
    known: Option<&Lock>,
    progress: &Progress,
) -> Result<(Source, Retrieval, Vec<String>), Failure> {
    let sources = match &options.from {
        Some(from) => vec![Source::named(from)?],
        None => Source::published(&options.site)?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the asynchronous runtime cannot be started: {error}"))?;
    let fetcher = Fetcher::new(options.patience.clone())?;
    let mut problems = Vec::new();
    for source in sources {
        progress.step(&format!("Reading {source}"));
        match runtime.block_on(source.retrieve(&fetcher, known, progress)) {
            Ok(retrieval) => return Ok((source, retrieval, problems)),
            Err(failure) => problems.extend_from_slice(failure.problems()),
        }
    }
    Err(problems.into())
}

impl Present {
    fn read(workspace: &Path) -> Result<Self, String> {
        let text = files::read(workspace, files::DOCUMENT)?.unwrap_or_default();
        let mut notes = Vec::new();
        let document = openapi_document::from_slice(text.as_bytes()).unwrap_or_else(|error| {
            notes.push(format!(
                "{}: {error}; the new document is not compared with it",
                files::DOCUMENT
            ));
            Value::Null
        });
        let lock = Lock::read(workspace).unwrap_or_else(|problem| {
            notes.push(format!("{problem}; it is replaced"));
            None
        });
        Ok(Self {
            document,
            text,
            lock,
            notes,
        })
    }

    /// The lock, if it is that of the present document.
    fn known(&self) -> Option<&Lock> {
        self.lock
            .as_ref()
            .filter(|lock| lock.sha256.canonical == sha256(&self.text))
    }

    /// The problem if a new document has fewer than half of the operations.
    fn shrinkage(&self, document: &Value) -> Option<String> {
        let (old, new) = (operations(&self.document).len(), operations(document).len());
        let problem = format!(
            "the document has {}, the present one has {old}; if that is right, add --allow-shrink",
            count(new, "operation")
        );
        (new * 2 < old).then_some(problem)
    }
}

/// Completes the lock of a new document.
fn next_lock(document: &Value, text: &str, mut lock: Lock, workspace: &Path) -> Result<Lock, String> {
    lock.sha256.canonical = sha256(text);
    lock.sha256.overlay = files::read(workspace, files::OVERLAY)?.map(sha256);
    lock.retrieved_at = Some(Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true));
    lock.upstream_version = document
        .pointer("/info/version")
        .and_then(Value::as_str)
        .map(str::to_owned);
    Ok(lock)
}

/// The operations of a document, by method and path.
pub(crate) fn operations(document: &Value) -> BTreeMap<String, &Value> {
    openapi_document::operations(document)
        .map(|operation| (operation.name(), operation.at.value))
        .collect()
}

/// The first lines of a list, and the number of the others.
fn bounded(lines: &[String], most: usize) -> Vec<String> {
    let mut shown: Vec<String> = lines.iter().take(most).cloned().collect();
    if lines.len() > most {
        shown.push(format!("... and {} more", lines.len() - most));
    }
    shown
}

/// Cuts a text after so many characters.
fn shorten(text: &mut String, most: usize) {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
        text.push_str("...");
    }
}
