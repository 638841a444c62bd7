//! Finds the OpenAPI documents in a folder.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

/// Deeper folders are not searched, because a mount can make a folder contain itself.
const DEEPEST: usize = 32;

/// The .json and .yaml files: those that are or may be OpenAPI documents, and the others.
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
        // Links to files are followed, links to folders are not.
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

/// Whether a file declares to be an OpenAPI document. One with a syntax error may be a document, and its
/// error is of interest.
fn may_be_document(file: &Path) -> bool {
    match openapi_document::from_path(file) {
        Ok(value) => value.get("openapi").is_some() || value.get("swagger").is_some(),
        Err(error) => error.kind() != openapi_document::ErrorKind::NotAnObject,
    }
}
