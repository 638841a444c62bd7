//! Tasks, which runs start: their ids and states, polling once, and cancelling.
//!
//! For waiting, see `wait`.

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

/// A task of the service, created by a run, or by [`Client::task`] from a stored id. `S` is the shape of its
/// results: [`Plain`] or [`OfWaterfall`].
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
    /// Returns a handle on a task that was started earlier, perhaps by another process, without a request.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # use databar::EnrichmentId;
    /// # use serde_json::{Value, json};
    /// # let kept = databar.enrichment(EnrichmentId(123)).run(json!({ "domain": "stripe.com" })).await?.id().clone();
    /// let task = databar.task(kept);
    /// let company = task.wait::<Value>().await?.data.ok_or("nothing was found")?;
    /// assert_eq!(company["company_name"], "Stripe");
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn task(&self, id: TaskId) -> Task {
        Task::new(self.clone(), id)
    }
}

/// The shape of a task's results.
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
    /// The type of a result, where the user's own type is `T`.
    type Of<T>;
}

/// Results have the caller's type. This is the shape of enrichments and flows.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

/// Results have the caller's type in `result`, next to the steps that led to it. This is the shape of
/// waterfalls.
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

/// The result of a waterfall for one input.
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
    /// The result, with a member for each of the waterfall's `output_fields`.
    pub result: T,
    /// The providers that were asked, in order.
    #[serde(default)]
    pub steps: Vec<WaterfallStep>,
    /// The input, as the service stored it.
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
    /// What the provider was asked for: `enrichment` or `verification`.
    #[serde(default)]
    pub action: String,
    /// The provider's name.
    #[serde(default)]
    pub provider: String,
    /// The provider's answer. Sources disagree on its form: an object in one, a line of text in another.
    #[serde(default)]
    pub result: Value,
    /// The cost in credits, as a decimal number in a string.
    #[serde(default)]
    pub cost: Value,
    /// Whether the provider verified the result.
    #[serde(default)]
    pub is_verified: bool,
    /// More details in words.
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

    /// The task's id. The task can be found by this id until 24 hours after its end.
    #[must_use]
    pub fn id(&self) -> &TaskId {
        &self.id
    }

    /// Polls the task once.
    pub fn get(&self) -> GetTask {
        self.client.api().get_task(self.id.clone())
    }

    /// Cancels the task. Credits that were reserved for unfinished inputs are given back; finished inputs
    /// keep their results.
    ///
    /// It fails with a [conflict](Error::is_conflict) if the task is already done.
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

    /// Reads the results so far of a bulk run that is still running or was cancelled.
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
    /// The errors of the request, and [`ErrorKind::Decode`](crate::ErrorKind::Decode) when a result does not
    /// fit the type.
    pub async fn partial<T>(&self) -> Result<PartialResults<S::Of<T>>, Error>
    where
        S: Shape,
        S::Of<T>: DeserializeOwned,
    {
        PartialResults::read(&self.client, &self.id).await
    }

    /// Watches the progress of the task until it is done. It polls at once, then at intervals that grow from
    /// 0.5 s to 5 s.
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

    /// Treats the task as a bulk run of this many inputs, to wait for results that line up with them.
    #[must_use]
    pub fn into_bulk(self, inputs: usize) -> BulkTask<S> {
        BulkTask { handle: self, inputs }
    }
}

impl<S: Shape> Task<S> {
    /// Waits until the task is done, and reads its result as a `T`. For a waterfall, `T` is the type of
    /// [`WaterfallResult::result`].
    ///
    /// If the result is an array of one element, the element is read. For the results of a bulk run see
    /// [`BulkTask`].
    pub fn wait<T>(&self) -> Wait<S::Of<T>> {
        Wait::new(self.client.clone(), self.id.clone())
    }
}

impl Task {
    /// Treats the task as one of a waterfall, whose results are in [`WaterfallResult::result`].
    #[must_use]
    pub fn of_waterfall(self) -> Task<OfWaterfall> {
        Task::new(self.client, self.id)
    }
}

/// The task of a bulk run, with the number of its inputs.
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
    /// The task's id. The task can be found by this id until 24 hours after its end.
    #[must_use]
    pub fn id(&self) -> &TaskId {
        self.handle.id()
    }

    /// The number of inputs.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The task without the number of inputs, to poll, watch or cancel it.
    #[must_use]
    pub fn handle(&self) -> &Task<S> {
        &self.handle
    }
}

impl<S: Shape> BulkTask<S> {
    /// Waits until the task is done, and reads its results: one for each input, in the order of the inputs.
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
