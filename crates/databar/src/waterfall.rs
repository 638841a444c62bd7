//! Waterfalls, which ask several providers in turn until one has a result.

use databar_api::builder::waterfall::{GetWaterfall, ListWaterfalls};
use serde::Serialize;

use crate::price::{Cascade, Price, WaterfallPrice};
use crate::run::{BulkRunWaterfall, Run, RunWaterfall, Subject};
use crate::{Client, Error, WaterfallId};

/// A handle on a waterfall, created by [`Client::waterfall`] without a request.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::WaterfallId;
///
/// let waterfall = databar.waterfall(WaterfallId::new("email_getter")?);
/// let detail = waterfall.get().await?;
/// assert_eq!(detail.identifier, *waterfall.id());
/// let parameters: Vec<_> = detail.input_params.iter().filter_map(|one| one.name.as_deref()).collect();
/// assert_eq!(parameters, ["first_name", "last_name", "company"]);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
pub struct Waterfall {
    client: Client,
    id: WaterfallId,
}

impl Client {
    /// Lists all waterfalls, each with its parameters and providers.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let waterfalls = databar.waterfalls().await?;
    /// let finder = waterfalls.iter().find(|waterfall| waterfall.name.contains("Email")).ok_or("none")?;
    /// assert_eq!(finder.identifier.as_str(), "email_getter");
    /// # Ok(()) });
    /// ```
    pub fn waterfalls(&self) -> ListWaterfalls {
        self.api().list_waterfalls()
    }

    /// Returns a handle on the waterfall with this name, without a request.
    #[must_use]
    pub fn waterfall(&self, id: WaterfallId) -> Waterfall {
        Waterfall {
            client: self.clone(),
            id,
        }
    }
}

impl Waterfall {
    /// The waterfall's name in calls, such as `email_getter`.
    #[must_use]
    pub fn id(&self) -> &WaterfallId {
        &self.id
    }

    /// Reads the waterfall's parameters, providers and output fields.
    pub fn get(&self) -> GetWaterfall {
        self.client.api().get_waterfall(self.id.clone())
    }

    /// Estimates what the waterfall costs for one input, in credits: the price of the most expensive
    /// provider, because providers that find nothing are free, plus the price of the email verifier if there
    /// is one.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use databar::WaterfallId;
    /// use serde_json::Map;
    ///
    /// let price = databar.waterfall(WaterfallId::new("email_getter")?).price().await?;
    /// assert_eq!(price.of(&Map::new()), 0.02, "whatever the input");
    /// # Ok(()) });
    /// ```
    pub fn price(&self) -> WaterfallPrice {
        WaterfallPrice::new(self.clone())
    }

    /// Runs the waterfall for one input: any value that serialises to a JSON object with a member for each
    /// parameter. **This costs credits.** The result is in
    /// [`WaterfallResult::result`](crate::WaterfallResult::result).
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use databar::WaterfallId;
    /// use serde_json::json;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Found {
    ///     email: String,
    /// }
    ///
    /// let person = json!({ "first_name": "Ada", "last_name": "Ito", "company": "acme.com" });
    /// let task = databar.waterfall(WaterfallId::new("email_getter")?).run(person).await?;
    /// let found = task.wait::<Found>().await?.data.ok_or("nothing was found")?;
    /// assert_eq!(found.result.email, "ada.ito@acme.com");
    /// assert!(!found.steps.is_empty(), "the providers that were asked");
    /// # Ok(()) });
    /// ```
    pub fn run(&self, input: impl Serialize) -> RunWaterfall {
        Run::one(self, "run_waterfall", &input, |this, cascade, params| {
            let mut request = this.client.api().run_waterfall(this.id.clone(), params);
            if let Some(providers) = cascade.providers {
                request = request.enrichments(providers);
            }
            if let Some(verifier) = cascade.email_verifier {
                request = request.email_verifier(verifier);
            }
            request.into_future()
        })
    }

    /// Runs the waterfall for many inputs, each as for [`run`](Self::run). The results are in the order of
    /// the inputs. **This costs credits.**
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # use databar::WaterfallId;
    /// # use serde_json::{Value, json};
    /// let people = ["acme.com", "nobody.test"]
    ///     .map(|company| json!({ "first_name": "Ada", "last_name": "Ito", "company": company }));
    /// let task = databar.waterfall(WaterfallId::new("email_getter")?).run_bulk(people).await?;
    /// let results = task.wait::<Value>().await?;
    /// let found: Vec<_> = results.found().map(|(index, found)| (index, &found.result["email"])).collect();
    /// assert_eq!(found, [(0, &json!("ada.ito@acme.com"))]);
    /// # Ok(()) });
    /// ```
    pub fn run_bulk<I>(&self, inputs: I) -> BulkRunWaterfall
    where
        I: IntoIterator,
        I::Item: Serialize,
    {
        Run::many(self, "bulk_run_waterfall", inputs, |this, cascade, params| {
            let mut request = this.client.api().bulk_run_waterfall(this.id.clone(), params);
            if let Some(providers) = cascade.providers {
                request = request.enrichments(providers);
            }
            if let Some(verifier) = cascade.email_verifier {
                request = request.email_verifier(verifier);
            }
            request.into_future()
        })
    }
}

impl Subject for Waterfall {
    type Options = Cascade;

    fn client(&self) -> &Client {
        &self.client
    }

    async fn price_with(&self, cascade: &Cascade) -> Result<Price, Error> {
        Price::of_waterfall(&self.get().await?, cascade)
    }
}
