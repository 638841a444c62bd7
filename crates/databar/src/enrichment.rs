//! The catalogue of enrichments: looking through it, and running one of them outside of any table.
//!
//! Enrichments that are installed on a table are in `install` and `table_run`.

use databar_api::builder::enrichment::{GetEnrichment, ListEnrichmentParamChoices, ListEnrichments};
use serde::Serialize;

use crate::run::{BulkRunEnrichment, Run, RunEnrichment};
use crate::{Client, EnrichmentId};

/// One enrichment of the catalogue; made by [`Client::enrichment`] without a request.
#[derive(Debug, Clone)]
pub struct Enrichment {
    client: Client,
    id: EnrichmentId,
}

impl Client {
    /// The enrichments of the catalogue: [`stream`](ListEnrichments::stream) or [`all`](ListEnrichments::all) reads all pages.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let mut found = databar.enrichments().q("company").stream();
    /// while let Some(enrichment) = found.try_next().await? {
    ///     println!("{}: {} costs {} credits", enrichment.id, enrichment.name, enrichment.price);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn enrichments(&self) -> ListEnrichments {
        self.api().list_enrichments()
    }

    /// One enrichment of the catalogue; no request.
    #[must_use]
    pub fn enrichment(&self, id: EnrichmentId) -> Enrichment {
        Enrichment {
            client: self.clone(),
            id,
        }
    }
}

impl Enrichment {
    /// Its number in the catalogue.
    #[must_use]
    pub fn id(&self) -> EnrichmentId {
        self.id
    }

    /// What it needs, what it gives, and what it costs.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # use databar::EnrichmentId;
    /// let enrichment = databar.enrichment(EnrichmentId(123)).get().await?;
    /// for parameter in enrichment.params.iter().flatten() {
    ///     println!("{}: {}", parameter.name, parameter.description);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn get(&self) -> GetEnrichment {
        self.client.api().get_enrichment(self.id)
    }

    /// The values that a parameter of type `select` or `mselect` takes: [`q`](ListEnrichmentParamChoices::q) searches them,
    /// [`stream`](ListEnrichmentParamChoices::stream) or [`all`](ListEnrichmentParamChoices::all) reads all pages.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # use databar::EnrichmentId;
    /// for choice in databar.enrichment(EnrichmentId(310)).choices("seniority").all().await? {
    ///     println!("{}: {}", choice.id, choice.name);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn choices(&self, parameter: impl Into<String>) -> ListEnrichmentParamChoices {
        self.client
            .api()
            .list_enrichment_param_choices(self.id, parameter)
    }

    /// Runs it for one input: anything that serialises to a JSON object with a member for each parameter. **It costs
    /// credits.**
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use databar::EnrichmentId;
    /// use serde_json::{Value, json};
    ///
    /// let task = databar.enrichment(EnrichmentId(123)).run(json!({ "domain": "stripe.com" })).await?;
    /// println!("{:?}", task.wait::<Value>().await?.data);
    /// # Ok(()) });
    /// ```
    pub fn run(&self, input: impl Serialize) -> RunEnrichment {
        let (api, id) = (self.client.api(), self.id);
        Run::one(&self.client, "run_enrichment", &input, |params| {
            api.run_enrichment(id, params)
        })
    }

    /// Runs it for many inputs, each as for [`run`](Self::run); the results come in their order. **It costs credits.**
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use databar::{EnrichmentId, Outcome};
    /// use serde_json::{Value, json};
    ///
    /// let inputs = ["stripe.com", "github.com"].map(|domain| json!({ "domain": domain }));
    /// let task = databar.enrichment(EnrichmentId(123)).run_bulk(inputs).await?;
    /// let results = task.wait::<Value>().await?;
    /// for (index, found) in results.found() {
    ///     println!("input {index}: {found}");
    /// }
    /// println!("{} credits", results.credits_spent);
    /// # Ok(()) });
    /// ```
    pub fn run_bulk<I>(&self, inputs: I) -> BulkRunEnrichment
    where
        I: IntoIterator,
        I::Item: Serialize,
    {
        let (api, id) = (self.client.api(), self.id);
        Run::many(&self.client, "bulk_run_enrichment", inputs, |params| {
            api.bulk_run_enrichment(id, params)
        })
    }
}
