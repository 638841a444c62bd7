//! Reading a document from text, within bounds.

mod error;
mod json;
mod place;
#[cfg(feature = "yaml")]
mod scalar;
mod text;
#[cfg(feature = "yaml")]
mod yaml;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

pub use error::{Error, ErrorKind};

/// The maximum length of a document, in bytes.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// The maximum number of values in a document: objects, arrays and scalars, counted after YAML aliases are
/// expanded.
///
/// An anchor counts as a copy too. At most [`MAX_BYTES`] of text are copied.
pub const MAX_VALUES: usize = 2_000_000;

/// Reads a document from bytes, and detects whether it is JSON or YAML. Without the feature `yaml`, reads
/// only JSON.
///
/// # Errors
///
/// The text is neither JSON nor YAML, exceeds a limit, or is not an object. The [`Error`] has the place.
pub fn from_slice(bytes: &[u8]) -> Result<Value, Error> {
    let text = text::decode(bytes)?;
    let value = if text::is_json(text) {
        json::parse(text)?
    } else {
        yaml(text)?
    };
    match value {
        Value::Object(_) => Ok(value),
        Value::Null => Err(Error::new(ErrorKind::Empty, "the document is empty")),
        other => Err(Error::new(
            ErrorKind::NotAnObject,
            format!(
                "the document is {}, but must be an object (in YAML, a mapping)",
                describe(&other)
            ),
        )),
    }
}

#[cfg(feature = "yaml")]
use yaml::parse as yaml;

#[cfg(not(feature = "yaml"))]
fn yaml(_: &str) -> Result<Value, Error> {
    let message = "not JSON; to read YAML, enable the feature `yaml` of openapi-document";
    Err(Error::new(ErrorKind::Syntax, message))
}

/// Reads a document from a file. The name of the file does not matter.
///
/// # Errors
///
/// The file cannot be read, or [`from_slice`] fails. The message begins with the path.
pub fn from_path(path: impl AsRef<Path>) -> Result<Value, Error> {
    let path = path.as_ref();
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) => from_slice(&bytes),
        Err(source) => Err(Error::unreadable(source)),
    }
    .map_err(|error| error.in_file(path))
}

/// Describes a value in a message: its type, and the value itself if it is a scalar.
fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("a boolean ({value})"),
        Value::Number(value) => format!("a number ({value})"),
        Value::String(text) => format!("a string ({:?})", excerpt(text, LONGEST_TEXT)),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// How much of a string or key a message shows, in characters.
const LONGEST_TEXT: usize = 60;

/// The first characters of a text, to keep a message readable.
fn excerpt(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
