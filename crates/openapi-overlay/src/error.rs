//! What can be wrong with an overlay, or with applying it. Not what an action did: that is the report.

/// Why an overlay could not be read or applied.
///
/// Reading errors name the place in the overlay as a JSON Pointer ([RFC 6901]); applying errors name the
/// action by its index and the place in the document.
///
/// [RFC 6901]: https://www.rfc-editor.org/rfc/rfc6901
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not JSON.
    #[error("the overlay is not JSON: {reason}")]
    NotJson {
        /// What the JSON parser said, with line and column.
        reason: String,
    },
    /// The JSON is not an overlay of a version that this library knows.
    #[error("not a usable overlay, at \"{pointer}\": {reason}")]
    NotAnOverlay {
        /// Where in the overlay; empty for its root.
        pointer: String,
        /// What is wrong there, and what is expected.
        reason: String,
    },
    /// A JSONPath of the overlay is not one.
    #[error("not a JSONPath (RFC 9535), at \"{pointer}\" of the overlay: `{path}`: {reason}")]
    InvalidPath {
        /// Where in the overlay, for example `/actions/3/target`.
        pointer: String,
        /// The path as written.
        path: String,
        /// What the JSONPath parser said.
        reason: String,
    },
    /// An action does not fit the document. The document was not changed.
    #[error("action {index} (`{target}`) does not fit the document, at \"{location}\": {reason}")]
    DoesNotFit {
        /// Index of the action in `actions`, from 0.
        index: usize,
        /// The target of the action as written.
        target: String,
        /// Where in the document, as a JSON Pointer.
        location: String,
        /// What does not fit.
        reason: String,
    },
    /// The document is nested deeper than [`MAX_DEPTH`](crate::MAX_DEPTH), or would be after the action. The
    /// document was not changed.
    #[error("{} nested deeper than {} levels", what_is_deep(.index), crate::MAX_DEPTH)]
    TooDeep {
        /// Index of the action that would make the document too deep; `None` if it already is.
        index: Option<usize>,
    },
}

fn what_is_deep(index: &Option<usize>) -> String {
    match index {
        None => "the document is".to_owned(),
        Some(index) => format!("action {index} would make the document"),
    }
}
