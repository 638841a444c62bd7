//! The `filter` of a row listing: JSON text with one operator for each column, all of which must match.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Row, Table};
use crate::catalog::is_empty;

#[derive(Debug)]
pub(crate) struct Filter(Vec<(Uuid, Test)>);

#[derive(Debug)]
enum Test {
    Equals(String),
    NotEquals(String),
    /// In lower case.
    Contains(String),
    IsEmpty,
    IsNotEmpty,
}

impl Filter {
    /// Parses a filter. The error says which part is wrong.
    pub(crate) fn read(table: &Table, text: &str) -> Result<Self, String> {
        let conditions: Map<String, Value> = serde_json::from_str(text)
            .map_err(|error| format!("The filter is not a JSON object: {error}"))?;
        let read = |(name, condition): (&String, &Value)| {
            let column = table
                .column_named(name)
                .ok_or_else(|| format!("Unknown column: {name}"))?;
            let mut operators = condition.as_object().into_iter().flatten();
            let (Some((operator, value)), None) = (operators.next(), operators.next()) else {
                return Err(format!("{name}: exactly one operator is expected"));
            };
            let test = match (operator.as_str(), value) {
                ("is_empty", Value::Bool(true)) => Test::IsEmpty,
                ("is_not_empty", Value::Bool(true)) => Test::IsNotEmpty,
                ("equals", value) => Test::Equals(text_of(value)),
                ("not_equals", value) => Test::NotEquals(text_of(value)),
                ("contains", value) => Test::Contains(text_of(value).to_lowercase()),
                ("is_empty" | "is_not_empty", _) => {
                    return Err(format!("{name}: {operator} takes the value true"));
                }
                _ => return Err(format!("{name}: unknown operator {operator}")),
            };
            Ok((column.id, test))
        };
        conditions.iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn accepts(&self, row: &Row) -> bool {
        self.0.iter().all(|(column, test)| {
            let cell = row.cell(*column);
            match test {
                Test::Equals(wanted) => text_of(cell) == *wanted,
                Test::NotEquals(wanted) => text_of(cell) != *wanted,
                Test::Contains(part) => text_of(cell).to_lowercase().contains(part),
                Test::IsEmpty => is_empty(cell),
                Test::IsNotEmpty => !is_empty(cell),
            }
        })
    }
}

/// A cell as text, since cells are compared as text.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
