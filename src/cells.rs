//! The cells of a row that is sent: its JSON text, written once.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Value, value::RawValue};

use crate::error::{Error, ErrorKind};

/// Cells of a row by the names of their columns: a JSON object, kept as text.
///
/// ```
/// # fn main() -> Result<(), databar_api::Error> {
/// use databar_api::Cells;
///
/// #[derive(serde::Serialize)]
/// struct Lead {
///     #[serde(rename = "Email")]
///     email: &'static str,
/// }
///
/// let cells = Cells::new(&Lead { email: "ada@example.com" })?;
/// assert_eq!(cells.json(), r#"{"Email":"ada@example.com"}"#);
/// assert!(Cells::new(&["a", "list"]).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Cells(Box<RawValue>);

impl Cells {
    /// Writes the cells.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] when the value is not an object, or cannot be written as JSON.
    pub fn new<T: Serialize + ?Sized>(cells: &T) -> Result<Self, Error> {
        let invalid = |what: String| Error::new(ErrorKind::InvalidInput, what);
        let text = serde_json::value::to_raw_value(cells)
            .map_err(|error| invalid(format!("it cannot be written as JSON: {error}")))?;
        if text.get().starts_with('{') {
            Ok(Self(text))
        } else {
            Err(invalid(
                "it is not an object with a member for each column".to_owned(),
            ))
        }
    }

    /// The object as text.
    pub fn json(&self) -> &str {
        self.0.get()
    }

    /// The cell of a column, if there is one.
    pub fn get(&self, column: &str) -> Option<Value> {
        let cells: BTreeMap<String, &RawValue> = serde_json::from_str(self.json()).ok()?;
        serde_json::from_str(cells.get(column)?.get()).ok()
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
            Ok(Self(text))
        } else {
            Err(de::Error::custom("cells are an object"))
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
