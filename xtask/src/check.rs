//! `cargo xtask check`: whether the files at the root of the workspace, the overlay, the bindings and the
//! facade are in sync. Reads only, and needs no network.

mod coverage;

use std::io::Write;
use std::path::Path;

use serde_json::Value;

use crate::canonical::{self, sha256};
use crate::finding::{Finding, count};
use crate::lock::Lock;
use crate::refresh::trial;
use crate::{Failure, Outcome, files, overlay, replace};

/// The command after which the surface and the lock are those of the overlay.
const WRITE: &str = "`cargo xtask surface --write`";

/// What was checked: a line for each file that is in order, and each finding with the command that repairs
/// it.
#[derive(Default)]
struct Checked {
    text: String,
    findings: usize,
}

impl Checked {
    /// Adds what was found in a file. Without findings, the file is as `good` says.
    fn add(&mut self, file: &str, good: &str, findings: impl IntoIterator<Item = Finding>) {
        let before = self.findings;
        for finding in findings {
            self.findings += 1;
            self.text
                .push_str(&format!("failed  {file}: {}", finding.text(10)));
        }
        if self.findings == before {
            self.text.push_str(&format!("ok      {file}: {good}\n"));
        }
    }
}

/// Checks a workspace, and prints what was checked and what was found.
///
/// # Errors
///
/// A file cannot be read, or the result cannot be printed.
pub fn run(workspace: &Path, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let mut checked = Checked::default();
    if replace::is_interrupted(workspace) {
        let killed = "a refresh was killed while it replaced the files; run `cargo xtask refresh`";
        checked.add("workspace", "", [Finding::new(killed)]);
    }
    if let Some(document) = document(workspace, &mut checked)? {
        bindings(&document, workspace, &mut checked)?;
    }
    let (outcome, last) = match checked.findings {
        0 => (Outcome::Done, "Everything is in sync.".to_owned()),
        number => (
            Outcome::Stale,
            format!("Not in sync: {}.", count(number, "finding")),
        ),
    };
    writeln!(out, "{}{last}", checked.text).map_err(|error| format!("standard output: {error}"))?;
    Ok(outcome)
}

/// The document and its lock.
fn document(workspace: &Path, checked: &mut Checked) -> Result<Option<Value>, String> {
    let restore = |what: &str, files: &str| Finding::new(format!("{what}; run `git restore {files}`"));
    let text = files::read(workspace, files::DOCUMENT)?;
    let lock = Lock::read(workspace);
    let read = match &text {
        None => Err("is missing".to_owned()),
        Some(text) => openapi_document::from_slice(text.as_bytes()).map_err(|error| error.to_string()),
    };
    let (text, document) = match (text, read) {
        (Some(text), Ok(document)) => (text, document),
        (_, read) => {
            let problem = read.err().unwrap_or_default();
            checked.add(files::DOCUMENT, "", [restore(&problem, files::DOCUMENT)]);
            return Ok(None);
        }
    };
    let is_as_locked = match &lock {
        Ok(Some(lock)) => lock.sha256.canonical == sha256(&text),
        _ => true,
    };
    let finding = if !is_as_locked {
        let problem = format!(
            "is not the document that {} records; neither is edited by hand, corrections are actions in {}",
            files::LOCK,
            files::OVERLAY
        );
        Some(restore(&problem, &format!("{} {}", files::DOCUMENT, files::LOCK)))
    } else if canonical::text(&document) != text {
        Some(Finding::new(
            "is not in canonical form; run `cargo xtask refresh`",
        ))
    } else {
        None
    };
    checked.add(
        files::DOCUMENT,
        &format!("is the document that {} records", files::LOCK),
        finding,
    );
    let findings = match lock {
        Ok(Some(lock)) => of_lock(&document, &lock, workspace)?,
        Ok(None) => vec![restore("is missing", files::LOCK)],
        Err(problem) => vec![restore(&problem, files::LOCK)],
    };
    checked.add(
        files::LOCK,
        &format!(
            "has the version of {}, and the hash of {}",
            files::DOCUMENT,
            files::OVERLAY
        ),
        findings,
    );
    Ok(Some(document))
}

fn of_lock(document: &Value, lock: &Lock, workspace: &Path) -> Result<Vec<Finding>, String> {
    let mut findings = Vec::new();
    let version = document.pointer("/info/version").and_then(Value::as_str);
    if lock.upstream_version.as_deref() != version {
        findings.push(Finding::new(format!(
            "upstream_version is not the version of {}; run `git restore {}`",
            files::DOCUMENT,
            files::LOCK
        )));
    }
    let overlay = files::read(workspace, files::OVERLAY)?.map(sha256);
    if lock.sha256.overlay.is_some() && lock.sha256.overlay != overlay {
        findings.push(Finding::new(format!(
            "{} was edited after {} was written; run {WRITE}",
            files::OVERLAY,
            files::SURFACE
        )));
    }
    Ok(findings)
}

/// The overlay, the surface and the facade.
fn bindings(document: &Value, workspace: &Path, checked: &mut Checked) -> Result<(), String> {
    let again = |problem: &str| {
        // Each line begins with the file.
        let problem = problem.trim_start_matches(&format!("{}: ", files::OVERLAY));
        Finding::new(format!("{problem}; correct it, then run `cargo xtask check`"))
    };
    let trial = match trial::run(document, workspace) {
        Ok(trial) => trial,
        Err(problem) => {
            checked.add(files::OVERLAY, "", [again(&problem)]);
            return Ok(());
        }
    };
    let lost = overlay::lost_targets(&trial.overlay, document);
    let findings = lost.into_iter().chain(overlay::outdated(&trial.overlay));
    checked.add(
        files::OVERLAY,
        &format!(
            "{}, each of which is needed",
            count(trial.overlay.actions.len(), "action")
        ),
        findings.map(|finding| Finding {
            what: format!("{}, then run {WRITE}", finding.what),
            ..finding
        }),
    );
    let bindings = match trial.bindings {
        Ok(bindings) => bindings,
        Err(problem) => {
            checked.add(files::OVERLAY, "", [again(&problem)]);
            return Ok(());
        }
    };
    let recorded = files::read(workspace, files::SURFACE)?.unwrap_or_default();
    let is_stale = recorded != bindings.surface;
    checked.add(
        files::SURFACE,
        &format!(
            "has {} of the bindings",
            count(bindings.surface.lines().count(), "public item")
        ),
        is_stale.then(|| {
            Finding::new(format!(
                "is not the surface of the bindings that the document and the overlay make; run {WRITE}"
            ))
        }),
    );
    checked.add(
        coverage::FACADE,
        &format!(
            "calls each of {}, unless {} lists it with the reason",
            count(bindings.operations.len(), "operation"),
            coverage::LEFT_OUT
        ),
        coverage::findings(&bindings.operations, workspace)?,
    );
    Ok(())
}
