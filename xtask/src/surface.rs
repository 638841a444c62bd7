//! `cargo xtask surface`: the public items of the generated code, and whether `openapi.surface.txt` lists
//! them.

use std::{error::Error, path::Path};

use crate::{Outcome, canonical::sha256, expand, files, finding::count, lock::Lock, replace::Guard};

/// Prints the public items, one per line. With `write`, writes them to `openapi.surface.txt` instead, and the
/// hash of the overlay to the lock.
///
/// # Errors
///
/// A message if the document cannot be read, if nothing can be generated from it, or if a file cannot be
/// written.
pub fn run(write: bool, workspace: &Path) -> Result<Outcome, Box<dyn Error>> {
    let current = expand::generated(None, workspace)?.surface.to_string();
    let recorded = files::read(workspace, files::SURFACE)?.unwrap_or_default();
    let missing = |from: &str, line: &&str| !from.lines().any(|other| other == *line);
    let difference = format!(
        "{}, {} gone",
        count(
            current.lines().filter(|line| missing(&recorded, line)).count(),
            "new line"
        ),
        recorded.lines().filter(|line| missing(&current, line)).count()
    );
    if write {
        let mut new = Vec::new();
        if let Some(mut lock) = Lock::read(workspace)? {
            let overlay = files::read(workspace, files::OVERLAY)?.map(sha256);
            if lock.sha256.overlay != overlay {
                lock.sha256.overlay = overlay;
                new.push((files::LOCK, lock.text()?));
            }
        }
        if recorded != current {
            new.push((files::SURFACE, current));
        }
        if !new.is_empty() {
            Guard::acquire(workspace)?.replace(&new, &|_| Ok(()))?;
        }
        eprintln!("{}: {difference}", files::SURFACE);
        return Ok(Outcome::Done);
    }
    expand::print(&current)?;
    if recorded == current {
        return Ok(Outcome::Done);
    }
    eprintln!(
        "{} is not up to date: {difference}; run `cargo xtask surface --write`",
        files::SURFACE
    );
    Ok(Outcome::Stale)
}
