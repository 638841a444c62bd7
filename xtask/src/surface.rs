//! `cargo xtask surface`: the public items of the generated code, and whether `openapi.surface.txt` has them.

use std::{
    error::Error,
    fs,
    io::{ErrorKind, Write},
    path::Path,
};

use databar_codegen::surface;

use crate::{Outcome, expand};

const FILE: &str = "openapi.surface.txt";

pub(crate) fn run(write: bool, workspace: &Path) -> Result<Outcome, Box<dyn Error>> {
    let current = surface(&expand::code(None, workspace)?)?;
    let file = workspace.join(FILE);
    let recorded = match fs::read_to_string(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        other => other.map_err(|error| format!("{}: {error}", file.display()))?,
    };
    if write {
        if recorded != current {
            replace(&file, &current).map_err(|error| format!("{}: {error}", file.display()))?;
        }
        return Ok(Outcome::Done);
    }
    expand::print(&current)?;
    if recorded == current {
        return Ok(Outcome::Done);
    }
    let missing = |from: &str, line: &&str| !from.lines().any(|other| other == *line);
    eprintln!(
        "{FILE} is not that of the document and its overlay: {} lines are new, {} are gone; \
         run `cargo xtask surface --write`",
        current.lines().filter(|line| missing(&recorded, line)).count(),
        recorded.lines().filter(|line| missing(&current, line)).count(),
    );
    Ok(Outcome::Stale)
}

/// Whole or not at all: a file beside it is moved over it. It may be read by whoever may read the document.
fn replace(file: &Path, content: &str) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(content.as_bytes())?;
    new.as_file()
        .set_permissions(fs::metadata(folder.join("openapi.json"))?.permissions())?;
    new.as_file().sync_all()?;
    new.persist(file)?;
    Ok(())
}
