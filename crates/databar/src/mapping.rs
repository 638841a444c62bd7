//! Where an enrichment on a table takes its inputs from: columns, or fixed values.

use std::collections::BTreeMap;

use databar_api::types;

use crate::{Client, ColumnId, Error, ErrorKind, TableId};

/// A column, by its id or by the name that it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnRef {
    /// By id: sent as it is.
    Id(ColumnId),
    /// By name: looked up in the table before the request.
    Name(String),
}

impl From<ColumnId> for ColumnRef {
    fn from(id: ColumnId) -> Self {
        Self::Id(id)
    }
}

impl From<&str> for ColumnRef {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<String> for ColumnRef {
    fn from(name: String) -> Self {
        Self::Name(name)
    }
}

/// Refuses a parameter or a column without a name, before any request.
pub(crate) fn check<'a>(
    columns: &'a BTreeMap<String, ColumnRef>,
    values: impl IntoIterator<Item = &'a String>,
) -> Result<(), Error> {
    let nameless = |name: &str| name.trim().is_empty();
    let reason = if columns.keys().chain(values).any(|parameter| nameless(parameter)) {
        "a parameter without a name is mapped".to_owned()
    } else if let Some((parameter, _)) = columns
        .iter()
        .find(|(_, column)| matches!(column, ColumnRef::Name(name) if nameless(name)))
    {
        format!("the parameter {parameter:?} is mapped to a column without a name")
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::InvalidInput, reason))
}

/// The columns of `wanted`, by parameter, as ids. The service takes names in some places and ids in all, so names are
/// looked up: one request, and only if there is a name.
pub(crate) async fn resolve(
    client: &Client,
    table: TableId,
    wanted: &BTreeMap<String, ColumnRef>,
) -> Result<BTreeMap<String, ColumnId>, Error> {
    let by_name = wanted.values().any(|column| matches!(column, ColumnRef::Name(_)));
    let columns = if by_name {
        client.table(table).columns().await?
    } else {
        Vec::new()
    };
    wanted
        .iter()
        .map(|(parameter, column)| {
            let id = match column {
                ColumnRef::Id(id) => *id,
                ColumnRef::Name(name) => find(name, &columns).map_err(|reason| {
                    Error::new(
                        ErrorKind::InvalidInput,
                        format!("the parameter {parameter:?}: {reason}"),
                    )
                })?,
            };
            Ok((parameter.clone(), id))
        })
        .collect()
}

fn find(name: &str, columns: &[types::Column]) -> Result<ColumnId, String> {
    let mut found = columns.iter().filter(|column| column.name == name);
    match (found.next(), found.next()) {
        (Some(column), None) => Ok(column.identifier),
        (Some(_), Some(_)) => Err(format!(
            "the table has several columns {name:?}: give the column's id"
        )),
        (None, _) => {
            let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            Err(format!("the table has no column {name:?}; it has {names:?}"))
        }
    }
}
