//! `cargo xtask check`: whether the files at the root of the workspace, the overlay, the bindings and the facade are in
//! step. Reads only, and needs no network.

mod coverage;

use std::io::Write;
use std::path::Path;

use serde_json::Value;

use crate::canonical::{self, sha256};
use crate::lock::Lock;
use crate::refresh::{report, trial};
use crate::{Failure, Outcome, files, replace};

/// Checks a workspace, and prints each finding with the command that mends it.
///
/// # Errors
///
/// A file cannot be read, or what was found cannot be printed.
pub fn run(workspace: &Path, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let mut findings = Vec::new();
    if replace::is_interrupted(workspace) {
        findings
            .push("a refresh was killed while it replaced the files: run `cargo xtask refresh`".to_owned());
    }
    let document = document(workspace, &mut findings)?;
    if let Some(document) = &document {
        bindings(document, workspace, &mut findings)?;
    }
    let failed = |error: std::io::Error| Failure::from(format!("standard output: {error}"));
    for finding in &findings {
        writeln!(out, "{finding}").map_err(failed)?;
    }
    Ok(if findings.is_empty() {
        Outcome::Done
    } else {
        Outcome::Stale
    })
}

/// Canonical form, and the hashes of the lock.
fn document(workspace: &Path, findings: &mut Vec<String>) -> Result<Option<Value>, String> {
    let restore = format!("run `git restore {}`", files::DOCUMENT);
    let Some(text) = files::read(workspace, files::DOCUMENT)? else {
        findings.push(format!("{} is missing: {restore}", files::DOCUMENT));
        return Ok(None);
    };
    let lock = match Lock::read(workspace) {
        Ok(Some(lock)) => Some(lock),
        Ok(None) => {
            findings.push(format!("{0} is missing: run `git restore {0}`", files::LOCK));
            None
        }
        Err(problem) => {
            findings.push(format!("{problem}: run `git restore {}`", files::LOCK));
            None
        }
    };
    let document = match openapi_document::from_slice(text.as_bytes()) {
        Ok(document) => document,
        Err(error) => {
            findings.push(format!("{}: {error}: {restore}", files::DOCUMENT));
            return Ok(None);
        }
    };
    let is_as_locked = lock
        .as_ref()
        .is_none_or(|lock| lock.sha256.canonical == sha256(&text));
    if !is_as_locked {
        findings.push(format!(
            "{} is not the document that {} speaks of. It is never edited by hand; corrections are actions of {}: {restore}",
            files::DOCUMENT,
            files::LOCK,
            files::OVERLAY
        ));
    } else if canonical::text(&document) != text {
        findings.push(format!(
            "{} is not in canonical form: run `cargo xtask refresh`",
            files::DOCUMENT
        ));
    }
    if let Some(lock) = lock {
        lock_of(&document, &lock, workspace, findings)?;
    }
    Ok(Some(document))
}

fn lock_of(
    document: &Value,
    lock: &Lock,
    workspace: &Path,
    findings: &mut Vec<String>,
) -> Result<(), String> {
    let version = document.pointer("/info/version").and_then(Value::as_str);
    if lock.upstream_version.as_deref() != version {
        findings.push(format!(
            "{}: upstream_version is not that of {}: run `git restore {}`",
            files::LOCK,
            files::DOCUMENT,
            files::LOCK
        ));
    }
    let overlay = files::read(workspace, files::OVERLAY)?.map(sha256);
    if lock.sha256.overlay.is_some() && lock.sha256.overlay != overlay {
        findings.push(format!(
            "{} was edited after {} was written: run `cargo xtask surface --write`",
            files::OVERLAY,
            files::SURFACE
        ));
    }
    Ok(())
}

/// The overlay, the surface and the facade.
fn bindings(document: &Value, workspace: &Path, findings: &mut Vec<String>) -> Result<(), String> {
    let trial = match trial::run(document, workspace) {
        Ok(trial) => trial,
        Err(problem) => {
            findings.push(format!("{problem}: correct it, then run `cargo xtask check`"));
            return Ok(());
        }
    };
    let overlay = report::overlay_lines(&trial.overlay).into_iter();
    findings.extend(overlay.map(|line| {
        format!(
            "{}: {line}: then run `cargo xtask surface --write`",
            files::OVERLAY
        )
    }));
    let bindings = match trial.bindings {
        Ok(bindings) => bindings,
        Err(problem) => {
            findings.push(format!(
                "{problem}: correct {}, then run `cargo xtask check`",
                files::OVERLAY
            ));
            return Ok(());
        }
    };
    if files::read(workspace, files::SURFACE)?.unwrap_or_default() != bindings.surface {
        findings.push(format!(
            "{} is not that of {} and its overlay: run `cargo xtask surface --write`",
            files::SURFACE,
            files::DOCUMENT
        ));
    }
    findings.extend(coverage::findings(&bindings.operations, workspace)?);
    Ok(())
}
