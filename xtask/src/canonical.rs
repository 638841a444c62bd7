//! The canonical form of documents: object keys sorted by code point, two spaces of indentation, UTF-8
//! without escapes, and a line feed at the end. In this form, git shows what changed.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

pub(crate) fn text(document: &Value) -> String {
    let mut sorted = document.clone();
    sorted.sort_all_objects();
    // The alternate form of a value is indented by two spaces.
    format!("{sorted:#}\n")
}

/// The SHA-256 of some bytes, in hexadecimal digits.
pub(crate) fn sha256(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut digits, byte| {
            // Writing to a string cannot fail.
            let _ = write!(digits, "{byte:02x}");
            digits
        })
}
