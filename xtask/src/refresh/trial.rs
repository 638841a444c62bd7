//! The whole way from a document to its bindings, without writing a file.

use std::path::Path;

use openapi_bindgen::generate;
use openapi_overlay::{Overlay, Report};
use serde_json::Value;

use crate::{files, place::generator_error};

/// What a document becomes.
pub(crate) struct Trial {
    /// The document with the overlay applied.
    pub(crate) overlaid: Value,
    /// What the overlay did.
    pub(crate) overlay: Report,
    /// The bindings, or why there are none.
    pub(crate) bindings: Result<Bindings, String>,
}

/// The parts of generated bindings that are used here.
pub(crate) struct Bindings {
    /// The public items, one per line.
    pub(crate) surface: String,
    /// The names of the methods of the operations.
    pub(crate) operations: Vec<String>,
}

/// Applies the overlay and generates the bindings.
pub(crate) fn run(document: &Value, workspace: &Path) -> Result<Trial, String> {
    let (overlaid, overlay) = overlaid(document, workspace)?;
    let bindings = bindings(overlaid.clone());
    Ok(Trial {
        overlaid,
        overlay,
        bindings,
    })
}

fn bindings(overlaid: Value) -> Result<Bindings, String> {
    let generated = generate(overlaid, &crate::build_script::settings()).map_err(|error| {
        format!(
            "the bindings cannot be generated from {} with {}: {}",
            files::DOCUMENT,
            files::OVERLAY,
            generator_error(&error)
        )
    })?;
    Ok(Bindings {
        surface: generated.surface.to_string(),
        operations: generated
            .operations
            .into_iter()
            .map(|operation| operation.id)
            .collect(),
    })
}

/// A document with the overlay of the workspace applied.
pub(crate) fn overlaid(document: &Value, workspace: &Path) -> Result<(Value, Report), String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", files::OVERLAY);
    let text = files::read(workspace, files::OVERLAY)?.ok_or_else(|| failed(&"is missing"))?;
    let overlay = Overlay::from_json(&text).map_err(|error| failed(&error))?;
    let mut overlaid = document.clone();
    let report = overlay.apply(&mut overlaid).map_err(|error| failed(&error))?;
    Ok((overlaid, report))
}
