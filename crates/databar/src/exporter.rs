//! The catalogue of exporters, which send rows of tables elsewhere. Those on a table are run as enrichments are; see
//! [`Table::add_exporter`](crate::Table::add_exporter).

use databar_api::builder::exporter::{GetExporter, ListExporters};

use crate::{Client, ExporterId};

/// A handle on an exporter of the catalogue; made by [`Client::exporter`] without a request.
#[derive(Debug, Clone)]
pub struct Exporter {
    client: Client,
    id: ExporterId,
}

impl Client {
    /// The exporters of the catalogue: [`stream`](ListExporters::stream) or [`all`](ListExporters::all) reads all pages.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// for exporter in databar.exporters().q("sheets").all().await? {
    ///     println!("{}: {}", exporter.id, exporter.name);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn exporters(&self) -> ListExporters {
        self.api().list_exporters()
    }

    /// A handle on the exporter with this id, without a request.
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

    /// What it needs, and the connections that it can use. With a connection, its fields that depend on one are there, too.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let exporter = &databar.exporters().all().await?[0];
    /// let exporter = databar.exporter(exporter.id).get().await?;
    /// println!("{} takes {} parameters", exporter.name, exporter.params.len());
    /// # Ok(()) });
    /// ```
    pub fn get(&self) -> GetExporter {
        self.client.api().get_exporter(self.id)
    }
}
