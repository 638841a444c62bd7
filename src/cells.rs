//! The cells of a row to send, written as JSON text once.

use std::fmt;
use std::sync::Arc;

use serde::de::{self, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};
use serde_json::{Value, value::RawValue};

use crate::error::{Error, ErrorKind};

/// The cells of a row by column name: a JSON object, kept as text. Clones share the text.
///
/// ```
/// # fn main() -> Result<(), databar_api::Error> {
/// # use databar_api as databar;
/// use databar::Cells;
///
/// #[derive(serde::Serialize)]
/// struct Lead {
///     #[serde(rename = "Email")]
///     email: &'static str,
/// }
///
/// let cells = Cells::new(&Lead { email: "ada@example.com" })?;
/// assert_eq!(cells.json(), r#"{"Email":"ada@example.com"}"#);
/// assert_eq!(cells.only("Email"), Some(cells.clone()));
/// assert_eq!(cells.only("Name"), None);
/// assert!(Cells::new(&["a", "list"]).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Cells(Arc<str>);

impl Cells {
    /// Writes the cells as JSON.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] when the value is not an object, or cannot be written as JSON.
    pub fn new<T: Serialize + ?Sized>(cells: &T) -> Result<Self, Error> {
        Self::with_buffer(cells, &mut Vec::new())
    }

    /// Writes the cells as JSON, as [`new`](Self::new) does, using a buffer whose contents are replaced.
    /// Sharing one buffer between many rows saves allocating one for each row.
    ///
    /// # Errors
    ///
    /// The same as for [`new`](Self::new).
    pub fn with_buffer<T: Serialize + ?Sized>(cells: &T, buffer: &mut Vec<u8>) -> Result<Self, Error> {
        let invalid = |what: String| Error::new(ErrorKind::InvalidInput, what);
        buffer.clear();
        serde_json::to_writer(&mut *buffer, cells)
            .map_err(|error| invalid(format!("it cannot be written as JSON: {error}")))?;
        match std::str::from_utf8(buffer) {
            Ok(text) if text.starts_with('{') => Ok(Self(text.into())),
            _ => Err(invalid(
                "it is not an object with a member for each column".to_owned(),
            )),
        }
    }

    /// The object as JSON text.
    pub fn json(&self) -> &str {
        &self.0
    }

    /// Returns the cell of this column, if there is one.
    pub fn get(&self, column: &str) -> Option<Value> {
        serde_json::from_str(self.text_of(column)?.get()).ok()
    }

    /// Returns the cell of this column as text, if there is one. It takes one pass and stores no other cells.
    fn text_of(&self, column: &str) -> Option<&RawValue> {
        let mut reader = serde_json::Deserializer::from_str(self.json());
        reader.deserialize_map(CellOf(column)).ok()?
    }

    /// Returns an object with only the cell of this column; `None` if the cell is missing or null.
    pub fn only(&self, column: &str) -> Option<Self> {
        let text = self.text_of(column).filter(|text| text.get() != "null")?;
        Self::new(&Only(column, text)).ok()
    }
}

/// An object with one cell.
struct Only<'a>(&'a str, &'a RawValue);

impl Serialize for Only<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.0, self.1)])
    }
}

/// Reads the cell of a column. If several have the same name, the last one counts, as in most JSON readers.
struct CellOf<'a>(&'a str);

impl<'de> Visitor<'de> for CellOf<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut cells: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = cells.next_key_seed(Name(self.0))? {
            match name {
                true => found = Some(cells.next_value()?),
                false => drop(cells.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found)
    }
}

/// Reads a name and compares it with this one.
struct Name<'a>(&'a str);

impl<'de> de::DeserializeSeed<'de> for Name<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<bool, E> {
        Ok(name == self.0)
    }
}

impl Serialize for Cells {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Keeping a `RawValue` would avoid reading the text again here, but serde_json grows and shrinks a
        // buffer for each one, which takes longer.
        let text: &RawValue = serde_json::from_str(&self.0).map_err(ser::Error::custom)?;
        text.serialize(serializer)
    }
}

impl PartialEq for Cells {
    fn eq(&self, other: &Self) -> bool {
        self.json() == other.json()
    }
}

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        if text.get().starts_with('{') {
            Ok(Self(text.get().into()))
        } else {
            Err(de::Error::custom("cells must be an object"))
        }
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Cells {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Cells".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object", "additionalProperties": true })
    }
}
