//! `--compile`: the facade, type-checked against the new document in a copy of the workspace.

use std::fs;
use std::path::Path;
use std::process::Command;

/// How much of what the compiler says is shown, in lines.
const SHOWN_LINES: usize = 40;

/// What a copy does without.
const LEFT_OUT: [&str; 3] = [".git", "target", ".openapi-refresh"];

pub(crate) fn check(workspace: &Path, files: &[(&'static str, String)]) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("the copy of the workspace: {error}");
    let copy = tempfile::tempdir().map_err(failed)?;
    copy_folder(workspace, copy.path()).map_err(failed)?;
    for (name, text) in files {
        fs::write(copy.path().join(name), text).map_err(failed)?;
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "check",
            "--quiet",
            "--color",
            "never",
            "--package",
            "databar",
            "--all-targets",
        ])
        .current_dir(copy.path())
        // The dependencies are built once, and not for each copy.
        .env("CARGO_TARGET_DIR", workspace.join("target").join("refresh"))
        .output()
        .map_err(|error| format!("cargo check: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let shown: Vec<&str> = said.lines().take(SHOWN_LINES).collect();
    Err(format!(
        "the facade does not compile against the new document:\n{}",
        shown.join("\n")
    ))
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if LEFT_OUT.iter().any(|left_out| name == *left_out) {
            continue;
        }
        let target = to.join(&name);
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
