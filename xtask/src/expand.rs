//! `cargo xtask expand`: prints the generated code.

use std::{
    error::Error,
    io::{ErrorKind, Write, stdout},
    path::Path,
};

use openapi_bindgen::{Generated, Sources, generate};

use crate::{Outcome, files, place::generator_error};

/// Prints the code for `spec`, or for the vendored document with its overlay.
///
/// # Errors
///
/// A message if the document cannot be read, if no code can be generated from it, or if standard output
/// fails.
pub fn run(spec: Option<&Path>, workspace: &Path) -> Result<Outcome, Box<dyn Error>> {
    print(&generated(spec, workspace)?.code)?;
    Ok(Outcome::Done)
}

/// Generates from `spec`, or from the vendored document with its overlay.
pub(crate) fn generated(spec: Option<&Path>, workspace: &Path) -> Result<Generated, Box<dyn Error>> {
    let file = spec.map_or_else(|| workspace.join(files::DOCUMENT), Path::to_owned);
    let mut sources = Sources::new(&file);
    if spec.is_none() {
        sources = sources.overlay(workspace.join(files::OVERLAY));
    }
    let generated = generate(sources.read()?.value, &crate::build_script::settings());
    Ok(generated.map_err(|error| format!("{}: {}", file.display(), generator_error(&error)))?)
}

/// Prints a text on standard output.
pub(crate) fn print(text: &str) -> std::io::Result<()> {
    match stdout().write_all(text.as_bytes()) {
        // The reader was closed, as by `cargo xtask expand | head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
