//! A row as it came: its JSON text, decoded once into the type that the caller wants.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

/// A row of a table: a JSON object with the row's `id` and a member for each column, by the column's name.
///
/// The columns are the user's own, so the document cannot describe them. The row is kept as text;
/// [`decode`](Self::decode) decodes it.
///
/// ```
/// # fn main() -> Result<(), serde_json::Error> {
/// use databar_api::TableRow;
///
/// #[derive(serde::Deserialize)]
/// struct Lead {
///     id: String,
///     #[serde(rename = "Email")]
///     email: Option<String>,
/// }
///
/// let row: TableRow = serde_json::from_str(r#"{"id": "a1b2", "Email": null}"#)?;
/// let lead: Lead = row.decode()?;
/// assert_eq!((lead.id.as_str(), lead.email), ("a1b2", None));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TableRow(Box<RawValue>);

impl TableRow {
    /// The row as the service wrote it.
    pub fn json(&self) -> &str {
        self.0.get()
    }

    /// Decodes the row as a `T`.
    ///
    /// # Errors
    ///
    /// When the row does not fit `T`. The error has the line and column in [`json`](Self::json).
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.0.get())
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for TableRow {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TableRow".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object", "additionalProperties": true })
    }
}
