//! `--compile`: type-checks the facade against the new document, in a copy of the workspace.
//!
//! The copy is built in the target folder of the workspace, so that dependencies which have been checked
//! there are not checked again. Cargo names what it builds after a crate's name, its version, and its path
//! within the workspace. So the crates of the copy have another version: with the same one, their artifacts
//! would replace those of the workspace.

use std::fs::{self, File};
use std::path::Path;

use fs4::FileExt;

use crate::finding::Finding;
use crate::progress::Progress;
use crate::{cargo, files};

/// How many lines of the compiler's messages are shown.
const SHOWN_LINES: usize = 40;

/// What is not copied, at any depth.
const LEFT_OUT: [&str; 3] = [".git", "target", ".openapi-refresh"];

/// The version of the crates in the copy, which satisfies the same requirements as their own.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "+refresh");

/// Type-checks the facade with these files in place of those of the workspace. Returns what is in the way, if
/// anything.
pub(crate) fn check(
    workspace: &Path,
    files: &[(&'static str, String)],
    progress: &Progress,
) -> Result<Option<Finding>, String> {
    let target = cargo::target_folder(workspace);
    let copy = target.join("refresh");
    let failed = |error: std::io::Error| format!("{}: {error}", copy.display());
    fs::create_dir_all(&target).map_err(failed)?;
    // One refresh at a time uses the copy. The lock ends with the process at the latest.
    let lock = File::create(target.join("refresh.lock")).map_err(failed)?;
    FileExt::lock(&lock).map_err(failed)?;
    // The copy is always new, since cargo goes by the times of files: it checks every file that is younger
    // than the last check. The path stays the same, so that rustc can check incrementally.
    if copy.exists() {
        fs::remove_dir_all(&copy).map_err(failed)?;
    }
    copy_folder(workspace, &copy, &target).map_err(failed)?;
    for (name, text) in files {
        fs::write(copy.join(name), text).map_err(failed)?;
    }
    set_version(&copy.join("Cargo.toml"))?;

    let mut command = cargo::command();
    command
        .args(["check", "--package", "databar", "--all-targets"])
        .current_dir(&copy)
        .env("CARGO_TARGET_DIR", &target);
    let checked = cargo::check(command, progress, |_| ())?;
    if checked.success {
        return Ok(None);
    }
    let errors: Vec<&str> = checked
        .messages
        .iter()
        .filter_map(|message| message.error()?.rendered.as_deref())
        .collect();
    let said = if errors.is_empty() {
        checked.stderr
    } else {
        errors.concat()
    };
    let mut excerpt: Vec<&str> = said.lines().take(SHOWN_LINES).collect();
    let more = said.lines().count() - excerpt.len();
    let rest = format!("... and {more} more lines");
    if more > 0 {
        excerpt.push(&rest);
    }
    Ok(Some(Finding {
        excerpt: excerpt.join("\n"),
        ..Finding::new(format!(
            "crates/databar does not compile against the new document: adapt it to the new types, or correct {}",
            files::OVERLAY
        ))
    }))
}

/// Gives the crates of the copy their version.
fn set_version(manifest: &Path) -> Result<(), String> {
    let failed = |reason: &dyn std::fmt::Display| format!("{}: {reason}", manifest.display());
    let text = fs::read_to_string(manifest).map_err(|error| failed(&error))?;
    let line = |version: &str| format!("\nversion = \"{version}\"\n");
    let own = line(env!("CARGO_PKG_VERSION"));
    if !text.contains(&own) {
        return Err(failed(&format!("has no line `{}`", own.trim())));
    }
    fs::write(manifest, text.replacen(&own, &line(VERSION), 1)).map_err(|error| failed(&error))
}

fn copy_folder(from: &Path, to: &Path, target: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, path) = (entry.file_name(), entry.path());
        if LEFT_OUT.iter().any(|left_out| name == *left_out) || path == target {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy_folder(&path, &to.join(&name), target)?;
        } else {
            fs::copy(path, to.join(&name))?;
        }
    }
    Ok(())
}
