//! The files at the root of the workspace that the commands read and write.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

pub(crate) const DOCUMENT: &str = "openapi.json";
pub(crate) const OVERLAY: &str = "openapi.overlay.json";
pub(crate) const LOCK: &str = "openapi.lock.json";
pub(crate) const SURFACE: &str = "openapi.surface.txt";

/// The text of a file, or `None` if there is no such file.
pub(crate) fn read(workspace: &Path, name: &str) -> Result<Option<String>, String> {
    match fs::read_to_string(workspace.join(name)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{name}: cannot be read: {error}")),
    }
}

/// Writes a whole file, or leaves the old one. Creates its folder.
pub(crate) fn write(file: &Path, content: &str) -> io::Result<()> {
    let folder = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(content.as_bytes())?;
    new.persist(file)?;
    Ok(())
}
