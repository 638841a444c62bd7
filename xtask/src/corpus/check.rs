//! Lets cargo check crates, all in one workspace, so that what they depend on is compiled once.

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use openapi_bindgen::Package;
use serde::Deserialize;

/// What cargo writes with `--message-format=json`, as far as it matters here.
#[derive(Deserialize)]
struct Message {
    reason: String,
    target: Option<Target>,
    message: Option<Diagnostic>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
    src_path: PathBuf,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    message: String,
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Span {
    line_start: usize,
    is_primary: bool,
}

/// Checks the crates; for each, why it does not compile, if it does not.
pub(super) fn compile(
    packages: &[&Package],
    workspace: &Path,
) -> Result<Vec<Option<String>>, Box<dyn Error>> {
    if packages.is_empty() {
        return Ok(Vec::new());
    }
    let folder = target_folder(workspace).join("corpus");
    let crates = folder.join("crates");
    write(packages, &folder, workspace).map_err(|error| format!("{}: {error}", folder.display()))?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "check",
            "--workspace",
            "--keep-going",
            "--message-format=json",
            "--quiet",
        ])
        .current_dir(&folder)
        // What comes out of a crate must not depend on how this command was started.
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("RUSTFLAGS")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    let messages = String::from_utf8_lossy(&output.stdout);
    let found = Found::read(&messages, &crates);
    if !found.finished {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(format!("cargo could not check the crates: {}", one_line(&reason)).into());
    }
    Ok(packages
        .iter()
        .map(|package| found.verdict(&package.name))
        .collect())
}

/// The folder for what cargo makes.
fn target_folder(workspace: &Path) -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => workspace.join(folder),
        None => workspace.join("target"),
    }
}

fn write(packages: &[&Package], folder: &Path, workspace: &Path) -> std::io::Result<()> {
    let crates = folder.join("crates");
    match fs::remove_dir_all(&crates) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    for package in packages {
        for (path, content) in &package.files {
            let file = crates.join(&package.name).join(path);
            if let Some(parent) = file.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(file, content)?;
        }
    }
    fs::write(
        folder.join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n\n[profile.dev]\ndebug = false\nincremental = false\n",
    )?;
    // The versions that this workspace is tested with, and which are on this machine.
    let lock = workspace.join("Cargo.lock");
    if lock.is_file() {
        fs::copy(lock, folder.join("Cargo.lock"))?;
    }
    Ok(())
}

/// What cargo says of the crates, by their names.
#[derive(Default)]
struct Found {
    errors: BTreeMap<String, String>,
    /// How many targets (the library, the program) each has had compiled.
    compiled: BTreeMap<String, usize>,
    finished: bool,
}

/// The library and `roundtrip`.
const TARGETS: usize = 2;

impl Found {
    fn read(messages: &str, crates: &Path) -> Self {
        let mut found = Self::default();
        for message in messages
            .lines()
            .filter_map(|line| serde_json::from_str::<Message>(line).ok())
        {
            if message.reason == "build-finished" {
                found.finished = true;
            }
            let Some(target) = message.target else { continue };
            let Some(name) = name_of(&target, crates) else {
                continue;
            };
            match message.reason.as_str() {
                "compiler-artifact" => *found.compiled.entry(name).or_default() += 1,
                "compiler-message" => {
                    if let Some(error) = message.message.filter(|message| message.level == "error") {
                        let line = error
                            .spans
                            .iter()
                            .find(|span| span.is_primary)
                            .map(|span| span.line_start);
                        let place = line.map_or_else(String::new, |line| format!(", line {line}"));
                        let text = format!(
                            "{} ({}{place})",
                            one_line(&error.message),
                            target.src_path.display()
                        );
                        found.errors.entry(name).or_insert(text);
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Silence is no success: a crate compiles when cargo says that it has compiled all of it.
    fn verdict(&self, name: &str) -> Option<String> {
        match self.errors.get(name) {
            Some(error) => Some(error.clone()),
            None if self.compiled.get(name) == Some(&TARGETS) => None,
            None => Some("cargo did not say that it compiled".to_owned()),
        }
    }
}

/// The name of the crate whose target this is, if it is one of ours.
fn name_of(target: &Target, crates: &Path) -> Option<String> {
    let own = target.kind.iter().any(|kind| kind == "lib" || kind == "bin") || target.name == "roundtrip";
    let inside = target.src_path.strip_prefix(crates).ok()?;
    let name = inside.components().next()?.as_os_str().to_str()?;
    own.then(|| name.to_owned())
}

fn one_line(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(400)
        .collect()
}
