//! `cargo xtask surface`: the public items of the generated code, and whether `openapi.surface.txt` has them.

use std::{error::Error, path::Path};

use crate::{Outcome, canonical::sha256, expand, files, lock::Lock, replace::Guard};

/// Prints the public items, a line each; or writes them, with the hash of the overlay that they are of.
///
/// # Errors
///
/// The document cannot be read or generated, or what was made of it cannot be written.
pub fn run(write: bool, workspace: &Path) -> Result<Outcome, Box<dyn Error>> {
    let current = expand::generated(None, workspace)?.surface.to_string();
    let recorded = files::read(workspace, files::SURFACE)?.unwrap_or_default();
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
        return Ok(Outcome::Done);
    }
    expand::print(&current)?;
    if recorded == current {
        return Ok(Outcome::Done);
    }
    let missing = |from: &str, line: &&str| !from.lines().any(|other| other == *line);
    eprintln!(
        "{} is not that of the document and its overlay: {} lines are new, {} are gone; \
         run `cargo xtask surface --write`",
        files::SURFACE,
        current.lines().filter(|line| missing(&recorded, line)).count(),
        recorded.lines().filter(|line| missing(&current, line)).count(),
    );
    Ok(Outcome::Stale)
}
