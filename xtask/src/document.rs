//! `cargo xtask document`: prints the document with the overlay applied, as canonical JSON.

use std::{error::Error, path::Path};

use openapi_bindgen::Sources;

use crate::{Outcome, canonical, expand::print, files};

/// Prints the vendored document with its overlay. `spec` replaces both, `overlay` replaces the overlay.
///
/// # Errors
///
/// A file cannot be read, the overlay cannot be applied, or standard output cannot be written.
pub fn run(spec: Option<&Path>, overlay: Option<&Path>, workspace: &Path) -> Result<Outcome, Box<dyn Error>> {
    print(&text(spec, overlay, workspace)?)?;
    Ok(Outcome::Done)
}

/// What [`run`] prints.
///
/// # Errors
///
/// A file cannot be read, or the overlay cannot be applied.
pub fn text(
    spec: Option<&Path>,
    overlay: Option<&Path>,
    workspace: &Path,
) -> Result<String, openapi_bindgen::Error> {
    let mut sources = match spec {
        Some(file) => Sources::new(file),
        None => Sources::new(workspace.join(files::DOCUMENT)).overlay(workspace.join(files::OVERLAY)),
    };
    if let Some(file) = overlay {
        sources = sources.overlay(file);
    }
    Ok(canonical::text(&sources.read()?.value))
}
