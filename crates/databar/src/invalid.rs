//! The error for input that is refused before any request.

use crate::{Error, ErrorKind};

pub(crate) fn invalid(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidInput, what)
}
