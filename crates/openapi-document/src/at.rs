//! A value and its place in the document.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::pointer;

/// The maximum number of references that are followed in a row.
const MAX_REFERENCES: usize = 256;

/// A place in a document: a JSON Pointer that is cheap to extend, clone and share.
///
/// [`Display`](fmt::Display) writes the pointer as text.
#[derive(Clone, Default)]
pub struct Pointer(Option<Arc<Link>>);

struct Link {
    parent: Pointer,
    name: String,
}

impl Pointer {
    /// The place of the member with this name, or of the item at this index.
    #[must_use]
    pub fn child(&self, name: impl Into<String>) -> Self {
        Self(Some(Arc::new(Link {
            parent: self.clone(),
            name: name.into(),
        })))
    }

    /// The member names and array indexes on the path from the root to this place.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        let mut at = self;
        while let Some(link) = &at.0 {
            names.push(link.name.as_str());
            at = &link.parent;
        }
        names.reverse();
        names
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.names()
            .into_iter()
            .try_for_each(|name| write!(formatter, "/{}", pointer::escape(name)))
    }
}

impl fmt::Debug for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// A value of a document, together with its place.
///
/// ```
/// use openapi_document::At;
/// use serde_json::json;
///
/// let document = json!({
///     "paths": { "/books": { "get": { "parameters": [{ "$ref": "#/components/parameters/Page" }] } } },
///     "components": { "parameters": { "Page": { "name": "page", "in": "query" } } },
/// });
/// let parameters = At::root(&document)
///     .get("paths")
///     .and_then(|paths| paths.get("/books")?.get("get")?.get("parameters"));
/// for parameter in parameters.iter().flat_map(At::items) {
///     assert_eq!(parameter.pointer.to_string(), "/paths/~1books/get/parameters/0");
///     let parameter = parameter.follow(&document).map_err(|broken| broken.to_string())?;
///     assert_eq!(parameter.text("name"), Some("page"));
///     assert_eq!(parameter.pointer.to_string(), "/components/parameters/Page");
/// }
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone)]
pub struct At<'a> {
    /// The value.
    pub value: &'a Value,
    /// Its place in the document.
    pub pointer: Pointer,
}

impl<'a> At<'a> {
    /// The document itself.
    #[must_use]
    pub fn root(document: &'a Value) -> Self {
        Self {
            value: document,
            pointer: Pointer::default(),
        }
    }

    /// The value that a reference points to. `None` if the document does not have it or it is in another
    /// document.
    #[must_use]
    pub fn target(document: &'a Value, reference: &str) -> Option<Self> {
        let pointer = pointer::of_reference(reference)?;
        pointer::names(&pointer).try_fold(Self::root(document), |at, name| at.get(&name))
    }

    /// Follows `$ref` until it reaches a value without one. A value without a `$ref` is returned as it is.
    ///
    /// Other members next to a `$ref` are ignored, as in a Reference Object.
    ///
    /// # Errors
    ///
    /// A reference does not lead to a value of the document, or leads back to a reference that was already
    /// followed.
    pub fn follow(self, document: &'a Value) -> Result<Self, BrokenReference<'a>> {
        let mut seen = Vec::new();
        let mut at = self;
        while let Some(reference) = at.text("$ref") {
            let is_circular = seen.len() == MAX_REFERENCES || seen.contains(&reference);
            let target = Self::target(document, reference).filter(|_| !is_circular);
            let Some(target) = target else {
                return Err(BrokenReference {
                    at,
                    reference,
                    is_circular,
                });
            };
            seen.push(reference);
            at = target;
        }
        Ok(at)
    }

    /// The member with this name, or the item at this index. An index has no leading zeros.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Self> {
        let value = match self.value {
            Value::Object(members) => members.get(name),
            Value::Array(items) => items.get(index(name)?),
            _ => None,
        }?;
        Some(Self {
            value,
            pointer: self.pointer.child(name),
        })
    }

    /// The members of this object, in document order. Empty if the value is not an object.
    pub fn members(&self) -> impl Iterator<Item = (&'a str, At<'a>)> + use<'a> {
        let pointer = self.pointer.clone();
        self.object().into_iter().flatten().map(move |(name, value)| {
            let pointer = pointer.child(name.as_str());
            (name.as_str(), At { value, pointer })
        })
    }

    /// The items of this array. Empty if the value is not an array.
    pub fn items(&self) -> impl Iterator<Item = At<'a>> + use<'a> {
        let pointer = self.pointer.clone();
        let items: &'a [Value] = self.value.as_array().map_or(&[], Vec::as_slice);
        items.iter().enumerate().map(move |(index, value)| At {
            value,
            pointer: pointer.child(index.to_string()),
        })
    }

    /// The value, if it is an object.
    #[must_use]
    pub fn object(&self) -> Option<&'a Map<String, Value>> {
        self.value.as_object()
    }

    /// The member with this name, if it is a string.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.value.get(name).and_then(Value::as_str)
    }

    /// Whether the member with this name is `true`.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.value.get(name) == Some(&Value::Bool(true))
    }
}

/// RFC 6901, section 4: digits without leading zeros.
fn index(name: &str) -> Option<usize> {
    let is_plain =
        name.starts_with(|first: char| first.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
    is_plain.then(|| name.parse().ok()).flatten()
}

/// A reference whose target does not exist, or that is part of a cycle.
#[derive(Debug, Clone)]
pub struct BrokenReference<'a> {
    /// The value that has the `$ref`, and its place.
    pub at: At<'a>,
    /// The reference as written.
    pub reference: &'a str,
    /// Whether it leads back to a reference that was already followed.
    pub is_circular: bool,
}

impl fmt::Display for BrokenReference<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = if self.is_circular {
            "refers to itself"
        } else {
            "is not in the document"
        };
        write!(formatter, "refers to {}, which {why}", self.reference)
    }
}

impl std::error::Error for BrokenReference<'_> {}
