//! Why bindings could not be generated, with the place in the document.

use std::path::PathBuf;

/// Why bindings could not be generated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read, or is neither JSON nor YAML.
    #[error(transparent)]
    Read(#[from] openapi_document::Error),
    /// The overlay is not a valid overlay, or could not be applied.
    #[error("{}: {source}", path.display())]
    Overlay {
        /// The overlay's file.
        path: PathBuf,
        /// What is wrong, with the pointer of the action.
        source: openapi_overlay::Error,
    },
    /// An action of the overlay has a target that matches nothing in the document.
    #[error(
        "{}: /actions/{index}/target: {target} matches nothing in the document; \
         correct the target, or remove the action if the provider has changed this", path.display()
    )]
    OverlayTarget {
        /// The overlay's file.
        path: PathBuf,
        /// The position of the action, counted from 0.
        index: usize,
        /// The JSONPath that matched nothing.
        target: String,
    },
    /// The document cannot be converted to OpenAPI 3.0.
    #[error(transparent)]
    Downconvert(#[from] openapi_downconvert::Error),
    /// A part of the document cannot be turned into Rust.
    #[error("{pointer}: {reason}")]
    Document {
        /// The place in the document, as a JSON pointer.
        pointer: String,
        /// What is wrong with it.
        reason: String,
    },
    /// progenitor refused the document, or panicked on it.
    #[error("progenitor cannot generate this document: {0}")]
    Generator(String),
    /// A path in the settings is not a Rust path.
    #[error("the settings are wrong: {0}")]
    Settings(String),
}

impl Error {
    pub(crate) fn document(pointer: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Document {
            pointer: pointer.into(),
            reason: reason.into(),
        }
    }
}
