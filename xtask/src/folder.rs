//! Writes the folder of a crate, all or nothing.

use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

use openapi_bindgen::Package;

/// Files of cargo that are kept when a crate is written again.
const KEPT: [&str; 2] = ["target", "Cargo.lock"];

/// Writes the files of a crate into `out`, with `lock` as its `Cargo.lock` unless it has one. A crate that
/// was generated before is replaced. A folder with anything else is an error.
pub(crate) fn write(package: &Package, out: &Path, lock: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let at = |path: &Path, error: io::Error| format!("{}: {error}", path.display());
    let out = std::path::absolute(out).map_err(|error| at(out, error))?;
    check(&out)?;
    let parent = out
        .parent()
        .ok_or_else(|| format!("{}: has no parent folder", out.display()))?;
    fs::create_dir_all(parent).map_err(|error| at(parent, error))?;
    let new = tempfile::Builder::new()
        .prefix(".bindings-")
        .tempdir_in(parent)
        .map_err(|error| at(parent, error))?;
    let fresh = new.path().join("new");
    for (path, content) in &package.files {
        let file = fresh.join(path);
        let folder = file.parent().unwrap_or(&fresh);
        fs::create_dir_all(folder).map_err(|error| at(folder, error))?;
        fs::write(&file, content).map_err(|error| at(&file, error))?;
    }
    if let Some(lock) = lock {
        fs::copy(lock, fresh.join("Cargo.lock")).map_err(|error| at(lock, error))?;
    }
    replace(&out, &fresh, &new.path().join("old")).map_err(|error| at(&out, error))?;
    Ok(())
}

/// Checks that the folder is new, empty, or a generated crate.
fn check(out: &Path) -> Result<(), String> {
    let mut entries = match fs::read_dir(out) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(format!("{}: {error}", out.display())),
    };
    let ours = || fs::read_to_string(out.join("Cargo.toml")).is_ok_and(|manifest| Package::made(&manifest));
    if entries.next().is_none() || ours() {
        return Ok(());
    }
    Err(format!(
        "{}: is not empty and has no generated crate; name another folder, or empty this one",
        out.display()
    ))
}

fn replace(out: &Path, fresh: &Path, old: &Path) -> io::Result<()> {
    if !out.exists() {
        return fs::rename(fresh, out);
    }
    fs::rename(out, old)?;
    let moved = keep(old, fresh).and_then(|()| fs::rename(fresh, out));
    if moved.is_err() {
        // Puts the old crate back.
        fs::rename(old, out)?;
    }
    moved
}

fn keep(old: &Path, fresh: &Path) -> io::Result<()> {
    for name in KEPT {
        let (from, to): (PathBuf, PathBuf) = (old.join(name), fresh.join(name));
        if from.exists() {
            fs::rename(from, to)?;
        }
    }
    Ok(())
}
