//! Runs of enrichments, waterfalls and flows outside of tables, for one input or for many.

use std::fmt;

use databar_api::types;
use futures::future::BoxFuture;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::invalid::invalid;
use crate::price::Price;
use crate::task::{BulkTask, OfWaterfall, Task};
use crate::{Client, Enrichment, EnrichmentId, Error, ErrorKind, Flow, TaskId, Waterfall};

/// A run of an enrichment for one input, created by [`Enrichment::run`](crate::Enrichment::run).
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::EnrichmentId;
/// use serde_json::{Value, json};
///
/// let people = databar.enrichment(EnrichmentId(310));
/// let task = people.run(json!({ "domain": "github.com" })).pages(2).await?;
/// let found = task.wait::<Vec<Value>>().await?;
/// assert_eq!(found.data.map(|people| people.len()), Some(20));
/// assert_eq!(found.credits_spent, 4.0);
/// # Ok(()) });
/// ```
pub type RunEnrichment = Run<Enrichment, Task>;
/// A run of an enrichment for many inputs, created by [`Enrichment::run_bulk`](crate::Enrichment::run_bulk).
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::EnrichmentId;
/// use serde_json::{Value, json};
///
/// let inputs = ["github.com", "nobody.test"].map(|domain| json!({ "domain": domain }));
/// let task = databar.enrichment(EnrichmentId(310)).run_bulk(inputs).pages(2).await?;
/// let results = task.wait::<Vec<Value>>().await?;
/// let found: Vec<_> = results.found().map(|(index, people)| (index, people.len())).collect();
/// assert_eq!(found, [(0, 20)]);
/// # Ok(()) });
/// ```
pub type BulkRunEnrichment = Run<Enrichment, BulkTask>;
/// A run of a waterfall for one input, created by [`Waterfall::run`](crate::Waterfall::run).
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::{EnrichmentId, WaterfallId};
/// use serde_json::{Value, json};
///
/// let finder = databar.waterfall(WaterfallId::new("email_getter")?);
/// let task = finder
///     .run(json!({ "first_name": "Ada", "last_name": "Ito", "company": "acme.com" }))
///     .providers([EnrichmentId(966)])
///     .email_verifier(EnrichmentId(10))
///     .await?;
/// let found = task.wait::<Value>().await?.data.ok_or("nothing was found")?;
/// assert_eq!(found.result["email"], "ada.ito@acme.com");
/// assert!(found.steps.iter().any(|step| step.is_verified));
/// # Ok(()) });
/// ```
pub type RunWaterfall = Run<Waterfall, Task<OfWaterfall>>;
/// A run of a waterfall for many inputs, created by [`Waterfall::run_bulk`](crate::Waterfall::run_bulk).
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::{EnrichmentId, WaterfallId};
/// use serde_json::{Value, json};
///
/// let finder = databar.waterfall(WaterfallId::new("email_getter")?);
/// let people = ["Ada", "Bob"].map(|name| json!({ "first_name": name, "last_name": "Ito", "company": "acme.com" }));
/// let task = finder.run_bulk(people).providers([EnrichmentId(966)]).email_verifier(EnrichmentId(10)).await?;
/// let results = task.wait::<Value>().await?;
/// let first = results.outcomes[0].found().ok_or("nothing was found")?;
/// assert_eq!(first.steps[0].provider, "Reachout");
/// assert_eq!(results.outcomes.len(), 2);
/// # Ok(()) });
/// ```
pub type BulkRunWaterfall = Run<Waterfall, BulkTask<OfWaterfall>>;
/// A run of a flow for one input, created by [`Flow::run`](crate::Flow::run).
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let flow = databar.create_flow("Find emails", databar_sandbox::example_flow()).await?;
/// use databar::RunFlow;
/// use serde_json::{Value, json};
///
/// let run: RunFlow = flow.run(json!({ "domain": "stripe.com" }));
/// let found = run.await?.wait::<Value>().await?;
/// assert!(found.data.is_some_and(|data| data["industry"].is_string()));
/// # Ok(()) });
/// ```
pub type RunFlow = Run<Flow, Task>;
/// A run of a flow for many inputs, created by [`Flow::run_bulk`](crate::Flow::run_bulk).
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let flow = databar.create_flow("Find emails", databar_sandbox::example_flow()).await?;
/// use databar::BulkRunFlow;
/// use serde_json::{Value, json};
///
/// let inputs = ["stripe.com", "nobody.test"].map(|domain| json!({ "domain": domain }));
/// let run: BulkRunFlow = flow.run_bulk(inputs);
/// let results = run.await?.wait::<Value>().await?;
/// assert_eq!(results.outcomes.len(), 2);
/// # Ok(()) });
/// ```
pub type BulkRunFlow = Run<Flow, BulkTask>;

/// The maximum number of result pages that the service fetches for one input.
const MAX_PAGES: u32 = 100;

/// Something that can be run: an [`Enrichment`], a [`Waterfall`] or a [`Flow`].
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::{EnrichmentId, Error, Run, Runnable};
/// use serde_json::json;
///
/// /// Starts a run of any kind if it costs at most a credit.
/// async fn start_cheap<S: Runnable, T: 'static>(run: Run<S, T>) -> Result<Option<T>, Error> {
///     match run.estimate().await? {
///         ..=1.0 => run.await.map(Some),
///         _ => Ok(None),
///     }
/// }
///
/// let company = databar.enrichment(EnrichmentId(123)).run(json!({ "domain": "stripe.com" }));
/// assert!(start_cheap(company).await?.is_some());
/// let people = databar.enrichment(EnrichmentId(310)).run(json!({ "domain": "stripe.com" }));
/// assert!(start_cheap(people).await?.is_none());
/// # Ok(()) });
/// ```
pub trait Runnable: Subject {}

impl<S: Subject> Runnable for S {}

/// The requirements of [`Runnable`]. This trait cannot be named outside of this crate, so other types cannot
/// implement it.
pub trait Subject: Clone + Send + Sync + 'static {
    /// The options of a run.
    type Options: fmt::Debug + Default + Send + Sync + 'static;

    /// The client that runs it.
    fn client(&self) -> &Client;

    /// The most that an input may cost when it is run with these options.
    fn price_with(&self, options: &Self::Options) -> impl Future<Output = Result<Price, Error>> + Send;
}

type Input = Map<String, Value>;
type Started = BoxFuture<'static, Result<types::RunResponse, Error>>;
type Start<S> = Box<dyn FnOnce(&S, <S as Subject>::Options, Vec<Input>) -> Started + Send + Sync>;

/// A request to start a run: `S` is what is run, `T` the task that the run returns.
///
/// Awaiting it starts the run, which **costs credits**. The request is sent once; see
/// [`Error::may_have_run`].
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::{EnrichmentId, ErrorKind};
///
/// let run = databar.enrichment(EnrichmentId(123)).run("stripe.com");
/// let error = run.await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidInput, "a string is not an object");
/// assert_eq!(databar.requests_sent(), 0);
/// # Ok(()) });
/// ```
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`], before any request, when an input is not an object, or there are no inputs;
/// [`Error::is_validation`] when a parameter is missing or wrong; [`Error::is_out_of_credits`].
///
/// With [`max_credits`](crate::ClientBuilder::max_credits), also [`ErrorKind::OverBudget`] and the errors of
/// [`estimate`](Self::estimate). Nothing was run in these cases.
#[must_use = "nothing is run unless it is awaited"]
pub struct Run<S: Runnable, T> {
    subject: S,
    options: S::Options,
    operation: &'static str,
    /// The inputs, at least one; or what is wrong with them or with an option.
    inputs: Result<Vec<Input>, String>,
    start: Start<S>,
    task: fn(Client, TaskId, usize) -> T,
}

impl<S: Runnable, T> Run<S, T> {
    /// Estimates the most that the whole run may cost, in credits, without running it. The estimate requests
    /// the price from the service. It is infinite if [`Price::of`] an input is.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use databar::EnrichmentId;
    /// use serde_json::json;
    ///
    /// let inputs = ["github.com", "nobody.test"].map(|domain| json!({ "domain": domain }));
    /// let run = databar.enrichment(EnrichmentId(310)).run_bulk(inputs).pages(2);
    /// assert_eq!(run.estimate().await?, 8.0);
    /// let results = run.await?.wait::<serde_json::Value>().await?;
    /// assert_eq!(results.credits_spent, 4.0, "nothing is known about one company");
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] when the run is not valid and could not be sent; [`ErrorKind::Decode`]
    /// when the service returns no usable price; the errors of the requests for the price.
    pub async fn estimate(&self) -> Result<f64, Error> {
        let inputs = self.inputs.as_ref();
        let inputs = inputs.map_err(|what| invalid(what).with_operation(self.operation))?;
        let price = self.subject.price_with(&self.options).await?;
        Ok(price.of_all(inputs))
    }

    /// Refuses a run that may cost more than the client's limit.
    async fn check_budget(&self) -> Result<(), Error> {
        let Some(limit) = self.subject.client().max_credits() else {
            return Ok(());
        };
        let estimate = self.estimate().await?;
        if estimate <= limit {
            return Ok(());
        }
        let run = match &self.inputs {
            Ok(inputs) if inputs.len() > 1 => format!("the run of {} inputs", inputs.len()),
            _ => "the run".to_owned(),
        };
        let cost = match estimate.is_finite() {
            true => format!("would cost up to {estimate} credits, more than"),
            false => "has a cost that is not known in advance, so it may be more than".to_owned(),
        };
        let what = format!("{run} {cost} the {limit} that `max_credits` allows");
        Err(Error::new(ErrorKind::OverBudget, what).with_operation(self.operation))
    }

    /// Marks this run as one that cannot be sent, unless it already is one.
    fn refused(mut self, what: impl Into<String>) -> Self {
        self.inputs = self.inputs.and(Err(what.into()));
        self
    }
}

impl<S: Runnable, R: 'static> Run<S, Task<R>> {
    /// Creates a run for one input, which must be an object.
    pub(crate) fn one(
        subject: &S,
        operation: &'static str,
        input: &impl Serialize,
        start: fn(&S, S::Options, Input) -> Started,
    ) -> Self {
        Self {
            subject: subject.clone(),
            options: S::Options::default(),
            operation,
            inputs: object(input, "the input").map(|input| vec![input]),
            start: Box::new(move |subject, options, inputs| {
                start(subject, options, inputs.into_iter().next().unwrap_or_default())
            }),
            task: |client, id, _| Task::new(client, id),
        }
    }
}

impl<S: Runnable, R: 'static> Run<S, BulkTask<R>> {
    /// Creates a run for many inputs, each of which must be an object.
    pub(crate) fn many<I>(
        subject: &S,
        operation: &'static str,
        inputs: I,
        start: fn(&S, S::Options, Vec<Input>) -> Started,
    ) -> Self
    where
        I: IntoIterator,
        I::Item: Serialize,
    {
        let inputs = inputs
            .into_iter()
            .enumerate()
            .map(|(index, input)| object(&input, &format!("input {}", index + 1)))
            .collect::<Result<Vec<_>, _>>();
        Self {
            subject: subject.clone(),
            options: S::Options::default(),
            operation,
            inputs: inputs.and_then(|inputs| match inputs.is_empty() {
                true => Err("there are no inputs; give at least one".to_owned()),
                false => Ok(inputs),
            }),
            start: Box::new(start),
            task: |client, id, count| Task::new(client, id).into_bulk(count),
        }
    }
}

impl<T> Run<Enrichment, T> {
    /// Sets how many result pages to fetch for each input: 1 to 100. Default: 1. Each page is billed.
    pub fn pages(mut self, pages: u32) -> Self {
        self.options = Some(pages);
        match (1..=MAX_PAGES).contains(&pages) {
            true => self,
            false => self.refused(format!("`pages` is {pages}; it must be 1 to {MAX_PAGES}")),
        }
    }
}

impl<T> Run<Waterfall, T> {
    /// Sets the providers to ask, in this order. Default: those that are enabled by default, in their usual
    /// order. An empty list is an error, because the service treats it as no list at all.
    pub fn providers(mut self, enrichments: impl IntoIterator<Item = EnrichmentId>) -> Self {
        let providers: Vec<_> = enrichments.into_iter().collect();
        let is_empty = providers.is_empty();
        self.options.providers = Some(providers);
        match is_empty {
            true => self.refused(NO_PROVIDERS),
            false => self,
        }
    }

    /// Sets the enrichment that checks the addresses found: one of the waterfall's `email_verifiers`.
    pub fn email_verifier(mut self, enrichment: EnrichmentId) -> Self {
        self.options.email_verifier = Some(enrichment);
        self
    }
}

impl<S: Runnable, T: 'static> IntoFuture for Run<S, T> {
    type Output = Result<T, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            self.check_budget().await?;
            let inputs = self
                .inputs
                .map_err(|what| invalid(what).with_operation(self.operation))?;
            let count = inputs.len();
            let started = (self.start)(&self.subject, self.options, inputs).await?;
            Ok((self.task)(self.subject.client().clone(), started.task_id, count))
        })
    }
}

impl<S: Runnable, T> fmt::Debug for Run<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("operation", &self.operation)
            .field("inputs", &self.inputs.as_ref().map(Vec::len))
            .field("options", &self.options)
            .finish()
    }
}

const NO_PROVIDERS: &str =
    "the list of providers is empty; leave `providers` out to ask those that are enabled by default";

pub(crate) fn no_providers() -> Error {
    invalid(NO_PROVIDERS)
}

fn object(input: &impl Serialize, name: &str) -> Result<Input, String> {
    match serde_json::to_value(input) {
        Ok(Value::Object(params)) => Ok(params),
        Ok(_) => Err(format!(
            "{name} is not an object with a member for each parameter"
        )),
        Err(error) => Err(format!("{name} cannot be written as JSON: {error}")),
    }
}
