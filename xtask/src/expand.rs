//! `cargo xtask expand`: the generated code on stdout.

use std::{
    error::Error,
    io::{ErrorKind, Write, stdout},
    path::Path,
};

use databar_codegen::{Settings, Sources, generate};

use crate::Outcome;

pub(crate) fn run(spec: Option<&Path>, workspace: &Path) -> Result<Outcome, Box<dyn Error>> {
    print(&code(spec, workspace)?)?;
    Ok(Outcome::Done)
}

/// The code of `spec` alone, or of the vendored document with its overlay.
pub(crate) fn code(spec: Option<&Path>, workspace: &Path) -> Result<String, databar_codegen::Error> {
    let sources = match spec {
        Some(spec) => Sources::new(spec),
        None => Sources::new(workspace.join("openapi.json")).overlay(workspace.join("openapi.overlay.json")),
    };
    Ok(generate(sources.read()?.value, &Settings::databar())?.code)
}

pub(crate) fn print(text: &str) -> std::io::Result<()> {
    match stdout().write_all(text.as_bytes()) {
        // The reader has seen enough: `cargo xtask expand | head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
