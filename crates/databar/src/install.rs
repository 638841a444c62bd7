//! Adds enrichments, waterfalls and exporters to a table, and changes them.

use std::collections::BTreeMap;

use databar_api::builder::table::{
    ListTableEnrichments, ListTableExporters, ListTableWaterfalls, UpdateTableEnrichment,
};
use databar_api::types;
use futures::future::BoxFuture;

use crate::invalid::invalid;
use crate::mapping::Mapping;
use crate::run::no_providers;
use crate::table::Table;
use crate::{ColumnRef, EnrichmentId, Error, ExporterId, TableEnrichmentId, TableExporterId, WaterfallId};

/// An enrichment or a waterfall that was added to a table.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("Companies").columns(["Domain"]).await?;
/// use databar::EnrichmentId;
///
/// let added = table.add_enrichment(EnrichmentId(123)).map_column("domain", "Domain").await?;
/// assert_eq!(added.name, "Company data");
/// let listed = table.enrichments().await?;
/// assert_eq!(listed[0].id, added.id);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableEnrichment {
    /// The id to run it with. This is not its id in the catalogue.
    pub id: TableEnrichmentId,
    /// The displayed name.
    pub name: String,
}

/// An exporter that was added to a table.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("Leads").columns(["Email"]).await?;
/// use databar::ExporterId;
///
/// let added = table.add_exporter(ExporterId(51)).map_value("url", "https://hooks.example").await?;
/// assert_eq!(added.name, "Webhook");
/// assert_eq!(table.exporters().await?[0].id, added.id);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableExporter {
    /// The id to run it with. This is not its id in the catalogue.
    pub id: TableExporterId,
    /// The displayed name.
    pub name: String,
}

impl Table {
    /// Adds an enrichment of the catalogue to the table, to be run with [`run`](Self::run). The methods of
    /// [`AddEnrichment`] map its inputs and set options; await it to send the request.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Companies").columns(["Domain"]).await?;
    /// # table.insert([serde_json::json!({ "Domain": "stripe.com" })]).await?;
    /// use databar::EnrichmentId;
    ///
    /// let added = table.add_enrichment(EnrichmentId(123)).map_column("domain", "Domain").await?;
    /// let run = table.run(added.id).only_empty().await?;
    /// assert_eq!(run.processing_rows, Some(1));
    /// # Ok(()) });
    /// ```
    ///
    /// `add_enrichment` takes the id in the catalogue. The id that an enrichment has on the table does not
    /// compile:
    ///
    /// ```compile_fail
    /// # use databar::{EnrichmentId, Table, TableEnrichmentId};
    /// # fn example(table: Table) {
    /// let add = table.add_enrichment(TableEnrichmentId::from_number(123));
    /// # }
    /// ```
    pub fn add_enrichment(&self, enrichment: EnrichmentId) -> AddEnrichment {
        AddEnrichment {
            table: self.clone(),
            enrichment,
            mapping: Mapping::default(),
            on_update: false,
        }
    }

    /// Adds a waterfall to the table, which asks several providers in turn until one has a result. The
    /// methods of [`AddWaterfall`] map its inputs and set options; await it to send the request.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("People").columns(["First", "Last", "Company"]).await?;
    /// use databar::WaterfallId;
    ///
    /// let added = table
    ///     .add_waterfall(WaterfallId::new("email_getter")?)
    ///     .map_column("first_name", "First")
    ///     .map_column("last_name", "Last")
    ///     .map_column("company", "Company")
    ///     .await?;
    /// assert_eq!(table.waterfalls().await?[0].id, added.id);
    /// # Ok(()) });
    /// ```
    pub fn add_waterfall(&self, waterfall: WaterfallId) -> AddWaterfall {
        AddWaterfall {
            table: self.clone(),
            waterfall,
            mapping: Mapping::default(),
            providers: None,
            email_verifier: None,
        }
    }

    /// Adds an exporter of the catalogue to the table, to be run with [`run`](Self::run): the service runs
    /// exporters in the same way as enrichments. The methods of [`AddExporter`] map its inputs and set
    /// options; await it to send the request.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// # table.insert([serde_json::json!({ "Email": "ada@example.com" })]).await?;
    /// use databar::ExporterId;
    ///
    /// let add = table.add_exporter(ExporterId(51)).map_value("url", "https://hooks.example/leads");
    /// let added = add.await?;
    /// let run = table.run(added.id).await?;
    /// assert_eq!(run.processing_rows, Some(1));
    /// # Ok(()) });
    /// ```
    pub fn add_exporter(&self, exporter: ExporterId) -> AddExporter {
        AddExporter {
            table: self.clone(),
            exporter,
            mapping: Mapping::default(),
            additional: Mapping::default(),
            on_update: false,
            connection: None,
            body_template: None,
        }
    }

    /// Lists the enrichments on the table.
    pub fn enrichments(&self) -> ListTableEnrichments {
        self.client().api().list_table_enrichments(self.id())
    }

    /// Lists the waterfalls on the table.
    pub fn waterfalls(&self) -> ListTableWaterfalls {
        self.client().api().list_table_waterfalls(self.id())
    }

    /// Lists the exporters on the table.
    pub fn exporters(&self) -> ListTableExporters {
        self.client().api().list_table_exporters(self.id())
    }

    /// Changes the mapping of an enrichment on the table, or when it runs.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Companies").columns(["Domain"]).await?;
    /// # let add = table.add_enrichment(databar::EnrichmentId(123)).map_column("domain", "Domain");
    /// # let added = add.await?;
    /// use databar::types::UpdateTableEnrichmentRequestLaunchStrategy::RunOnUpdate;
    ///
    /// let updated = table.update_enrichment(&added.id).launch_strategy(RunOnUpdate).await?;
    /// assert_eq!(updated.id, added.id);
    /// # Ok(()) });
    /// ```
    pub fn update_enrichment(&self, enrichment: impl Into<TableEnrichmentId>) -> UpdateTableEnrichment {
        let api = self.client().api();
        api.update_table_enrichment(self.id(), enrichment.into())
    }
}

/// A request to add an enrichment to a table, created by [`Table::add_enrichment`]. Awaiting it sends the
/// request.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("People").columns(["Phone"]).await?;
/// use databar::EnrichmentId;
///
/// let phone = table.columns().await?[0].identifier;
/// let added = table
///     .add_enrichment(EnrichmentId(212))
///     .map_column("phone", phone) // or by its name, "Phone"
///     .map_value("country", "DE")
///     .run_on_update()
///     .await?;
/// assert_eq!(added.name, "Phone validation");
/// # Ok(()) });
/// ```
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput), before the request, when nothing is mapped,
/// when a parameter or a column has no name, and when no column or several columns of the table have a given
/// name (the table's columns are requested for this); [`is_not_found`](Error::is_not_found) when the table or
/// the enrichment does not exist; [`is_validation`](Error::is_validation) when a parameter is missing or
/// wrong. It is sent once; see [`Error::may_have_run`].
#[derive(Debug, Clone)]
#[must_use = "nothing is added until it is awaited"]
pub struct AddEnrichment {
    table: Table,
    enrichment: EnrichmentId,
    mapping: Mapping,
    on_update: bool,
}

/// The mapping methods, which enrichments and exporters have in common.
macro_rules! mapped {
    ($add:ident) => {
        impl $add {
            /// Maps a parameter to a column, given by its id or by its name, which is looked up. The last
            /// mapping of a parameter counts.
            pub fn map_column(mut self, parameter: impl Into<String>, column: impl Into<ColumnRef>) -> Self {
                self.mapping.column(parameter.into(), column.into());
                self
            }

            /// Sets a parameter to the same value in every row.
            pub fn map_value(mut self, parameter: impl Into<String>, value: impl Into<String>) -> Self {
                self.mapping.value(parameter.into(), value.into());
                self
            }

            /// Also runs it on a row whenever a mapped column of the row changes: **each run costs credits**.
            /// Default: it runs only when you run it.
            pub fn run_on_update(mut self) -> Self {
                self.on_update = true;
                self
            }
        }
    };
}

mapped!(AddEnrichment);
mapped!(AddExporter);

impl AddEnrichment {
    async fn send(self) -> Result<TableEnrichment, Error> {
        if self.mapping.is_empty() {
            return Err(invalid(
                "the enrichment has no inputs: map its parameters with map_column or map_value",
            ));
        }
        let mapping = self.mapping.entries(&self.table).await?;
        let strategy = match self.on_update {
            true => types::AddEnrichmentRequestLaunchStrategy::RunOnUpdate,
            false => types::AddEnrichmentRequestLaunchStrategy::RunOnClick,
        };
        let api = self.table.client().api();
        let request = api.add_table_enrichment(self.table.id(), self.enrichment, mapping);
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

/// A request to add an exporter to a table, created by [`Table::add_exporter`]. Awaiting it sends the
/// request.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("Companies").columns(["Domain", "Owner"]).await?;
/// use databar::ExporterId;
///
/// let exporter = databar.exporter(ExporterId(52)).get().await?;
/// let added = table
///     .add_exporter(exporter.id)
///     .connection(exporter.authorization.connections[0].id)
///     .map_column("domain", "Domain")
///     .map_additional_column("owner", "Owner")
///     .map_additional_value("lifecycle_stage", "lead")
///     .run_on_update()
///     .await?;
/// assert_eq!(added.name, "Dealbook companies");
/// # Ok(()) });
/// ```
///
/// # Errors
///
/// The same as for [`AddEnrichment`].
#[derive(Debug, Clone)]
#[must_use = "nothing is added until it is awaited"]
pub struct AddExporter {
    table: Table,
    exporter: ExporterId,
    mapping: Mapping,
    additional: Mapping,
    on_update: bool,
    connection: Option<i64>,
    body_template: Option<String>,
}

impl AddExporter {
    /// Maps a field that depends on the connection to a column. The fields are the exporter's
    /// `additional_params`.
    pub fn map_additional_column(mut self, field: impl Into<String>, column: impl Into<ColumnRef>) -> Self {
        self.additional.column(field.into(), column.into());
        self
    }

    /// Sets a field that depends on the connection to the same value in every row.
    pub fn map_additional_value(mut self, field: impl Into<String>, value: impl Into<String>) -> Self {
        self.additional.value(field.into(), value.into());
        self
    }

    /// Sets the connection to export through, one of the exporter's `authorization.connections`. Default: the
    /// first one.
    pub fn connection(mut self, id: i64) -> Self {
        self.connection = Some(id);
        self
    }

    /// Sets the body that is sent for a row. A column's internal name in braces is replaced by the row's
    /// cell.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// use databar::ExporterId;
    ///
    /// let email = &table.columns().await?[0].internal_name;
    /// let added = table
    ///     .add_exporter(ExporterId(51))
    ///     .map_value("url", "https://hooks.example/leads")
    ///     .body_template(format!(r#"{{ "email": "{{{email}}}" }}"#))
    ///     .await?;
    /// assert_eq!(table.exporters().await?[0].id, added.id);
    /// # Ok(()) });
    /// ```
    pub fn body_template(mut self, template: impl Into<String>) -> Self {
        self.body_template = Some(template.into());
        self
    }

    async fn send(self) -> Result<TableExporter, Error> {
        if self.mapping.is_empty() && self.body_template.is_none() {
            return Err(invalid(
                "the exporter has no inputs: map its parameters with map_column or map_value",
            ));
        }
        let mapping = self.mapping.entries(&self.table).await?;
        let strategy = match self.on_update {
            true => types::AddExporterRequestLaunchStrategy::RunOnUpdate,
            false => types::AddExporterRequestLaunchStrategy::RunOnClick,
        };
        let api = self.table.client().api();
        let request = api.add_table_exporter(self.table.id(), self.exporter, mapping);
        let mut request = request.launch_strategy(strategy);
        if !self.additional.is_empty() {
            request = request.additional_mapping(self.additional.entries(&self.table).await?);
        }
        if let Some(connection) = self.connection {
            request = request.authorization(connection);
        }
        if let Some(template) = self.body_template {
            request = request.custom_body_template(template);
        }
        let added = request.await?;
        Ok(TableExporter {
            id: added.id,
            name: added.exporter_name,
        })
    }
}

impl IntoFuture for AddExporter {
    type Output = Result<TableExporter, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// A request to add a waterfall to a table, created by [`Table::add_waterfall`]. Awaiting it sends the
/// request.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("People").columns(["First", "Last", "Company"]).await?;
/// use databar::{EnrichmentId, WaterfallId};
///
/// let finder = databar.waterfall(WaterfallId::new("email_getter")?).get().await?;
/// let added = table
///     .add_waterfall(finder.identifier)
///     .map_column("first_name", "First")
///     .map_column("last_name", "Last")
///     .map_column("company", "Company")
///     .providers([EnrichmentId(1204), EnrichmentId(833)])
///     .email_verifier(EnrichmentId(10))
///     .await?;
/// assert_eq!(added.name, finder.name);
/// # Ok(()) });
/// ```
///
/// # Errors
///
/// The same as for [`AddEnrichment`], and [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) when
/// the list of [`providers`](Self::providers) is empty.
#[derive(Debug, Clone)]
#[must_use = "nothing is added until it is awaited"]
pub struct AddWaterfall {
    table: Table,
    waterfall: WaterfallId,
    mapping: Mapping,
    providers: Option<Vec<EnrichmentId>>,
    email_verifier: Option<EnrichmentId>,
}

impl AddWaterfall {
    /// Maps a parameter to a column, given by its id or by its name, which is looked up.
    pub fn map_column(mut self, parameter: impl Into<String>, column: impl Into<ColumnRef>) -> Self {
        self.mapping.column(parameter.into(), column.into());
        self
    }

    /// Sets the providers to ask, in this order. Default: those that are enabled by default, in their usual
    /// order. An empty list is an error, because the service treats it as no list at all.
    pub fn providers(mut self, enrichments: impl IntoIterator<Item = EnrichmentId>) -> Self {
        self.providers = Some(enrichments.into_iter().collect());
        self
    }

    /// Sets the enrichment that checks the addresses found: one of the waterfall's `email_verifiers`.
    pub fn email_verifier(mut self, enrichment: EnrichmentId) -> Self {
        self.email_verifier = Some(enrichment);
        self
    }

    async fn send(self) -> Result<TableEnrichment, Error> {
        if self.mapping.is_empty() {
            return Err(invalid(
                "the waterfall has no inputs: map its parameters with map_column",
            ));
        }
        if self.providers.as_ref().is_some_and(Vec::is_empty) {
            return Err(no_providers());
        }
        let columns: BTreeMap<_, _> = self.mapping.columns(&self.table).await?;
        let mapping = columns
            .into_iter()
            .map(|(parameter, id)| (parameter, id.to_string()));
        let api = self.table.client().api();
        let mut request = api.add_table_waterfall(self.table.id(), self.waterfall, mapping);
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
