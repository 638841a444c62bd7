//! The catalogue of enrichments: reads it, and runs its enrichments outside of tables.
//!
//! For enrichments on a table, see `install` and `table_run`.

use databar_api::builder::enrichment::{GetEnrichment, ListEnrichmentParamChoices, ListEnrichments};
use databar_api::types::PaginationOptions;
use serde::Serialize;

use crate::price::Price;
use crate::run::{BulkRunEnrichment, Run, RunEnrichment, Subject};
use crate::{Client, EnrichmentId, Error};

/// A handle on an enrichment of the catalogue, created by [`Client::enrichment`] without a request.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::EnrichmentId;
///
/// let enrichment = databar.enrichment(EnrichmentId(312));
/// let detail = enrichment.get().await?;
/// assert_eq!(detail.id, enrichment.id());
/// assert_eq!((detail.name.as_str(), detail.price), ("Company news", 0.05));
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
pub struct Enrichment {
    client: Client,
    id: EnrichmentId,
}

impl Client {
    /// Lists the enrichments of the catalogue. [`stream`](ListEnrichments::stream) and
    /// [`all`](ListEnrichments::all) read all pages.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let mut names = Vec::new();
    /// let mut found = databar.enrichments().q("company").stream();
    /// while let Some(enrichment) = found.try_next().await? {
    ///     names.push(enrichment.name);
    /// }
    /// assert!(names.contains(&"Company search".to_owned()));
    /// # Ok(()) });
    /// ```
    pub fn enrichments(&self) -> ListEnrichments {
        self.api().list_enrichments()
    }

    /// Returns a handle on the enrichment with this id, without a request.
    #[must_use]
    pub fn enrichment(&self, id: EnrichmentId) -> Enrichment {
        Enrichment {
            client: self.clone(),
            id,
        }
    }
}

impl Enrichment {
    /// The enrichment's id in the catalogue.
    #[must_use]
    pub fn id(&self) -> EnrichmentId {
        self.id
    }

    /// Reads the enrichment's parameters, its result fields and its price.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # use databar::EnrichmentId;
    /// let enrichment = databar.enrichment(EnrichmentId(123)).get().await?;
    /// let parameters = enrichment.params.unwrap_or_default();
    /// let required: Vec<_> = parameters.iter().filter(|parameter| parameter.is_required).collect();
    /// assert_eq!(required[0].name, "domain");
    /// # Ok(()) });
    /// ```
    pub fn get(&self) -> GetEnrichment {
        self.client.api().get_enrichment(self.id)
    }

    /// Lists the values that a parameter of type `select` or `mselect` accepts.
    /// [`q`](ListEnrichmentParamChoices::q) searches them; [`stream`](ListEnrichmentParamChoices::stream) and
    /// [`all`](ListEnrichmentParamChoices::all) read all pages.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # use databar::EnrichmentId;
    /// let choices = databar.enrichment(EnrichmentId(310)).choices("seniority").q("vice").all().await?;
    /// assert_eq!(choices[0].id, "vp");
    /// # Ok(()) });
    /// ```
    pub fn choices(&self, parameter: impl Into<String>) -> ListEnrichmentParamChoices {
        self.client
            .api()
            .list_enrichment_param_choices(self.id, parameter)
    }

    /// Reads what the enrichment costs for one input, in credits.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use databar::EnrichmentId;
    /// use serde_json::Map;
    ///
    /// let price = databar.enrichment(EnrichmentId(123)).price().await?;
    /// assert_eq!(price.of(&Map::new()), 0.5, "whatever the input");
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) when there is no such enrichment;
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) when its price is not an amount of credits; the errors
    /// of the request.
    pub async fn price(&self) -> Result<Price, Error> {
        Price::of_enrichment(&self.get().await?)
    }

    /// Runs the enrichment for one input: any value that serialises to a JSON object with a member for each
    /// parameter. **This costs credits.**
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use databar::EnrichmentId;
    /// use serde_json::{Value, json};
    ///
    /// let task = databar.enrichment(EnrichmentId(123)).run(json!({ "domain": "stripe.com" })).await?;
    /// let company = task.wait::<Value>().await?.data.ok_or("nothing was found")?;
    /// assert_eq!(company["company_name"], "Stripe");
    /// # Ok(()) });
    /// ```
    pub fn run(&self, input: impl Serialize) -> RunEnrichment {
        Run::one(self, "run_enrichment", &input, |this, pages, params| {
            let mut request = this.client.api().run_enrichment(this.id, params);
            if let Some(pages) = pages {
                request = request.pagination(pagination(pages));
            }
            request.into_future()
        })
    }

    /// Runs the enrichment for many inputs, each as for [`run`](Self::run). The results are in the order of
    /// the inputs. **This costs credits.**
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use databar::EnrichmentId;
    /// use serde_json::{Value, json};
    ///
    /// let inputs = ["stripe.com", "github.com"].map(|domain| json!({ "domain": domain }));
    /// let task = databar.enrichment(EnrichmentId(123)).run_bulk(inputs).await?;
    /// let results = task.wait::<Value>().await?;
    /// for (index, company) in results.found() {
    ///     assert_eq!(company["company_name"], ["Stripe", "Github"][index]);
    /// }
    /// assert_eq!(results.credits_spent, 1.0);
    /// # Ok(()) });
    /// ```
    pub fn run_bulk<I>(&self, inputs: I) -> BulkRunEnrichment
    where
        I: IntoIterator,
        I::Item: Serialize,
    {
        Run::many(self, "bulk_run_enrichment", inputs, |this, pages, params| {
            let mut request = this.client.api().bulk_run_enrichment(this.id, params);
            if let Some(pages) = pages {
                request = request.pagination(pagination(pages));
            }
            request.into_future()
        })
    }
}

impl Subject for Enrichment {
    /// The number of pages, if it is set.
    type Options = Option<u32>;

    fn client(&self) -> &Client {
        &self.client
    }

    async fn price_with(&self, pages: &Option<u32>) -> Result<Price, Error> {
        Ok(self.price().await?.pages(pages.unwrap_or(1)))
    }
}

fn pagination(pages: u32) -> PaginationOptions {
    PaginationOptions::new().pages(i64::from(pages))
}
