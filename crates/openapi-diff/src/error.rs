//! Reasons why two values cannot be compared.

/// One of the two documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The document that clients were written against.
    Old,
    /// The document that replaces it.
    New,
}

impl std::fmt::Display for Side {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Side::Old => "old",
            Side::New => "new",
        })
    }
}

/// Reasons why two values cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A value is not an object with a member `openapi`.
    #[error(
        "the {0} document is not an OpenAPI document: it must be an object with a member \"openapi\" that is a version string"
    )]
    NotOpenApi(Side),
    /// The version of a document is not supported.
    #[error("the {side} document has OpenAPI version {version}; only versions 3.0 and 3.1 can be compared")]
    Version {
        /// Which document.
        side: Side,
        /// The value of its member `openapi`.
        version: String,
    },
}
