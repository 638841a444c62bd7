//! A table: a handle on its id, from which everything that happens in a table starts.

use std::collections::BTreeSet;

use databar_api::types;
use futures::future::BoxFuture;
use serde::Serialize;

use crate::{
    AddEnrichment, AddWaterfall, Client, EnrichmentId, Error, ErrorKind, Insert, Rows, RunTableEnrichment,
    TableEnrichment, TableEnrichmentId, TableId, WaterfallId,
};

/// A handle on a table; made by [`Client::table`] without a request.
#[derive(Debug, Clone)]
pub struct Table {
    client: Client,
    id: TableId,
}

impl Table {
    pub(crate) fn new(client: Client, id: TableId) -> Self {
        Self { client, id }
    }

    /// The table's id.
    #[must_use]
    pub fn id(&self) -> TableId {
        self.id
    }

    /// The columns of the table, in its order.
    ///
    /// # Errors
    ///
    /// [`Error`] when the request fails; [`is_not_found`](Error::is_not_found) when there is no such table.
    pub async fn columns(&self) -> Result<Vec<types::Column>, Error> {
        self.client.api().list_columns(self.id).await
    }

    /// The rows, to be filtered and read.
    pub fn rows(&self) -> Rows {
        Rows::new(self.client.clone(), self.id)
    }

    /// Inserts any number of rows, in batches. A row is anything that serialises to a JSON object with a member for each
    /// column, by the column's name. Options are methods of [`Insert`]; await it to send it.
    pub fn insert<R>(&self, rows: R) -> Insert
    where
        R: IntoIterator,
        R::Item: Serialize,
    {
        Insert::new(self.client.clone(), self.id, rows)
    }

    /// Puts an enrichment of the catalogue on the table, to be run with [`run`](Self::run). The mapping of its inputs and
    /// the options are methods of [`AddEnrichment`]; await it to send it.
    ///
    /// It takes the id of the catalogue; the id that the enrichment has on the table does not compile:
    ///
    /// ```
    /// # use databar::{EnrichmentId, Table, TableEnrichmentId};
    /// # fn example(table: Table) {
    /// let add = table.add_enrichment(EnrichmentId(123));
    /// # }
    /// ```
    /// ```compile_fail
    /// # use databar::{EnrichmentId, Table, TableEnrichmentId};
    /// # fn example(table: Table) {
    /// let add = table.add_enrichment(TableEnrichmentId::from(123));
    /// # }
    /// ```
    pub fn add_enrichment(&self, enrichment: EnrichmentId) -> AddEnrichment {
        AddEnrichment::new(self.client.clone(), self.id, enrichment)
    }

    /// Puts a waterfall on the table: several providers in turn until one has a result. The mapping of its inputs and the
    /// options are methods of [`AddWaterfall`]; await it to send it.
    pub fn add_waterfall(&self, waterfall: WaterfallId) -> AddWaterfall {
        AddWaterfall::new(self.client.clone(), self.id, waterfall)
    }

    /// The enrichments that are on the table.
    ///
    /// # Errors
    ///
    /// [`Error`] when the request fails, or when an entry has an id that is no number.
    pub async fn enrichments(&self) -> Result<Vec<TableEnrichment>, Error> {
        let list = self.client.api().list_table_enrichments(self.id).await?;
        Ok(list
            .into_iter()
            .map(|entry| TableEnrichment {
                id: entry.id,
                name: entry.name,
            })
            .collect())
    }

    /// Runs an enrichment or a waterfall that is on the table: **this spends credits**. Which rows it is run on is said by
    /// methods of [`RunTableEnrichment`]; await it to send it.
    ///
    /// It takes the id that the enrichment has on the table; the id of the catalogue does not compile:
    ///
    /// ```
    /// # use databar::{EnrichmentId, Table, TableEnrichmentId};
    /// # fn example(table: Table) {
    /// let run = table.run(TableEnrichmentId::from(42)).only_empty();
    /// # }
    /// ```
    /// ```compile_fail
    /// # use databar::{EnrichmentId, Table, TableEnrichmentId};
    /// # fn example(table: Table) {
    /// let run = table.run(EnrichmentId(42)).only_empty();
    /// # }
    /// ```
    pub fn run(&self, enrichment: impl Into<TableEnrichmentId>) -> RunTableEnrichment {
        RunTableEnrichment::new(self.client.clone(), self.id, enrichment.into())
    }
}

/// A table to be created; made by [`Client::create_table`], created when it is awaited.
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`], before any request, when the table or a column has no name, or two columns have the same
/// one; otherwise [`Error`] when the request fails. It is sent once; see [`Error::may_have_run`].
#[derive(Debug, Clone)]
#[must_use = "no table is created until it is awaited"]
pub struct CreateTable {
    client: Client,
    name: String,
    columns: Vec<String>,
    rows: u32,
}

impl CreateTable {
    pub(crate) fn new(client: Client, name: String) -> Self {
        Self {
            client,
            name,
            columns: Vec::new(),
            rows: 0,
        }
    }

    /// The names of its columns, in order. Without this call the table has none.
    pub fn columns<C>(mut self, names: C) -> Self
    where
        C: IntoIterator,
        C::Item: Into<String>,
    {
        self.columns = names.into_iter().map(Into::into).collect();
        self
    }

    /// The number of empty rows that it starts with; 0 without this call.
    pub fn empty_rows(mut self, rows: u32) -> Self {
        self.rows = rows;
        self
    }

    async fn send(self) -> Result<types::Table, Error> {
        if self.name.trim().is_empty() {
            return Err(Error::new(ErrorKind::InvalidInput, "a table needs a name"));
        }
        let mut seen = BTreeSet::new();
        for (index, name) in self.columns.iter().enumerate() {
            let reason = if name.trim().is_empty() {
                format!("column {index} (from 0) has no name")
            } else if !seen.insert(name.as_str()) {
                format!("two columns have the name {name:?}")
            } else {
                continue;
            };
            return Err(Error::new(ErrorKind::InvalidInput, reason));
        }
        let request = self.client.api().create_table().name(self.name);
        request.columns(self.columns).rows(i64::from(self.rows)).await
    }
}

impl IntoFuture for CreateTable {
    type Output = Result<types::Table, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl Client {
    /// A handle on the table with this id, without a request.
    pub fn table(&self, id: impl Into<TableId>) -> Table {
        Table::new(self.clone(), id.into())
    }

    /// All tables of the workspace.
    ///
    /// # Errors
    ///
    /// [`Error`] when the request fails.
    pub async fn tables(&self) -> Result<Vec<types::Table>, Error> {
        self.api().list_tables().await
    }

    /// Creates a table. Its columns are said by a method of [`CreateTable`]; await it to send it.
    ///
    /// ```
    /// # async fn example(databar: databar::Client) -> Result<(), databar::Error> {
    /// let created = databar.create_table("Leads").columns(["Company", "Domain"]).await?;
    /// let table = databar.table(created.identifier);
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_table(&self, name: impl Into<String>) -> CreateTable {
        CreateTable::new(self.clone(), name.into())
    }
}
