//! Why two values cannot be compared.

/// One of the two documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The document that clients were written against.
    Old,
    /// The document that is to replace it.
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

/// Why two values cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A value is not an object with the member `openapi`.
    #[error(
        "the {0} document is not an OpenAPI document: it must be an object whose member \"openapi\" is a version"
    )]
    NotOpenApi(Side),
    /// A document is of a version that is not compared.
    #[error("the {side} document is of OpenAPI version {version}; versions 3.0 and 3.1 can be compared")]
    Version {
        /// Which document.
        side: Side,
        /// What its member `openapi` says.
        version: String,
    },
}
