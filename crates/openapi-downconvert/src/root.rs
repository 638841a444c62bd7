//! The parts of a document that are converted separately.

use serde_json::Value;

use crate::grammar::Kind;

/// Part of the document that is read as an object of the specification: the document itself, or a target of a
/// reference in a place where the specification does not expect such an object.
pub(crate) struct Root {
    pub(crate) origin: String,
    pub(crate) kind: Kind,
    pub(crate) value: Value,
}
