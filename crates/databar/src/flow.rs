//! Flows, which are saved pipelines of several steps, with their versions and runs.

use databar_api::builder::flow::{
    CreateFlow, DeleteFlow, EstimateFlowCost, GetFlow, GetFlowVersion, ListFlowVersions, ListFlows,
    ReplaceFlow, RestoreFlowVersion, UpdateFlow, UpdateFlowConfig, ValidateFlowConfig,
};
use databar_api::types;
use serde::Serialize;
use serde_json::Value;

use crate::created::Create;
use crate::price::Price;
use crate::run::{BulkRunFlow, Run, RunFlow, Subject};
use crate::{Client, Error, ErrorKind, FlowId};

/// A handle on a flow, created by [`Client::flow`] without a request.
///
/// Each state of a flow has a token, `internal_version`. A change with an outdated token fails with a
/// [conflict](crate::Error::is_conflict) and has no effect, because somebody else changed the flow in the
/// meantime.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let config = databar_sandbox::example_flow();
/// let created = databar.create_flow("Find emails", &config).await?;
/// let kept = created.id().clone();
///
/// // Later, from the id alone.
/// let flow = databar.flow(kept);
/// let seen = flow.get().await?;
/// assert_eq!(seen.name, "Find emails");
/// let token = seen.internal_version.ok_or("the flow has no token")?;
/// let updated = flow.update().name("Find work emails").internal_version(&token).await?;
/// assert_ne!(updated.internal_version, Some(token));
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
pub struct Flow {
    client: Client,
    id: FlowId,
}

impl Client {
    /// Lists all flows of the workspace.
    pub fn flows(&self) -> ListFlows {
        self.api().list_flows()
    }

    /// Returns a handle on the flow with this id, without a request.
    #[must_use]
    pub fn flow(&self, id: FlowId) -> Flow {
        Flow {
            client: self.clone(),
            id,
        }
    }

    /// Creates a flow from its graph, an object with inputs, nodes and outputs. The service refuses an
    /// invalid graph; see [`validate_flow`](Self::validate_flow).
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let config = databar_sandbox::example_flow();
    /// let flow = databar.create_flow("Find emails", &config).await?;
    /// assert_eq!(databar.flows().await?[0].id, *flow.id());
    /// # Ok(()) });
    /// ```
    pub fn create_flow(
        &self,
        name: impl Into<String>,
        config: impl Serialize,
    ) -> Create<CreateFlow, Flow, types::FlowDetail> {
        let (client, request) = (self.clone(), self.api().create_flow(name, config));
        Create::new(request, move |flow: &types::FlowDetail| {
            Ok(client.flow(flow.id.clone()))
        })
    }

    /// Checks whether a graph could be saved, and reports what is wrong with it. Nothing is created.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let config = databar_sandbox::example_flow();
    /// assert!(databar.validate_flow(&config).await?.valid);
    /// let broken = databar.validate_flow(serde_json::json!({ "nodes": "none" })).await;
    /// assert!(!broken?.valid);
    /// # Ok(()) });
    /// ```
    pub fn validate_flow(&self, config: impl Serialize) -> ValidateFlowConfig {
        self.api().validate_flow_config(config)
    }

    /// Estimates what one run of a graph may cost, in credits.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let config = databar_sandbox::example_flow();
    /// let estimate = databar.estimate_flow(&config).await?;
    /// assert_eq!(estimate.max.parse(), Ok(0.5));
    /// # Ok(()) });
    /// ```
    pub fn estimate_flow(&self, config: impl Serialize) -> EstimateFlowCost {
        self.api().estimate_flow_cost(config)
    }
}

impl Flow {
    /// The flow's id.
    #[must_use]
    pub fn id(&self) -> &FlowId {
        &self.id
    }

    /// Reads the flow's graph and the token of its state.
    pub fn get(&self) -> GetFlow {
        self.client.api().get_flow(self.id.clone())
    }

    /// Changes what the methods of the call set, and keeps the rest.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let config = databar_sandbox::example_flow();
    /// # let flow = databar.create_flow("Find emails", &config).await?;
    /// let seen = flow.get().await?.internal_version.unwrap_or_default();
    /// flow.update().name("Find work emails").await?;
    /// let error = flow.update().config(&config).internal_version(seen).await.unwrap_err();
    /// assert!(error.is_conflict(), "it was changed in the meantime");
    /// # Ok(()) });
    /// ```
    pub fn update(&self) -> UpdateFlow {
        self.client.api().update_flow(self.id.clone())
    }

    /// Replaces the whole flow. Options that are not set again are lost. `internal_version` is the token of
    /// the state to replace.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let config = databar_sandbox::example_flow();
    /// # let flow = databar.create_flow("Find emails", &config).await?;
    /// let seen = flow.get().await?;
    /// let token = seen.internal_version.ok_or("the flow has no token")?;
    /// flow.replace("Find work emails", seen.config, token).await?;
    /// assert_eq!(flow.get().await?.name, "Find work emails");
    /// # Ok(()) });
    /// ```
    pub fn replace(
        &self,
        name: impl Into<String>,
        config: impl Serialize,
        internal_version: impl Into<String>,
    ) -> ReplaceFlow {
        let api = self.client.api();
        api.replace_flow(self.id.clone(), name, config, internal_version)
    }

    /// Edits the graph: either all edits are made or none. An edit is an object with `op` and the members
    /// that the operation needs, such as `{"op": "remove_node", "node_id": "m1"}`.
    /// [`validate_only`](UpdateFlowConfig::validate_only) checks the edits without making them.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let config = databar_sandbox::example_flow();
    /// # let flow = databar.create_flow("Find emails", &config).await?;
    /// use serde_json::json;
    ///
    /// let edits = [json!({ "op": "remove_node", "node_id": "company" })];
    /// let tried = flow.edit(edits).validate_only(true).await?;
    /// assert!(!tried.valid, "the output needs this node");
    /// assert_eq!(flow.get().await?.config["nodes"][0]["id"], "company");
    /// # Ok(()) });
    /// ```
    pub fn edit<I>(&self, edits: I) -> UpdateFlowConfig
    where
        I: IntoIterator,
        I::Item: Serialize,
    {
        self.client.api().update_flow_config(self.id.clone(), edits)
    }

    /// Deletes the flow. It fails with a [conflict](crate::Error::is_conflict) while table columns run the
    /// flow.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let config = databar_sandbox::example_flow();
    /// # let flow = databar.create_flow("Find emails", &config).await?;
    /// flow.delete().await?;
    /// assert!(databar.flows().await?.is_empty());
    /// # Ok(()) });
    /// ```
    pub fn delete(&self) -> DeleteFlow {
        self.client.api().delete_flow(self.id.clone())
    }

    /// Lists the flow's versions, the newest first. The newest is the current one.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let config = databar_sandbox::example_flow();
    /// # let flow = databar.create_flow("Find emails", &config).await?;
    /// flow.update().name("Find work emails").await?;
    /// let versions = flow.versions().await?;
    /// assert_eq!(versions.len(), 2);
    /// assert!(versions[0].number > versions[1].number);
    /// # Ok(()) });
    /// ```
    pub fn versions(&self) -> ListFlowVersions {
        self.client.api().list_flow_versions(self.id.clone())
    }

    /// Reads one version with its graph.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let config = databar_sandbox::example_flow();
    /// # let flow = databar.create_flow("Find emails", &config).await?;
    /// # flow.update().name("Find work emails").await?;
    /// let first = flow.versions().await?.last().ok_or("no version")?.number;
    /// assert_eq!(flow.version(first).await?.name.as_deref(), Some("Find emails"));
    /// # Ok(()) });
    /// ```
    pub fn version(&self, number: i64) -> GetFlowVersion {
        self.client.api().get_flow_version(self.id.clone(), number)
    }

    /// Makes an old version the current one by saving it as a new version.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let config = databar_sandbox::example_flow();
    /// # let flow = databar.create_flow("Find emails", &config).await?;
    /// # flow.update().name("Find work emails").await?;
    /// let first = flow.versions().await?.last().ok_or("no version")?.number;
    /// let restored = flow.restore(first).await?;
    /// assert_eq!(restored.flow.name, "Find emails");
    /// assert_eq!(restored.version.restored_from, Some(first));
    /// # Ok(()) });
    /// ```
    pub fn restore(&self, number: i64) -> RestoreFlowVersion {
        self.client.api().restore_flow_version(self.id.clone(), number)
    }

    /// Estimates what the flow costs for one input, in credits: the highest cost in the service's
    /// [estimate](Client::estimate_flow) of the current graph.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let config = databar_sandbox::example_flow();
    /// # let flow = databar.create_flow("Find emails", &config).await?;
    /// let price = flow.price().await?;
    /// assert_eq!(price.of(&serde_json::Map::new()), 0.5, "whatever the input");
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) when there is no such flow; [`ErrorKind::Decode`] when the
    /// answer has no graph, or the estimate is not an amount of credits; the errors of the two requests.
    pub async fn price(&self) -> Result<Price, Error> {
        let config = self.get().await?.config;
        if config.is_empty() {
            let what = "the answer has no graph of the flow, so its cost cannot be estimated";
            return Err(Error::new(ErrorKind::Decode, what).with_operation("get_flow"));
        }
        Price::of_flow(&self.client.estimate_flow(config).await?)
    }

    /// Runs the flow for one input: any value that serialises to a JSON object with a string for each input
    /// of the flow. **This costs credits.**
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let config = databar_sandbox::example_flow();
    /// # let flow = databar.create_flow("Find emails", &config).await?;
    /// use serde_json::{Value, json};
    ///
    /// let task = flow.run(json!({ "domain": "stripe.com" })).await?;
    /// let found = task.wait::<Value>().await?.data.ok_or("nothing was found")?;
    /// assert!(found["industry"].is_string());
    /// # Ok(()) });
    /// ```
    pub fn run(&self, input: impl Serialize) -> RunFlow {
        Run::one(self, "run_flow", &input, |this, (), inputs| {
            let request = this.client.api().run_flow(this.id.clone());
            request.inputs(inputs.into_iter().map(text)).into_future()
        })
    }

    /// Runs the flow for many inputs, each as for [`run`](Self::run). The results are in the order of the
    /// inputs. **This costs credits.**
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let config = databar_sandbox::example_flow();
    /// # let flow = databar.create_flow("Find emails", &config).await?;
    /// let inputs = ["stripe.com", "github.com"].map(|domain| serde_json::json!({ "domain": domain }));
    /// let results = flow.run_bulk(inputs).await?.wait::<serde_json::Value>().await?;
    /// assert_eq!(results.outcomes.len(), 2);
    /// # Ok(()) });
    /// ```
    pub fn run_bulk<I>(&self, inputs: I) -> BulkRunFlow
    where
        I: IntoIterator,
        I::Item: Serialize,
    {
        Run::many(self, "bulk_run_flow", inputs, |this, (), inputs| {
            let inputs = inputs.into_iter().map(|input| input.into_iter().map(text));
            let request = this.client.api().bulk_run_flow(this.id.clone(), inputs);
            request.into_future()
        })
    }
}

impl Subject for Flow {
    type Options = ();

    fn client(&self) -> &Client {
        &self.client
    }

    async fn price_with(&self, (): &()) -> Result<Price, Error> {
        self.price().await
    }
}

/// Flow inputs are strings, so a number is sent as a string.
fn text((name, value): (String, Value)) -> (String, String) {
    match value {
        Value::String(text) => (name, text),
        Value::Null => (name, String::new()),
        value => (name, value.to_string()),
    }
}
