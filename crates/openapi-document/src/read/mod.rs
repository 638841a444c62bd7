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

/// How long a document may be, in bytes.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// How many values a document may have: objects, arrays and scalars, counted after YAML aliases are replaced by
/// what they stand for. An anchor counts as a copy too, and no more than [`MAX_BYTES`] of text are copied.
pub const MAX_VALUES: usize = 2_000_000;

/// Reads a document from its bytes: JSON or YAML, whichever it is. Without the feature `yaml`, JSON alone.
///
/// # Errors
///
/// [`Error`] with the place, when the text is neither, is beyond a limit, or is not an object.
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
                "the document is {}, where an object (YAML: a mapping) is expected",
                describe(&other)
            ),
        )),
    }
}

#[cfg(feature = "yaml")]
use yaml::parse as yaml;

#[cfg(not(feature = "yaml"))]
fn yaml(_: &str) -> Result<Value, Error> {
    let message = "not JSON; YAML is read with the feature `yaml` of openapi-document";
    Err(Error::new(ErrorKind::Syntax, message))
}

/// Reads a document from a file. What the file is called does not matter.
///
/// # Errors
///
/// [`Error`] when the file cannot be read, and as [`from_slice`]; the message begins with the path.
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

/// What a value is, for a message: its type, and the beginning of a text.
fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("a boolean ({value})"),
        Value::Number(value) => format!("a number ({value})"),
        Value::String(text) => format!("a text ({:?})", excerpt(text, LONGEST_TEXT)),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// How much of a text or a key a message shows, in characters.
const LONGEST_TEXT: usize = 60;

/// The first characters of a text, so that a message stays readable.
fn excerpt(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
