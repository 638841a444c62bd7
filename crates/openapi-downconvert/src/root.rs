//! The parts that a document is read in.

use serde_json::Value;

use crate::grammar::Kind;

/// Part of the document that is read as an object: the document itself, and what is referred to outside of
/// the places that the specification has for such objects.
pub(crate) struct Root {
    pub(crate) origin: String,
    pub(crate) kind: Kind,
    pub(crate) value: Value,
}
