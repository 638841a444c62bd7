//! Checks generated crates with cargo, all in one workspace, so that their dependencies are compiled once.

use std::{collections::BTreeMap, error::Error, fs, path::Path};

use openapi_bindgen::Package;

use crate::{
    cargo::{self, Message, Target},
    progress::Progress,
};

/// Checks the crates. Returns for each the reason why it does not compile, or `None` if it does.
pub(super) fn compile(
    packages: &[&Package],
    workspace: &Path,
    progress: &Progress,
) -> Result<Vec<Option<String>>, Box<dyn Error>> {
    if packages.is_empty() {
        return Ok(Vec::new());
    }
    let folder = cargo::target_folder(workspace).join("corpus");
    let crates = folder.join("crates");
    write(packages, &folder, workspace).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut command = cargo::command();
    command
        .args(["check", "--workspace", "--keep-going"])
        .current_dir(&folder)
        // The result must not depend on the environment of this command.
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("RUSTFLAGS");
    progress.steps("Compiling the crates", packages.len() * TARGETS);
    let mut found = Found::default();
    let checked = cargo::check(command, progress, |message| {
        if found.add(message, &crates) {
            progress.advance();
        }
    })?;
    if !found.finished {
        return Err(format!("cargo could not check the crates: {}", one_line(&checked.stderr)).into());
    }
    Ok(packages
        .iter()
        .map(|package| found.verdict(&package.name))
        .collect())
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
    // The versions that this workspace is tested with. They are on this machine already.
    let lock = workspace.join("Cargo.lock");
    if lock.is_file() {
        fs::copy(lock, folder.join("Cargo.lock"))?;
    }
    Ok(())
}

/// What cargo reported about the crates, by their names.
#[derive(Default)]
struct Found {
    /// The first error of each.
    errors: BTreeMap<String, String>,
    /// The number of targets that compiled.
    compiled: BTreeMap<String, usize>,
    finished: bool,
}

/// The targets of a crate: the library and `roundtrip`.
const TARGETS: usize = 2;

impl Found {
    /// Adds a message. Returns whether it says that a target has compiled.
    fn add(&mut self, message: &Message, crates: &Path) -> bool {
        self.finished |= message.reason == "build-finished";
        let Some(target) = &message.target else {
            return false;
        };
        let Some(name) = name_of(target, crates) else {
            return false;
        };
        if let Some(error) = message.error() {
            let line = error.spans.iter().find(|span| span.is_primary);
            let place = line.map_or_else(String::new, |span| format!(", line {}", span.line_start));
            let text = format!(
                "{} ({}{place})",
                one_line(&error.message),
                target.src_path.display()
            );
            self.errors.entry(name.clone()).or_insert(text);
        }
        let compiled = message.reason == "compiler-artifact";
        if compiled {
            *self.compiled.entry(name).or_default() += 1;
        }
        compiled
    }

    /// A crate compiles only if cargo reported all of its targets: without an error it may not have been
    /// tried.
    fn verdict(&self, name: &str) -> Option<String> {
        match self.errors.get(name) {
            Some(error) => Some(error.clone()),
            None if self.compiled.get(name) == Some(&TARGETS) => None,
            None => Some("cargo did not report that it compiled".to_owned()),
        }
    }
}

/// The name of the crate of a target, if the target is the library or the program of a generated crate.
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
