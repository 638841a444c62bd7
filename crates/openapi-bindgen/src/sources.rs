//! Reads the files of a document, and applies the overlay.

use std::path::PathBuf;

use openapi_overlay::{Outcome, Overlay, Report};
use serde_json::Value;

use crate::Error;

/// The files of a document.
#[derive(Debug, Clone)]
pub struct Sources {
    document: PathBuf,
    overlay: Option<PathBuf>,
}

/// A document with its overlay applied.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Document {
    /// The document. It is not converted: OpenAPI 3.1 stays OpenAPI 3.1.
    pub value: Value,
    /// The result of each action of the overlay; `None` without an overlay.
    pub overlay: Option<Report>,
}

impl Sources {
    /// Uses this document without an overlay.
    pub fn new(document: impl Into<PathBuf>) -> Self {
        Self {
            document: document.into(),
            overlay: None,
        }
    }

    /// Sets an OpenAPI Overlay to apply to the document.
    #[must_use]
    pub fn overlay(mut self, overlay: impl Into<PathBuf>) -> Self {
        self.overlay = Some(overlay.into());
        self
    }

    /// Reads the files and applies the overlay.
    ///
    /// # Errors
    ///
    /// [`Error`] when a file cannot be read or is not valid, and when an action of the overlay has a target
    /// that matches nothing, because a correction must not stop applying silently. A target with a filter
    /// (`[?...]`) is a condition, which may match nothing once the provider has made the correction, so it is
    /// no error.
    pub fn read(&self) -> Result<Document, Error> {
        let mut value = openapi_document::from_path(&self.document)?;
        let Some(path) = &self.overlay else {
            return Ok(Document { value, overlay: None });
        };
        let failed = |source| Error::Overlay {
            path: path.clone(),
            source,
        };
        let overlay = Overlay::from_value(openapi_document::from_path(path)?).map_err(failed)?;
        let report = overlay.apply(&mut value).map_err(failed)?;
        if let Some(action) = report
            .actions
            .iter()
            .find(|action| matches!(action.outcome, Outcome::NoMatch) && !action.target.contains("[?"))
        {
            return Err(Error::OverlayTarget {
                path: path.clone(),
                index: action.index,
                target: action.target.clone(),
            });
        }
        Ok(Document {
            value,
            overlay: Some(report),
        })
    }
}
