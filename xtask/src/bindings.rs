//! `cargo xtask bindings`: generates a crate from any OpenAPI document.

use std::{error::Error, path::Path, process::Stdio};

use openapi_bindgen::{Report, Settings, Sources, generate, package};

use crate::{
    Outcome, cargo, files, folder,
    place::{generator_error, readable},
};

/// Writes the crate for the document at `spec` into the folder `out`.
///
/// # Errors
///
/// A message with the file if the document cannot be read, if nothing can be generated from it, or if the
/// crate cannot be written.
pub fn run(
    spec: &Path,
    overlay: Option<&Path>,
    out: &Path,
    report: Option<&Path>,
    workspace: &Path,
) -> Result<Outcome, Box<dyn Error>> {
    let mut sources = Sources::new(spec);
    if let Some(overlay) = overlay {
        sources = sources.overlay(overlay);
    }
    let document = sources.read()?.value;
    let generated = generate(document.clone(), &Settings::standalone())
        .map_err(|error| format!("{}: {}", spec.display(), generator_error(&error)))?;
    let package = package(&document, &generated, None, false);
    // The versions that this workspace is tested with. They are on this machine already.
    let lock = Some(workspace.join("Cargo.lock")).filter(|lock| lock.is_file());
    folder::write(&package, out, lock.as_deref())?;
    if !complete_lock(out) {
        eprintln!(
            "{}: Cargo.lock is incomplete, because cargo could not resolve it; run `cargo update --workspace` there",
            out.display()
        );
    }
    if let Some(file) = report {
        files::write(file, &package.report.json()).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let Report {
        operations,
        schemas,
        fields,
        ..
    } = &package.report;
    println!(
        "{}: the crate {} with {} of {} operations and {} of {} schemas, {} of them widened; {} of {} fields are any JSON \
         although the document is more specific",
        out.display(),
        package.name,
        operations.generated,
        operations.total,
        schemas.generated,
        schemas.total,
        schemas.widened,
        fields.untyped,
        fields.total
    );
    let lost: Vec<_> = generated
        .changes
        .iter()
        .filter(|change| change.pass == "dangling-references")
        .collect();
    if let [first, ..] = *lost {
        eprintln!(
            "references that lead to nothing or out of the document, and became any JSON: {}; the first is {}",
            lost.len(),
            readable(&first.pointer)
        );
    }
    for skipped in &operations.skipped {
        eprintln!(
            "skipped {} ({}): {}",
            skipped.operation,
            readable(&skipped.pointer),
            skipped.reason
        );
    }
    Ok(if operations.skipped.is_empty() {
        Outcome::Done
    } else {
        Outcome::SomeSkipped
    })
}

/// Adds the crate to its `Cargo.lock` and removes what it does not use, so `cargo build --locked` works. Uses
/// the network only if it must.
fn complete_lock(folder: &Path) -> bool {
    [Some("--offline"), None].into_iter().any(|offline| {
        cargo::command()
            .args(["update", "--workspace", "--quiet"])
            .args(offline)
            .current_dir(folder)
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    })
}
