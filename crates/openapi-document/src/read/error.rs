//! Why a document cannot be read, and where.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::{excerpt, place::Place};

/// How much of a pointer a message shows, in characters. Keys can be of any length.
const LONGEST_POINTER: usize = 240;

/// Why a document cannot be read, and where.
///
/// [`Display`](fmt::Display) writes one line: file, line, column and JSON Pointer, each if known, and the
/// reason.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    place: Option<Place>,
    pointer: Option<String>,
    file: Option<PathBuf>,
    source: Option<io::Error>,
}

/// What is wrong with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file cannot be read.
    Unreadable,
    /// The text is longer than [`MAX_BYTES`](crate::MAX_BYTES).
    TooLarge,
    /// The text is not UTF-8.
    Encoding,
    /// The text is HTML or XML.
    Markup,
    /// The text contains only whitespace and comments.
    Empty,
    /// The text is not valid JSON or YAML.
    Syntax,
    /// An object has the same key twice. In JSON, this is an error only if the two values differ.
    DuplicateKey,
    /// Objects and arrays are nested deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    TooDeep,
    /// There are more values than [`MAX_VALUES`](crate::MAX_VALUES), or aliases copy too much text.
    TooMany,
    /// The YAML has no equivalent in JSON: several documents, collections as keys, recursive aliases, unknown
    /// tags, infinity or not-a-number.
    NotJson,
    /// The document is not an object.
    NotAnObject,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            place: None,
            pointer: None,
            file: None,
            source: None,
        }))
    }

    pub(crate) fn unreadable(source: io::Error) -> Self {
        let mut error = Self::new(ErrorKind::Unreadable, format!("cannot be read: {source}"));
        error.0.source = Some(source);
        error
    }

    pub(crate) fn at(mut self, place: Place) -> Self {
        self.0.place = Some(place);
        self
    }

    pub(crate) fn under(mut self, pointer: String) -> Self {
        self.0.pointer = Some(pointer);
        self
    }

    pub(crate) fn in_file(mut self, path: &Path) -> Self {
        self.0.file = Some(path.to_owned());
        self
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The reason, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The line in the text, counted from 1.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.0.place.map(|place| place.line)
    }

    /// The column in that line, in characters, counted from 1.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        self.0.place.map(|place| place.column)
    }

    /// The place in the document as a JSON Pointer (RFC 6901), as far as it was read. Empty for the root.
    #[must_use]
    pub fn pointer(&self) -> Option<&str> {
        self.0.pointer.as_deref()
    }

    /// The file that [`from_path`](crate::from_path) was called with.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.0.file.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = self.file() {
            write!(formatter, "{}: ", file.display())?;
        }
        if let Some(place) = self.0.place {
            write!(formatter, "line {}, column {}", place.line, place.column)?;
            match self.pointer() {
                None | Some("") => formatter.write_str(": ")?,
                Some(pointer) => write!(formatter, ", at {}: ", excerpt(pointer, LONGEST_POINTER))?,
            }
        }
        formatter.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}
