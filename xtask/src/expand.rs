//! `cargo xtask expand`: the generated code on stdout.

use std::{
    error::Error,
    io::{ErrorKind, Write, stdout},
    path::Path,
};

use databar_codegen::{Settings, Sources, generate};

pub(crate) fn run(spec: Option<&Path>, workspace: &Path) -> Result<(), Box<dyn Error>> {
    let sources = match spec {
        Some(spec) => Sources::new(spec),
        None => Sources::new(workspace.join("openapi.json")).overlay(workspace.join("openapi.overlay.json")),
    };
    let generated = generate(sources.read()?.value, &Settings::databar())?;
    match stdout().write_all(generated.code.as_bytes()) {
        // The reader has seen enough: `cargo xtask expand | head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
