//! Putting an enrichment or a waterfall on a table.

use std::collections::BTreeMap;

use databar_api::types;
use futures::future::BoxFuture;

use crate::{
    Client, ColumnRef, EnrichmentId, Error, ErrorKind, TableEnrichmentId, TableId, WaterfallId, mapping,
};

/// An enrichment or waterfall that is on a table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableEnrichment {
    /// The id to run it with: not the one it has in the catalogue.
    pub id: TableEnrichmentId,
    /// Its name.
    pub name: String,
}

/// An enrichment to be put on a table; made by [`Table::add_enrichment`](crate::Table::add_enrichment), sent when it is
/// awaited.
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`], before the request, when nothing is mapped, when a parameter or a column has no name, and
/// when the table has no such column or several of that name (which it is asked for);
/// [`is_not_found`](Error::is_not_found) when there is no such table or enrichment;
/// [`is_validation`](Error::is_validation) when a parameter is missing or wrong. It is sent once; see
/// [`Error::may_have_run`].
#[derive(Debug, Clone)]
#[must_use = "nothing is added until it is awaited"]
pub struct AddEnrichment {
    client: Client,
    table: TableId,
    enrichment: EnrichmentId,
    columns: BTreeMap<String, ColumnRef>,
    values: BTreeMap<String, String>,
    on_update: bool,
}

impl AddEnrichment {
    pub(crate) fn new(client: Client, table: TableId, enrichment: EnrichmentId) -> Self {
        Self {
            client,
            table,
            enrichment,
            columns: BTreeMap::new(),
            values: BTreeMap::new(),
            on_update: false,
        }
    }

    /// Takes a parameter from a column: by its name, which is looked up, or by its id. A parameter that is mapped twice
    /// has the later mapping.
    pub fn map_column(mut self, parameter: impl Into<String>, column: impl Into<ColumnRef>) -> Self {
        let parameter = parameter.into();
        self.values.remove(&parameter);
        self.columns.insert(parameter, column.into());
        self
    }

    /// Gives a parameter the same value in every row.
    pub fn map_value(mut self, parameter: impl Into<String>, value: impl Into<String>) -> Self {
        let parameter = parameter.into();
        self.columns.remove(&parameter);
        self.values.insert(parameter, value.into());
        self
    }

    /// Runs it by itself on a row when a mapped column of the row changes: **each time this spends credits**. Without
    /// this call it runs only when it is told to.
    pub fn run_on_update(mut self) -> Self {
        self.on_update = true;
        self
    }

    async fn send(self) -> Result<TableEnrichment, Error> {
        if self.columns.is_empty() && self.values.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the enrichment has no inputs: map its parameters with map_column or map_value",
            ));
        }
        mapping::check(&self.columns, self.values.keys())?;
        let columns = mapping::resolve(&self.client, self.table, &self.columns).await?;
        let columns = columns.into_iter().map(|(parameter, id)| {
            let entry = types::MappingEntry::new(types::MappingEntryType::Mapping, id.to_string());
            (parameter, entry)
        });
        let values = self.values.into_iter().map(|(parameter, value)| {
            let entry = types::MappingEntry::new(types::MappingEntryType::Simple, value);
            (parameter, entry)
        });
        let strategy = if self.on_update {
            types::AddEnrichmentRequestLaunchStrategy::RunOnUpdate
        } else {
            types::AddEnrichmentRequestLaunchStrategy::RunOnClick
        };
        let mapping = columns.chain(values);
        let request = self
            .client
            .api()
            .add_table_enrichment(self.table, self.enrichment, mapping);
        let added = request.launch_strategy(strategy).await?;
        Ok(TableEnrichment {
            id: added.id,
            name: added.enrichment_name,
        })
    }
}

impl IntoFuture for AddEnrichment {
    type Output = Result<TableEnrichment, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// A waterfall to be put on a table; made by [`Table::add_waterfall`](crate::Table::add_waterfall), sent when it is
/// awaited.
///
/// # Errors
///
/// Those of [`AddEnrichment`], and [`ErrorKind::InvalidInput`] when the list of [`providers`](Self::providers) is empty.
#[derive(Debug, Clone)]
#[must_use = "nothing is added until it is awaited"]
pub struct AddWaterfall {
    client: Client,
    table: TableId,
    waterfall: WaterfallId,
    columns: BTreeMap<String, ColumnRef>,
    providers: Option<Vec<EnrichmentId>>,
    email_verifier: Option<EnrichmentId>,
}

impl AddWaterfall {
    pub(crate) fn new(client: Client, table: TableId, waterfall: WaterfallId) -> Self {
        Self {
            client,
            table,
            waterfall,
            columns: BTreeMap::new(),
            providers: None,
            email_verifier: None,
        }
    }

    /// Takes a parameter from a column: by its name, which is looked up, or by its id.
    pub fn map_column(mut self, parameter: impl Into<String>, column: impl Into<ColumnRef>) -> Self {
        self.columns.insert(parameter.into(), column.into());
        self
    }

    /// The providers to ask, in this order. Without this call: those that are on by default, in their usual order. An
    /// empty list is an error, because the service would take it for no list at all.
    pub fn providers(mut self, enrichments: impl IntoIterator<Item = EnrichmentId>) -> Self {
        self.providers = Some(enrichments.into_iter().collect());
        self
    }

    /// Has found addresses checked by this enrichment, one of the waterfall's `email_verifiers`.
    pub fn email_verifier(mut self, enrichment: EnrichmentId) -> Self {
        self.email_verifier = Some(enrichment);
        self
    }

    async fn send(self) -> Result<TableEnrichment, Error> {
        if self.columns.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the waterfall has no inputs: map its parameters with map_column",
            ));
        }
        if self.providers.as_ref().is_some_and(Vec::is_empty) {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the list of providers is empty; leave `providers` out to ask those that are on by default",
            ));
        }
        mapping::check(&self.columns, [])?;
        let columns = mapping::resolve(&self.client, self.table, &self.columns).await?;
        let mapping = columns
            .into_iter()
            .map(|(parameter, id)| (parameter, id.to_string()));
        let mut request = self
            .client
            .api()
            .add_table_waterfall(self.table, self.waterfall, mapping);
        if let Some(providers) = self.providers {
            request = request.enrichments(providers);
        }
        if let Some(verifier) = self.email_verifier {
            request = request.email_verifier(verifier);
        }
        let added = request.await?;
        Ok(TableEnrichment {
            id: added.id,
            name: added.waterfall_name,
        })
    }
}

impl IntoFuture for AddWaterfall {
    type Output = Result<TableEnrichment, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
