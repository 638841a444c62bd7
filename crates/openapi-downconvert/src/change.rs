//! What a conversion returns: the document, and the record of what was changed.

use serde_json::Value;

/// An OpenAPI 3.0 document and how it came about.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Downconverted {
    /// The document, in version 3.0.3 (or as it was, if it was 3.0 already).
    pub document: Value,
    /// What was changed, in the order of the changes. Empty for a document that was 3.0 already.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    /// Name of the [pass](crate::PASSES) that made it.
    pub pass: &'static str,
    /// Where, as a JSON Pointer (RFC 6901) into the document that was given.
    pub pointer: String,
    /// What is lost by it.
    pub loss: Loss,
    /// Whether the document was wrong here; otherwise it is right, and OpenAPI 3.0 says it in other words or not at all.
    pub repairs: bool,
    /// What was done, for people.
    pub note: String,
}

/// What a change costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Loss {
    /// Nothing: OpenAPI 3.0 says the same in other words.
    None,
    /// Information that no value is checked against is gone: a note, an example, a webhook.
    Dropped,
    /// The schema accepts more values than before. It never accepts fewer.
    Widened,
}
