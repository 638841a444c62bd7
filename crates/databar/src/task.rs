//! Tasks: what a run has started. Their ids, their states, one look at them, and stopping them.
//!
//! Waiting is in `wait`.

use std::fmt;
use std::marker::PhantomData;

use databar_api::builder::task::{CancelTask, GetTask};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::client::Client;
use crate::wait::{BulkWait, PartialResults, Wait};
use crate::watch::{Progress, Watch};
use crate::{Error, TaskId};

/// A task of the service; made by a run, or by [`Client::task`] from an id that was kept. `S` says in which shape its results
/// come: [`Plain`], or [`OfWaterfall`].
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # use databar::EnrichmentId;
/// # use serde_json::{Value, json};
/// let started = databar.enrichment(EnrichmentId(123)).run(json!({ "domain": "stripe.com" })).await?;
/// let kept = started.id().to_string();
///
/// // Later, perhaps in another process.
/// let task = databar.task(kept.parse()?);
/// let company = task.wait::<Value>().await?;
/// assert_eq!(company.credits_spent, 0.5);
/// assert_eq!(task.get().await?.status, "completed");
/// # Ok(()) });
/// ```
pub struct Task<S = Plain> {
    client: Client,
    id: TaskId,
    shape: PhantomData<fn() -> S>,
}

impl Client {
    /// A task that was started earlier, perhaps by another process; no request.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # use databar::EnrichmentId;
    /// # use serde_json::{Value, json};
    /// # let kept = databar.enrichment(EnrichmentId(123)).run(json!({ "domain": "stripe.com" })).await?.id().clone();
    /// let task = databar.task(kept);
    /// let company = task.wait::<Value>().await?.data.ok_or("nothing is known of it")?;
    /// assert_eq!(company["company_name"], "Stripe");
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn task(&self, id: TaskId) -> Task {
        Task::new(self.clone(), id)
    }
}

/// The shape in which the results of a task come.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # use serde_json::{Value, json};
/// use databar::{EnrichmentId, Error, Shape, Task, WaterfallId};
///
/// /// Waits for a task of either shape, and says what it has cost.
/// async fn cost<S: Shape<Of<Value>: serde::de::DeserializeOwned>>(task: &Task<S>) -> Result<f64, Error> {
///     Ok(task.wait::<Value>().await?.credits_spent)
/// }
///
/// let company = databar.enrichment(EnrichmentId(123)).run(json!({ "domain": "stripe.com" })).await?;
/// let person = json!({ "first_name": "Ada", "last_name": "Ito", "company": "acme.com" });
/// let email = databar.waterfall(WaterfallId::new("email_getter")?).run(person).await?;
/// assert!(cost(&company).await? > cost(&email).await?);
/// # Ok(()) });
/// ```
pub trait Shape: Send + Sync + 'static {
    /// What a result is, where the user's own type is `T`.
    type Of<T>;
}

/// Results are what the caller asks for: those of enrichments and flows.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

/// Results have the caller's type in `result`, beside the steps that led to it: those of waterfalls.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # use databar::WaterfallId;
/// # use serde_json::json;
/// #[derive(serde::Deserialize)]
/// struct Found {
///     email: String,
/// }
///
/// let person = json!({ "first_name": "Ada", "last_name": "Ito", "company": "acme.com" });
/// let started = databar.waterfall(WaterfallId::new("email_getter")?).run(person).await?;
/// let task = databar.task(started.id().clone()).of_waterfall();
/// let found = task.wait::<Found>().await?.data.ok_or("nothing was found")?;
/// assert_eq!(found.result.email, "ada.ito@acme.com");
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, Copy)]
pub struct OfWaterfall;

impl Shape for Plain {
    type Of<T> = T;
}

impl Shape for OfWaterfall {
    type Of<T> = WaterfallResult<T>;
}

/// What a waterfall found for one input.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # use databar::{EnrichmentId, WaterfallId};
/// # use serde_json::{Value, json};
/// # let finder = databar.waterfall(WaterfallId::new("email_getter")?);
/// let person = json!({ "first_name": "Ada", "last_name": "Ito", "company": "acme.com" });
/// let found = finder.run(person).await?.wait::<Value>().await?.data.ok_or("nothing was found")?;
/// assert_eq!(found.result_field, ["email"]);
/// assert_eq!(found.result["email"], "ada.ito@acme.com");
/// assert_eq!(found.enrichment_data["company"], "acme.com");
/// assert_eq!(found.steps.last().map(|step| step.action.as_str()), Some("enrichment"));
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WaterfallResult<T = Value> {
    /// What was found, with a member for each of the waterfall's `output_fields`.
    pub result: T,
    /// The providers that were asked, in their order.
    #[serde(default)]
    pub steps: Vec<WaterfallStep>,
    /// The input, as the service has kept it.
    #[serde(default)]
    pub enrichment_data: Map<String, Value>,
    /// The names of the members of `result` that were looked for.
    #[serde(default)]
    pub result_field: Vec<String>,
}

/// A provider that a waterfall asked.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # use databar::{EnrichmentId, WaterfallId};
/// # use serde_json::{Value, json};
/// # let finder = databar.waterfall(WaterfallId::new("email_getter")?);
/// let person = json!({ "first_name": "Ada", "last_name": "Ito", "company": "acme.com" });
/// let task = finder.run(person).email_verifier(EnrichmentId(10)).await?;
/// let found = task.wait::<Value>().await?.data.ok_or("nothing was found")?;
/// let last = found.steps.last().ok_or("nobody was asked")?;
/// assert_eq!((last.action.as_str(), last.provider.as_str()), ("verification", "Mailproof"));
/// assert!(last.is_verified);
/// assert_eq!(last.cost, "0.01");
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WaterfallStep {
    /// What was asked of it: `enrichment`, or `verification`.
    #[serde(default)]
    pub action: String,
    /// Its name.
    #[serde(default)]
    pub provider: String,
    /// What it answered. Sources disagree on the form: an object for one, a line of text for another.
    #[serde(default)]
    pub result: Value,
    /// What it cost, in credits, as a decimal number in text.
    #[serde(default)]
    pub cost: Value,
    /// Whether the result was verified by it.
    #[serde(default)]
    pub is_verified: bool,
    /// Further words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
}

impl<S> Task<S> {
    pub(crate) fn new(client: Client, id: TaskId) -> Self {
        Self {
            client,
            id,
            shape: PhantomData,
        }
    }

    /// The id, with which the task can be found again for 24 hours after its end.
    #[must_use]
    pub fn id(&self) -> &TaskId {
        &self.id
    }

    /// Looks once at the task.
    pub fn get(&self) -> GetTask {
        self.client.api().get_task(self.id.clone())
    }

    /// Stops the task; what was reserved for unfinished inputs is given back, finished ones keep their results.
    ///
    /// It fails with a [conflict](Error::is_conflict) when the task is already done.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # use databar::EnrichmentId;
    /// # let input = serde_json::json!({ "domain": "stripe.com" });
    /// let task = databar.enrichment(EnrichmentId(123)).run(input).await?;
    /// assert_eq!(task.cancel().await?.status, "cancelled");
    /// # Ok(()) });
    /// ```
    pub fn cancel(&self) -> CancelTask {
        self.client.api().cancel_task(self.id.clone())
    }

    /// What is done of a bulk run that is still under way, or was cancelled.
    ///
    /// ```
    /// # use databar_sandbox::{Clock, Sandbox};
    /// # databar_sandbox::run_with(Sandbox::builder().clock(Clock::Manual), async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # use databar::EnrichmentId;
    /// # use serde_json::{Value, json};
    /// let inputs = ["stripe.com", "github.com"].map(|domain| json!({ "domain": domain }));
    /// let task = databar.enrichment(EnrichmentId(123)).run_bulk(inputs).await?;
    /// # sandbox.advance(std::time::Duration::from_millis(200));
    /// // After a while:
    /// task.handle().cancel().await?;
    /// let partial = task.handle().partial::<Value>().await?;
    /// assert_eq!(partial.status, databar::TaskStatus::Cancelled);
    /// assert_eq!(partial.results.len(), 1);
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the request, and [`ErrorKind::Decode`](crate::ErrorKind::Decode) when a result is not of the type.
    pub async fn partial<T>(&self) -> Result<PartialResults<S::Of<T>>, Error>
    where
        S: Shape,
        S::Of<T>: DeserializeOwned,
    {
        PartialResults::read(&self.client, &self.id).await
    }

    /// The progress of the task, until it is done: at once, then at intervals that grow from 0.5 s to 5 s.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # use databar::EnrichmentId;
    /// # use serde_json::{Value, json};
    /// let inputs = ["stripe.com", "github.com"].map(|domain| json!({ "domain": domain }));
    /// let task = databar.enrichment(EnrichmentId(123)).run_bulk(inputs).await?;
    /// let mut watch = task.handle().watch();
    /// let mut credits = 0.0;
    /// while let Some(progress) = watch.try_next().await? {
    ///     credits = progress.credits_spent;
    /// }
    /// assert_eq!(credits, 1.0);
    /// # Ok(()) });
    /// ```
    pub fn watch(&self) -> Watch<Progress> {
        Watch::task(self.client.clone(), self.id.clone())
    }

    /// Takes the task for a bulk run of so many inputs, to wait for results that are in line with them.
    #[must_use]
    pub fn into_bulk(self, inputs: usize) -> BulkTask<S> {
        BulkTask { handle: self, inputs }
    }
}

impl<S: Shape> Task<S> {
    /// Waits until the task is done, and reads its result as a `T`; for a waterfall, `T` is the type of
    /// [`WaterfallResult::result`].
    ///
    /// A result that is an array of one element is read as that element. For the results of a bulk run see
    /// [`BulkTask`].
    pub fn wait<T>(&self) -> Wait<S::Of<T>> {
        Wait::new(self.client.clone(), self.id.clone())
    }
}

impl Task {
    /// Takes the task for one of a waterfall, whose results are in [`WaterfallResult::result`].
    #[must_use]
    pub fn of_waterfall(self) -> Task<OfWaterfall> {
        Task::new(self.client, self.id)
    }
}

/// The task of a bulk run, which knows how many inputs it was given.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # use databar::EnrichmentId;
/// # use serde_json::{Value, json};
/// let inputs = ["stripe.com", "github.com"].map(|domain| json!({ "domain": domain }));
/// let started = databar.enrichment(EnrichmentId(123)).run_bulk(inputs).await?;
/// let (kept, count) = (started.id().clone(), started.inputs());
///
/// // Later, perhaps in another process.
/// let task = databar.task(kept).into_bulk(count);
/// let results = task.wait::<Value>().await?;
/// assert_eq!(results.outcomes.len(), 2);
/// assert_eq!(task.handle().get().await?.status, "completed");
/// # Ok(()) });
/// ```
pub struct BulkTask<S = Plain> {
    handle: Task<S>,
    inputs: usize,
}

impl<S> BulkTask<S> {
    /// The id, with which the task can be found again for 24 hours after its end.
    #[must_use]
    pub fn id(&self) -> &TaskId {
        self.handle.id()
    }

    /// How many inputs were given.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The task without the number of its inputs, to look at it, to watch it, or to stop it.
    #[must_use]
    pub fn handle(&self) -> &Task<S> {
        &self.handle
    }
}

impl<S: Shape> BulkTask<S> {
    /// Waits until the task is done, and reads its results: one for each input, in their order.
    pub fn wait<T>(&self) -> BulkWait<S::Of<T>> {
        BulkWait::new(self.handle.client.clone(), self.handle.id.clone(), self.inputs)
    }
}

impl<S> Clone for Task<S> {
    fn clone(&self) -> Self {
        Self::new(self.client.clone(), self.id.clone())
    }
}

impl<S> Clone for BulkTask<S> {
    fn clone(&self) -> Self {
        self.handle.clone().into_bulk(self.inputs)
    }
}

impl<S> fmt::Debug for Task<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl<S> fmt::Debug for BulkTask<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkTask")
            .field("id", self.id())
            .field("inputs", &self.inputs)
            .finish_non_exhaustive()
    }
}
