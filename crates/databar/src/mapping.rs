//! Maps the inputs of an enrichment on a table to columns or fixed values.

use std::collections::BTreeMap;

use databar_api::types;

use crate::invalid::invalid;
use crate::table::Table;
use crate::{ColumnId, Error};

/// A column, by id or by its displayed name.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("Leads").columns(["Email"]).await?;
/// use databar::{ColumnRef, EnrichmentId};
///
/// let id = table.columns().await?[0].identifier;
/// for column in [ColumnRef::from(id), ColumnRef::from("Email")] {
///     table.add_enrichment(EnrichmentId(210)).map_column("email", column).await?;
/// }
/// assert_eq!(table.enrichments().await?.len(), 2);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnRef {
    /// The column with this id. The id is sent as it is.
    Id(ColumnId),
    /// The column with this name. The id is looked up in the table before the request.
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

/// The columns and values that parameters are mapped to, by the names of the parameters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mapping {
    columns: BTreeMap<String, ColumnRef>,
    values: BTreeMap<String, String>,
}

impl Mapping {
    pub(crate) fn is_empty(&self) -> bool {
        self.columns.is_empty() && self.values.is_empty()
    }

    pub(crate) fn column(&mut self, parameter: String, column: ColumnRef) {
        self.values.remove(&parameter);
        self.columns.insert(parameter, column);
    }

    pub(crate) fn value(&mut self, parameter: String, value: String) {
        self.columns.remove(&parameter);
        self.values.insert(parameter, value);
    }

    /// The columns by parameter, as ids.
    pub(crate) async fn columns(&self, table: &Table) -> Result<BTreeMap<String, ColumnId>, Error> {
        self.check()?;
        self.resolve(table).await
    }

    /// The whole mapping, in the form that enrichments and exporters take.
    pub(crate) async fn entries(
        &self,
        table: &Table,
    ) -> Result<BTreeMap<String, types::MappingEntry>, Error> {
        let columns = self.columns(table).await?.into_iter().map(|(parameter, id)| {
            let entry = types::MappingEntry::new(types::MappingEntryType::Mapping, id.to_string());
            (parameter, entry)
        });
        let values = self.values.iter().map(|(parameter, value)| {
            let entry = types::MappingEntry::new(types::MappingEntryType::Simple, value);
            (parameter.clone(), entry)
        });
        Ok(columns.chain(values).collect())
    }

    /// Refuses a parameter or a column without a name, before any request.
    fn check(&self) -> Result<(), Error> {
        let nameless = |name: &str| name.trim().is_empty();
        let mut parameters = self.columns.keys().chain(self.values.keys());
        let reason = if parameters.any(|parameter| nameless(parameter)) {
            "the mapping has a parameter without a name".to_owned()
        } else if let Some((parameter, _)) = self
            .columns
            .iter()
            .find(|(_, column)| matches!(column, ColumnRef::Name(name) if nameless(name)))
        {
            format!("the parameter {parameter:?} is mapped to a column without a name")
        } else {
            return Ok(());
        };
        Err(invalid(reason))
    }

    /// Looks up the names of columns, because the service takes ids everywhere, but names only in some
    /// places. Sends one request if there is a name, otherwise none.
    async fn resolve(&self, table: &Table) -> Result<BTreeMap<String, ColumnId>, Error> {
        let is_name = |column: &ColumnRef| matches!(column, ColumnRef::Name(_));
        let columns = match self.columns.values().any(is_name) {
            true => table.columns().await?,
            false => Vec::new(),
        };
        self.columns
            .iter()
            .map(|(parameter, column)| {
                let id = match column {
                    ColumnRef::Id(id) => *id,
                    ColumnRef::Name(name) => find(name, &columns)
                        .map_err(|reason| invalid(format!("the parameter {parameter:?}: {reason}")))?,
                };
                Ok((parameter.clone(), id))
            })
            .collect()
    }
}

fn find(name: &str, columns: &[types::Column]) -> Result<ColumnId, String> {
    let mut found = columns.iter().filter(|column| column.name == name);
    match (found.next(), found.next()) {
        (Some(column), None) => Ok(column.identifier),
        (Some(_), Some(_)) => Err(format!(
            "the table has several columns {name:?}; give the column's id"
        )),
        (None, _) => {
            let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            Err(format!("the table has no column {name:?}; it has {names:?}"))
        }
    }
}
