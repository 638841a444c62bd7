//! Connectors: the user's own HTTP endpoints, which can serve as enrichments and exporters.

use databar_api::builder::connector::{
    CreateConnector, DeleteConnector, GetConnector, ListConnectors, ReplaceConnector,
};
use databar_api::types;

use crate::created::Create;
use crate::{Client, ConnectorId};

/// A handle on a connector, created by [`Client::connector`] without a request.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// let created = databar.create_connector("Scores", "get", "https://scores.example/v1").await?;
/// let listed = databar.connectors().await?;
/// assert_eq!(listed[0].id, created.id());
///
/// // Later, from the id alone.
/// let connector = databar.connector(listed[0].id);
/// assert_eq!(connector.get().await?.url, "https://scores.example/v1");
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
pub struct Connector {
    client: Client,
    id: ConnectorId,
}

impl Client {
    /// Lists all connectors of the workspace.
    pub fn connectors(&self) -> ListConnectors {
        self.api().list_connectors()
    }

    /// Returns a handle on the connector with this id, without a request.
    #[must_use]
    pub fn connector(&self, id: ConnectorId) -> Connector {
        Connector {
            client: self.clone(),
            id,
        }
    }

    /// Creates a connector from a name of at most 256 characters, the HTTP method, and a URL of at most 512
    /// characters.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use databar::types::NameValue;
    ///
    /// let scores = databar
    ///     .create_connector("Scores", "get", "https://scores.example/v1")
    ///     .with(|connector| connector.parameters([NameValue::new("domain")]).rate_limit(10))
    ///     .await?;
    /// assert_eq!(scores.data.parameters[0].name, "domain");
    /// assert_eq!(scores.data.rate_limit, Some(10));
    /// # Ok(()) });
    /// ```
    pub fn create_connector(
        &self,
        name: impl Into<String>,
        method: impl Into<String>,
        url: impl Into<String>,
    ) -> Create<CreateConnector, Connector, types::Connector> {
        let (client, request) = (self.clone(), self.api().create_connector(name, method, url));
        Create::new(request, move |connector: &types::Connector| {
            Ok(client.connector(connector.id))
        })
    }
}

impl Connector {
    /// The connector's id.
    #[must_use]
    pub fn id(&self) -> ConnectorId {
        self.id
    }

    /// Reads the connector.
    pub fn get(&self) -> GetConnector {
        self.client.api().get_connector(self.id)
    }

    /// Replaces the whole connector. Options that are not set again are lost.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let connector = databar.create_connector("Scores", "get", "https://scores.example/v1").await?;
    /// connector.replace("Scores", "post", "https://scores.example/v2").await?;
    /// assert_eq!(connector.get().await?.method, "post");
    /// # Ok(()) });
    /// ```
    pub fn replace(
        &self,
        name: impl Into<String>,
        method: impl Into<String>,
        url: impl Into<String>,
    ) -> ReplaceConnector {
        self.client.api().replace_connector(self.id, name, method, url)
    }

    /// Deletes the connector.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let connector = databar.create_connector("Scores", "get", "https://scores.example/v1").await?;
    /// connector.delete().await?;
    /// assert!(databar.connectors().await?.is_empty());
    /// # Ok(()) });
    /// ```
    pub fn delete(&self) -> DeleteConnector {
        self.client.api().delete_connector(self.id)
    }
}
