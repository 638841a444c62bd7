//! `cargo xtask refresh`: replaces the vendored document by the provider's present one, after it has been proven to
//! build; or says what that would do.

mod changes;
mod compile;
mod fetch;
mod index;
mod merge;
mod page;
mod progress;
mod redact;
mod references;
pub(crate) mod report;
mod source;
pub(crate) mod trial;
mod verify;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{SecondsFormat, Utc};
use serde_json::Value;

pub use fetch::Patience;

use crate::canonical::sha256;
use crate::lock::Lock;
use crate::replace::{self, Guard, Step};
use crate::{Failure, Outcome, canonical, files};
use fetch::Fetcher;
use report::Report;
use source::{Retrieval, Retrieved, Source};

/// How a refresh is to go.
pub struct Options {
    /// A URL, a file, or a folder with an index of pages; nothing for where the provider publishes.
    pub from: Option<String>,
    /// Write nothing.
    pub check: bool,
    /// Write what changes to this file too, for a browser.
    pub html: Option<PathBuf>,
    /// Accept a document with fewer than half of the present operations.
    pub allow_shrink: bool,
    /// Type-check the facade against the new document.
    pub compile: bool,
    /// How patient fetching is.
    pub patience: Patience,
    /// The provider's site.
    pub site: String,
    /// Asked before each step that changes the disk; tests make it fail.
    pub before: Box<dyn Fn(Step) -> io::Result<()>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            from: None,
            check: false,
            html: None,
            allow_shrink: false,
            compile: false,
            patience: Patience::default(),
            site: "https://docs.databar.ai".to_owned(),
            before: Box::new(|_| Ok(())),
        }
    }
}

/// What is in the tree.
struct Present {
    /// Null if there is none, or none that can be read.
    document: Value,
    text: String,
    lock: Option<Lock>,
    notes: Vec<String>,
}

/// Refreshes the document of a workspace, and says on `out` what happened.
///
/// # Errors
///
/// [`Failure`] when no document could be got or it is not good enough; the files are then as they were.
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
    let (source, retrieval, tried) = retrieve(options, present.known())?;
    let Retrieval::Retrieved(retrieved) = retrieval else {
        say(&format!(
            "{}: nothing has changed there; the files are as they were",
            source
        ))?;
        return Ok(Outcome::Done);
    };
    let Retrieved {
        mut document,
        origin,
        notes,
    } = *retrieved;
    let redacted = redact::redact(&mut document);
    verify::verify(&document).map_err(|failure| {
        let problems = failure
            .problems()
            .iter()
            .map(|problem| format!("{source}: {problem}"));
        Failure::from(problems.collect::<Vec<_>>())
    })?;
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
        say(&format!(
            "{source}: the document is the same; the files are as they were"
        ))?;
        return Ok(Outcome::Done);
    }
    let shrinkage = present.shrinkage(&document).filter(|_| !options.allow_shrink);
    let mut obstacles: Vec<String> = shrinkage.into_iter().chain(trial.lost_targets()).collect();
    let mut new = vec![(files::DOCUMENT, text)];
    match trial.bindings {
        Ok(bindings) => new.push((files::SURFACE, bindings.surface)),
        Err(problem) => obstacles.push(problem),
    }
    new.push((files::LOCK, lock.text()?));
    if options.compile && obstacles.is_empty() {
        obstacles.extend(compile::check(workspace, &new).err());
    }
    let before = trial::overlaid(&present.document, workspace).map(|(overlaid, _)| overlaid);
    let report = Report {
        source: source.to_string(),
        notes: [tried, present.notes.clone(), notes].concat(),
        redacted,
        obstacles,
        changes: changes::compare(
            before.as_ref().unwrap_or(&present.document),
            &trial.overlaid,
            workspace,
            Utc::now().date_naive(),
            options.html.is_some(),
        ),
        overlay: trial.overlay,
    };
    if is_same {
        say(&format!(
            "{source}: the document is the same; what else is known of it has changed"
        ))?;
    } else {
        say(&report.to_string())?;
        if let (Some(file), Some(html)) = (&options.html, &report.changes.html) {
            files::write(file, html)
                .map_err(|error| format!("{}: cannot be written: {error}", file.display()))?;
        }
    }
    match guard {
        Some(_) if !report.obstacles.is_empty() => Err(report.obstacles.into()),
        Some(guard) => {
            guard.replace(&new, &options.before)?;
            say(&format!(
                "{}, {} and {} are written",
                files::DOCUMENT,
                files::SURFACE,
                files::LOCK
            ))?;
            Ok(Outcome::Done)
        }
        None if is_same => Ok(Outcome::Done),
        None if report.is_breaking() => Ok(Outcome::Breaking),
        None => Ok(Outcome::Stale),
    }
}

/// Finishes what a killed refresh left, if that may be; says what it found.
fn recover(guard: Option<&Guard>, workspace: &Path) -> Result<Option<String>, String> {
    match guard {
        Some(guard) => guard.recover(),
        None if replace::is_interrupted(workspace) => {
            let problem = "an earlier refresh was killed while it replaced the files; \
                           run `cargo xtask refresh` without --check, which finishes that first";
            Err(problem.to_owned())
        }
        None => Ok(None),
    }
}

/// The first source that gives a document, what it gave, and why those before it gave none.
fn retrieve(options: &Options, known: Option<&Lock>) -> Result<(Source, Retrieval, Vec<String>), Failure> {
    let sources = match &options.from {
        Some(from) => vec![Source::named(from)?],
        None => Source::published(&options.site)?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no asynchronous runtime: {error}"))?;
    let fetcher = Fetcher::new(options.patience.clone())?;
    let mut problems = Vec::new();
    for source in sources {
        match runtime.block_on(source.retrieve(&fetcher, known)) {
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
                "{}: {error}; the new document is compared with nothing",
                files::DOCUMENT
            ));
            Value::Null
        });
        let lock = Lock::read(workspace).unwrap_or_else(|problem| {
            notes.push(format!("{problem}; it is written anew"));
            None
        });
        Ok(Self {
            document,
            text,
            lock,
            notes,
        })
    }

    /// The lock, if the document is still the one that it speaks of.
    fn known(&self) -> Option<&Lock> {
        self.lock
            .as_ref()
            .filter(|lock| lock.sha256.canonical == sha256(&self.text))
    }

    /// What is wrong with the size of a new document, if anything is.
    fn shrinkage(&self, document: &Value) -> Option<String> {
        let (old, new) = (operations(&self.document).len(), operations(document).len());
        let problem = format!(
            "the document has {new} operations where {old} are known; if that is right, say --allow-shrink"
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

/// The first lines of a list, and how many there are besides.
fn bounded(lines: &[String], most: usize) -> Vec<String> {
    let mut shown: Vec<String> = lines.iter().take(most).cloned().collect();
    if lines.len() > most {
        shown.push(format!("... and {} more", lines.len() - most));
    }
    shown
}

/// Cuts a text that is too long to be read.
fn shorten(text: &mut String, most: usize) {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
        text.push_str("...");
    }
}
