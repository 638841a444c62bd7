//! The result of a conversion: the document and the record of changes.

use serde_json::Value;

/// An OpenAPI 3.0 document and the changes that led to it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Downconverted {
    /// The document, in version 3.0.3. A document that was already 3.0 keeps its version.
    pub document: Value,
    /// The changes, in the order in which they were made. Empty for a valid document that was already 3.0.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    /// The name of the [pass](crate::PASSES) that made the change.
    pub pass: &'static str,
    /// The place, as a JSON Pointer (RFC 6901) into the original document.
    pub pointer: String,
    /// What the change loses.
    pub loss: Loss,
    /// Whether the change repairs an error in the document. If not, the document was valid here, and OpenAPI
    /// 3.0 writes this differently or cannot express it.
    pub repairs: bool,
    /// What was done, for people to read.
    pub note: String,
}

/// What a change loses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Loss {
    /// Nothing: OpenAPI 3.0 can express the same in a different way.
    None,
    /// Information that does not affect validation, such as a note, an example or a webhook.
    Dropped,
    /// Strictness: the schema accepts more values than before. It never accepts fewer.
    Widened,
}
