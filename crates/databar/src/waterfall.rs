//! Waterfalls: several providers are asked in turn until one has a result.

use databar_api::builder::waterfall::{GetWaterfall, ListWaterfalls};
use serde::Serialize;

use crate::run::{BulkRunWaterfall, Run, RunWaterfall};
use crate::{Client, WaterfallId};

/// A handle on a waterfall; made by [`Client::waterfall`] without a request.
#[derive(Debug, Clone)]
pub struct Waterfall {
    client: Client,
    id: WaterfallId,
}

impl Client {
    /// All waterfalls, each with its parameters and its providers.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// for waterfall in databar.waterfalls().await? {
    ///     println!("{}: {}", waterfall.identifier, waterfall.name);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn waterfalls(&self) -> ListWaterfalls {
        self.api().list_waterfalls()
    }

    /// A handle on the waterfall of this name, without a request.
    #[must_use]
    pub fn waterfall(&self, id: WaterfallId) -> Waterfall {
        Waterfall {
            client: self.clone(),
            id,
        }
    }
}

impl Waterfall {
    /// The waterfall's name in calls.
    #[must_use]
    pub fn id(&self) -> &WaterfallId {
        &self.id
    }

    /// Its parameters, its providers, and what it finds.
    pub fn get(&self) -> GetWaterfall {
        self.client.api().get_waterfall(self.id.clone())
    }

    /// Runs it for one input: anything that serialises to a JSON object with a member for each parameter. **It costs
    /// credits.** What is found is in [`WaterfallResult::result`](crate::WaterfallResult::result).
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use databar::WaterfallId;
    /// use serde_json::json;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Found {
    ///     email: Option<String>,
    /// }
    ///
    /// let person = json!({ "first_name": "Ada", "last_name": "Lovelace", "company": "example.com" });
    /// let task = databar.waterfall(WaterfallId::new("email_getter")?).run(person).await?;
    /// if let Some(hit) = task.wait::<Found>().await?.data {
    ///     println!("{:?}, after {} steps", hit.result.email, hit.steps.len());
    /// }
    /// # Ok(()) });
    /// ```
    pub fn run(&self, input: impl Serialize) -> RunWaterfall {
        let (api, id) = (self.client.api(), self.id.clone());
        Run::one(&self.client, "run_waterfall", &input, |params| {
            api.run_waterfall(id, params)
        })
    }

    /// Runs it for many inputs, each as for [`run`](Self::run); the results come in their order. **It costs credits.**
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # use databar::WaterfallId;
    /// # use serde_json::{Value, json};
    /// let people = [json!({ "first_name": "Ada", "last_name": "Lovelace", "company": "example.com" })];
    /// let task = databar.waterfall(WaterfallId::new("email_getter")?).run_bulk(people).await?;
    /// let results = task.wait::<Value>().await?;
    /// println!("{} of {} found", results.found().count(), results.outcomes.len());
    /// # Ok(()) });
    /// ```
    pub fn run_bulk<I>(&self, inputs: I) -> BulkRunWaterfall
    where
        I: IntoIterator,
        I::Item: Serialize,
    {
        let (api, id) = (self.client.api(), self.id.clone());
        Run::many(&self.client, "bulk_run_waterfall", inputs, |params| {
            api.bulk_run_waterfall(id, params)
        })
    }
}
