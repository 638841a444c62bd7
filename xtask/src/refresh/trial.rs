//! The whole way from a document to bindings, tried without writing anything.

use std::path::Path;

use openapi_bindgen::generate;
use openapi_overlay::{ActionReport, Outcome, Overlay, Report};
use serde_json::Value;

use crate::files;

/// What a document becomes.
pub(crate) struct Trial {
    /// The document with the overlay applied.
    pub(crate) overlaid: Value,
    /// What the overlay did.
    pub(crate) overlay: Report,
    /// The bindings, or why there are none.
    pub(crate) bindings: Result<Bindings, String>,
}

/// What is of interest of generated bindings.
pub(crate) struct Bindings {
    /// The public items, a line each.
    pub(crate) surface: String,
    /// The names of the methods of the operations.
    pub(crate) operations: Vec<String>,
}

impl Trial {
    /// That actions of the overlay have lost their targets, if any have: the build would stop there.
    pub(crate) fn lost_targets(&self) -> Option<String> {
        let lost = self
            .overlay
            .actions
            .iter()
            .filter(|action| lost_its_target(action));
        let places: Vec<String> = lost.map(|action| format!("/actions/{}", action.index)).collect();
        let problem = format!(
            "{}: actions have lost their targets: {}",
            files::OVERLAY,
            places.join(", ")
        );
        (!places.is_empty()).then_some(problem)
    }
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
    let failed = |error: &dyn std::fmt::Display| {
        format!(
            "the bindings cannot be generated from {} with {}: {error}",
            files::DOCUMENT,
            files::OVERLAY
        )
    };
    let generated = generate(overlaid, &crate::build_script::settings()).map_err(|error| failed(&error))?;
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

/// Whether the target of an action is gone. One with a filter (`[?...]`) is a condition, which need not hold.
pub(crate) fn lost_its_target(action: &ActionReport) -> bool {
    action.outcome == Outcome::NoMatch && !action.target.contains("[?")
}
