//! Filters for the rows of a table: conditions on columns, all of which must match.

use serde_json::{Map, Value, json};

use crate::Error;
use crate::invalid::invalid;

/// Starts a condition on the column with this name.
///
/// ```
/// use databar::column;
///
/// let filter = column("Email").is_not_empty() & column("Country").equals("US");
/// assert_eq!(filter.to_string(), r#"{"Email":{"is_not_empty":true},"Country":{"equals":"US"}}"#);
/// ```
pub fn column(name: impl Into<String>) -> Condition {
    Condition { column: name.into() }
}

/// The start of a condition on a column, created by [`column()`].
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("Leads").columns(["Email", "Country"]).await?;
/// use databar::column;
/// # use serde_json::json;
///
/// let lead = |email, country| json!({ "Email": email, "Country": country });
/// table.insert([lead("ada@example.com", "UK"), lead("bob@example.org", "US"), lead("", "US")]).await?;
/// for (filter, rows) in [
///     (column("Country").equals("US"), 2),
///     (column("Country").not_equals("US"), 1),
///     (column("Email").contains("EXAMPLE"), 2),
///     (column("Email").is_empty(), 1),
///     (column("Email").is_not_empty(), 2),
/// ] {
///     assert_eq!(table.rows().filter(filter).count().await?, rows);
/// }
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
#[must_use = "a condition does nothing until an operator is chosen"]
pub struct Condition {
    column: String,
}

impl Condition {
    /// Matches if the cell is exactly `text`.
    pub fn equals(self, text: impl Into<String>) -> Filter {
        self.operator("equals", Value::String(text.into()))
    }

    /// Matches if the cell is not `text`.
    pub fn not_equals(self, text: impl Into<String>) -> Filter {
        self.operator("not_equals", Value::String(text.into()))
    }

    /// Matches if the cell contains `text`, ignoring case.
    pub fn contains(self, text: impl Into<String>) -> Filter {
        self.operator("contains", Value::String(text.into()))
    }

    /// Matches if the cell has no value.
    pub fn is_empty(self) -> Filter {
        self.operator("is_empty", Value::Bool(true))
    }

    /// Matches if the cell has a value.
    pub fn is_not_empty(self) -> Filter {
        self.operator("is_not_empty", Value::Bool(true))
    }

    fn operator(self, operator: &'static str, value: Value) -> Filter {
        Filter {
            conditions: vec![(self.column, operator, value)],
        }
    }
}

/// Conditions on columns; a row must match all of them. A filter starts with [`column()`].
///
/// The service takes one condition per column. A second condition on the same column is an error before the
/// request, and so is a column without a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    conditions: Vec<(String, &'static str, Value)>,
}

impl Filter {
    /// Matches if both this filter and `other` match.
    ///
    /// ```
    /// use databar::column;
    ///
    /// let filter = column("Country").equals("US").and(column("Email").contains("@example.com"));
    /// assert_eq!(filter, column("Country").equals("US") & column("Email").contains("@example.com"));
    /// ```
    #[must_use]
    pub fn and(mut self, other: Filter) -> Filter {
        self.conditions.extend(other.conditions);
        self
    }

    /// Writes the value of the query parameter `filter`.
    pub(crate) fn to_parameter(&self) -> Result<String, Error> {
        for (index, (column, ..)) in self.conditions.iter().enumerate() {
            if column.trim().is_empty() {
                return Err(invalid("the filter has a condition on a column without a name"));
            }
            if self
                .conditions
                .iter()
                .skip(index + 1)
                .any(|(other, ..)| other == column)
            {
                return Err(invalid(format!(
                    "the filter has two conditions on the column {column:?}; the service takes one per column"
                )));
            }
        }
        Ok(self.to_string())
    }
}

/// Matches if both filters match.
///
/// The service has no *or*: read the rows of each filter instead.
impl std::ops::BitAnd for Filter {
    type Output = Filter;

    fn bitand(self, other: Filter) -> Filter {
        self.and(other)
    }
}

impl std::fmt::Display for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let object: Map<String, Value> = self
            .conditions
            .iter()
            .map(|(column, operator, value)| (column.clone(), json!({ *operator: value })))
            .collect();
        write!(f, "{}", Value::Object(object))
    }
}
