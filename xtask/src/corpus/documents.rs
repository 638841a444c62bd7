//! Which files of a folder are OpenAPI documents.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

/// Deeper folders are not looked into: a folder can hold itself by a mount.
const DEEPEST: usize = 32;

/// The files with a document's ending: those that are documents, or may be, and those that are certainly none.
pub(super) fn find(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Box<dyn Error>> {
    let mut files = Vec::new();
    collect(folder, 0, &mut files)?;
    files.sort();
    Ok(files.into_iter().partition(|file| may_be_document(file)))
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    let at = |error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(at)? {
        let entry = entry.map_err(at)?;
        let path = entry.path();
        // Links to folders are not followed, links to files are.
        if entry.file_type().map_err(at)?.is_dir() {
            if depth < DEEPEST {
                collect(&path, depth + 1, files)?;
            }
        } else if path.extension().is_some_and(|ending| {
            ["json", "yaml", "yml"]
                .iter()
                .any(|known| ending.eq_ignore_ascii_case(known))
        }) {
            files.push(path);
        }
    }
    Ok(())
}

/// What cannot be read may be a document, and its error is worth knowing. What can be read says of itself whether it is.
fn may_be_document(file: &Path) -> bool {
    match openapi_document::from_path(file) {
        Ok(value) => value.get("openapi").is_some() || value.get("swagger").is_some(),
        Err(error) => error.kind() != openapi_document::ErrorKind::NotAnObject,
    }
}
