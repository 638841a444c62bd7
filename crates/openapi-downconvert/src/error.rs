//! Why a document cannot be converted.

use std::fmt;

/// How many of the offending references an error message shows; the error itself carries all of them.
const SHOWN: usize = 10;

/// Why a document was refused. Places are JSON Pointers (RFC 6901) into the document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The document is not OpenAPI 3.1 (or 3.0, which needs no conversion).
    #[error("/openapi: {found}; a document of OpenAPI 3.1.x (or 3.0.x, which is left as it is) is needed")]
    Version {
        /// What was found instead.
        found: String,
    },
    /// The schemas of the document are written in a dialect whose meaning is not known.
    #[error(
        "/jsonSchemaDialect: the dialect {} is not known; only that of OpenAPI 3.1 and JSON Schema 2020-12 are",
        shortened(dialect)
    )]
    Dialect {
        /// The dialect as written.
        dialect: String,
    },
    /// References that lead out of the document. Bundle it into one document first.
    #[error("{}", list(.0, "lead out of the document; bundle it into one file first"))]
    ExternalReferences(Vec<Reference>),
    /// The document is nested deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    #[error("the document is nested deeper than {} levels", crate::MAX_DEPTH)]
    TooDeep,
}

/// A `$ref`: where it is and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reference {
    /// Where the object with the `$ref` is.
    pub pointer: String,
    /// The reference as written.
    pub target: String,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: `{}`", shortened(&self.pointer), shortened(&self.target))
    }
}

/// The beginning of a text that may be long.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}...", &text[..end]),
    }
}

fn list(references: &[Reference], what: &str) -> String {
    let shown: Vec<_> = references.iter().take(SHOWN).map(Reference::to_string).collect();
    let more = match references.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!(
        "{} reference(s) {what}: {}{more}",
        references.len(),
        shown.join("; ")
    )
}
