//! Errors from reading or applying an overlay. What each action did is in `report`.

/// Why an overlay could not be read or applied.
///
/// An error from reading has the place in the overlay as a JSON Pointer ([RFC 6901]). An error from applying
/// has the index of the action and the place in the document.
///
/// [RFC 6901]: https://www.rfc-editor.org/rfc/rfc6901
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not JSON.
    #[error("the overlay is not JSON: {reason}")]
    NotJson {
        /// The message of the JSON parser, with line and column.
        reason: String,
    },
    /// The JSON is not an overlay of a version that this crate supports.
    #[error("not a usable overlay, at \"{pointer}\": {reason}")]
    NotAnOverlay {
        /// The place in the overlay, as a JSON Pointer. Empty for the root.
        pointer: String,
        /// What is wrong there, and what is expected.
        reason: String,
    },
    /// A JSONPath in the overlay is not valid.
    #[error("not a valid JSONPath (RFC 9535), at \"{pointer}\" of the overlay: `{path}`: {reason}")]
    InvalidPath {
        /// The place in the overlay as a JSON Pointer, such as `/actions/3/target`.
        pointer: String,
        /// The path as written.
        path: String,
        /// What is wrong with the path, with the byte index where known.
        reason: String,
    },
    /// An action does not fit the document. The document is unchanged.
    #[error("action {index} (`{target}`) does not fit the document, at \"{location}\": {reason}")]
    DoesNotFit {
        /// The index of the action in `actions`, from 0.
        index: usize,
        /// The target of the action as written.
        target: String,
        /// The place in the document, as a JSON Pointer.
        location: String,
        /// What does not fit.
        reason: String,
    },
    /// The document is nested deeper than [`MAX_DEPTH`](crate::MAX_DEPTH), or would be after the action. The
    /// document is unchanged.
    #[error("{} nested deeper than {} levels", what_is_deep(.index), crate::MAX_DEPTH)]
    TooDeep {
        /// The index of the action that would make the document too deep. `None` if it already is.
        index: Option<usize>,
    },
}

fn what_is_deep(index: &Option<usize>) -> String {
    match index {
        None => "the document is".to_owned(),
        Some(index) => format!("action {index} would make the document"),
    }
}
