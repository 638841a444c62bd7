//! Reasons why a document cannot be converted.

use std::fmt;

/// How many references an error message shows. The error itself contains all of them.
const SHOWN: usize = 10;

/// Why a document was refused. Places are JSON Pointers (RFC 6901) into the document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The document is neither OpenAPI 3.1 nor 3.0 (which needs no conversion).
    #[error("/openapi: {found}; the document must be OpenAPI 3.1.x or 3.0.x")]
    Version {
        /// The version that was found, or why there is none.
        found: String,
    },
    /// The schemas of the document are written in an unknown dialect.
    #[error(
        "/jsonSchemaDialect: the dialect {} is unknown; only the OpenAPI 3.1 dialect and JSON Schema 2020-12 are supported",
        shortened(dialect)
    )]
    Dialect {
        /// The dialect as written.
        dialect: String,
    },
    /// References lead out of the document. Bundle it into one document first.
    #[error("{}", list(.0))]
    ExternalReferences(Vec<Reference>),
    /// The document is nested deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    #[error("the document is nested deeper than {} levels", crate::MAX_DEPTH)]
    TooDeep,
}

/// A `$ref` and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reference {
    /// The place of the object with the `$ref`, as a JSON Pointer.
    pub pointer: String,
    /// The reference as written.
    pub target: String,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: `{}`", shortened(&self.pointer), shortened(&self.target))
    }
}

/// The beginning of a text, which may be long.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}...", &text[..end]),
    }
}

fn list(references: &[Reference]) -> String {
    let shown: Vec<_> = references.iter().take(SHOWN).map(Reference::to_string).collect();
    let more = match references.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let count = match references.len() {
        1 => "1 reference leads".to_owned(),
        several => format!("{several} references lead"),
    };
    format!(
        "{count} out of the document; bundle it into one file first: {}{more}",
        shown.join("; ")
    )
}
