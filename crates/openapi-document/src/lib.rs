#![doc = include_str!("../README.md")]

mod at;
mod media_type;
mod operations;
pub mod pointer;
#[cfg(feature = "read")]
mod read;

use serde_json::Value;

pub use at::{At, BrokenReference, Pointer};
pub use media_type::essence;
pub use operations::{METHODS, Operation, operations, operations_of};
#[cfg(feature = "read")]
pub use read::{Error, ErrorKind, MAX_BYTES, MAX_VALUES, from_path, from_slice};

/// The maximum depth to which objects and arrays may be nested, including the root.
///
/// `serde_json` on its own parses no more than 128 levels. This limit keeps any document from exhausting the
/// stack, even one that a program built.
pub const MAX_DEPTH: usize = 256;

/// Whether objects and arrays are nested more than `limit` levels deep. Never looks deeper than that.
///
/// ```
/// use serde_json::json;
///
/// assert!(openapi_document::is_deeper_than(&json!([[1]]), 1));
/// assert!(!openapi_document::is_deeper_than(&json!([[1]]), 2));
/// ```
#[must_use]
pub fn is_deeper_than(value: &Value, limit: usize) -> bool {
    match value {
        Value::Array(items) => limit == 0 || items.iter().any(|item| is_deeper_than(item, limit - 1)),
        Value::Object(members) => {
            limit == 0 || members.values().any(|member| is_deeper_than(member, limit - 1))
        }
        _ => false,
    }
}
