//! The catalogue of exporters, which send the rows of tables to other services. An exporter on a table runs
//! in the same way as an enrichment; see [`Table::add_exporter`](crate::Table::add_exporter).

use databar_api::builder::exporter::{GetExporter, ListExporters};

use crate::{Client, ExporterId};

/// A handle on an exporter of the catalogue, created by [`Client::exporter`] without a request.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// let found = databar.exporters().q("dealbook").all().await?;
/// let exporter = databar.exporter(found[0].id);
/// let detail = exporter.get().await?;
/// assert_eq!(detail.id, exporter.id());
/// assert_eq!(detail.params[0].name, "domain");
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
pub struct Exporter {
    client: Client,
    id: ExporterId,
}

impl Client {
    /// Lists the exporters of the catalogue. [`stream`](ListExporters::stream) and
    /// [`all`](ListExporters::all) read all pages.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let found = databar.exporters().q("webhook").all().await?;
    /// assert_eq!(found[0].name, "Webhook");
    /// # Ok(()) });
    /// ```
    pub fn exporters(&self) -> ListExporters {
        self.api().list_exporters()
    }

    /// Returns a handle on the exporter with this id, without a request.
    #[must_use]
    pub fn exporter(&self, id: ExporterId) -> Exporter {
        Exporter {
            client: self.clone(),
            id,
        }
    }
}

impl Exporter {
    /// The exporter's id in the catalogue.
    #[must_use]
    pub fn id(&self) -> ExporterId {
        self.id
    }

    /// Reads the exporter's parameters and the connections that it can use. If a connection is given, the
    /// answer also has the fields that depend on it.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let exporter = databar.exporter(databar.exporters().q("dealbook").all().await?[0].id);
    /// let connection = exporter.get().await?.authorization.connections[0].id;
    /// let detail = exporter.get().authorization(connection).await?;
    /// assert_eq!(detail.additional_params[0].name, "lifecycle_stage");
    /// # Ok(()) });
    /// ```
    pub fn get(&self) -> GetExporter {
        self.client.api().get_exporter(self.id)
    }
}
