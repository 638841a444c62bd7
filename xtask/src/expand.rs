//! `cargo xtask expand`: the generated code on stdout.

use std::{
    error::Error,
    io::{ErrorKind, Write, stdout},
    path::Path,
};

use openapi_bindgen::{Generated, Sources, generate};

use crate::{Outcome, place::generator_error};

/// Prints the code of `spec` alone, or of the vendored document with its overlay.
///
/// # Errors
///
/// The document cannot be read or generated, or standard output cannot be written.
pub fn run(spec: Option<&Path>, workspace: &Path) -> Result<Outcome, Box<dyn Error>> {
    print(&generated(spec, workspace)?.code)?;
    Ok(Outcome::Done)
}

/// What is generated from `spec` alone, or from the vendored document with its overlay.
pub(crate) fn generated(spec: Option<&Path>, workspace: &Path) -> Result<Generated, Box<dyn Error>> {
    let file = spec.map_or_else(|| workspace.join("openapi.json"), Path::to_owned);
    let mut sources = Sources::new(&file);
    if spec.is_none() {
        sources = sources.overlay(workspace.join("openapi.overlay.json"));
    }
    let generated = generate(sources.read()?.value, &crate::build_script::settings());
    Ok(generated.map_err(|error| format!("{}: {}", file.display(), generator_error(&error)))?)
}

pub(crate) fn print(text: &str) -> std::io::Result<()> {
    match stdout().write_all(text.as_bytes()) {
        // The reader has seen enough: `cargo xtask expand | head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
