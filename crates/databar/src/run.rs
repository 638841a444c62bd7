//! Starting runs outside of tables: of enrichments, waterfalls and flows, for one input or for many.

use std::fmt;

use databar_api::{builder, types};
use futures::future::BoxFuture;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::invalid::invalid;
use crate::task::{BulkTask, OfWaterfall, Task};
use crate::{Client, EnrichmentId, Error};

/// A run of an enrichment for one input; made by [`Enrichment::run`](crate::Enrichment::run).
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
pub type RunEnrichment = Run<builder::enrichment::RunEnrichment, Task>;
/// A run of an enrichment for many inputs; made by [`Enrichment::run_bulk`](crate::Enrichment::run_bulk).
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
pub type BulkRunEnrichment = Run<builder::enrichment::BulkRunEnrichment, BulkTask>;
/// A run of a waterfall for one input; made by [`Waterfall::run`](crate::Waterfall::run).
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
pub type RunWaterfall = Run<builder::waterfall::RunWaterfall, Task<OfWaterfall>>;
/// A run of a waterfall for many inputs; made by [`Waterfall::run_bulk`](crate::Waterfall::run_bulk).
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
pub type BulkRunWaterfall = Run<builder::waterfall::BulkRunWaterfall, BulkTask<OfWaterfall>>;
/// A run of a flow for one input; made by [`Flow::run`](crate::Flow::run).
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
pub type RunFlow = Run<builder::flow::RunFlow, Task>;
/// A run of a flow for many inputs; made by [`Flow::run_bulk`](crate::Flow::run_bulk).
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
pub type BulkRunFlow = Run<builder::flow::BulkRunFlow, BulkTask>;

/// The most pages of a result that the service fetches for one input.
const MAX_PAGES: u32 = 100;

/// A run to be started: `B` is the call of the generated client, `T` the task that it gives.
///
/// It is started when it is awaited, and **costs credits**, so it is sent once; see [`Error::may_have_run`].
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::{EnrichmentId, ErrorKind};
///
/// let run = databar.enrichment(EnrichmentId(123)).run("stripe.com");
/// let error = run.await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidInput, "a text is not an object");
/// assert_eq!(databar.requests_sent(), 0);
/// # Ok(()) });
/// ```
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput), before any request, when an input is not an object, or there are none;
/// [`Error::is_validation`] when a parameter is missing or wrong; [`Error::is_out_of_credits`].
#[must_use = "nothing is run unless it is awaited"]
pub struct Run<B, T> {
    request: Result<B, Error>,
    task: Box<dyn FnOnce(types::RunResponse) -> T + Send>,
}

impl<B, T> Run<B, T> {
    fn with(self, options: impl FnOnce(B) -> Result<B, Error>) -> Self {
        Self {
            request: self.request.and_then(options),
            ..self
        }
    }
}

impl<B, S: 'static> Run<B, Task<S>> {
    /// A run of the operation for one input, which must be an object.
    pub(crate) fn one(
        client: &Client,
        operation: &'static str,
        input: &impl Serialize,
        request: impl FnOnce(Map<String, Value>) -> B,
    ) -> Self {
        let client = client.clone();
        Self {
            request: object(input, "the input")
                .map(request)
                .map_err(|error| error.with_operation(operation)),
            task: Box::new(|started| Task::new(client, started.task_id)),
        }
    }
}

impl<B, S: 'static> Run<B, BulkTask<S>> {
    /// A run of the operation for many inputs, each of which must be an object.
    pub(crate) fn many<I>(
        client: &Client,
        operation: &'static str,
        inputs: I,
        request: impl FnOnce(Vec<Map<String, Value>>) -> B,
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
        let inputs = inputs.and_then(|inputs| match inputs.is_empty() {
            true => Err(invalid("there are no inputs to run it for")),
            false => Ok(inputs),
        });
        let (client, count) = (client.clone(), inputs.as_ref().map_or(0, Vec::len));
        Self {
            request: inputs
                .map(request)
                .map_err(|error| error.with_operation(operation)),
            task: Box::new(move |started| Task::new(client, started.task_id).into_bulk(count)),
        }
    }
}

impl RunEnrichment {
    /// How many pages of the result to fetch: 1 to 100, 1 when not set. Each page is billed.
    pub fn pages(self, pages: u32) -> Self {
        self.with(|request| Ok(request.pagination(pagination(pages, "run_enrichment")?)))
    }
}

impl BulkRunEnrichment {
    /// How many pages of the result to fetch for each input: 1 to 100, 1 when not set. Each page is billed.
    pub fn pages(self, pages: u32) -> Self {
        self.with(|request| Ok(request.pagination(pagination(pages, "bulk_run_enrichment")?)))
    }
}

/// The options that both runs of a waterfall have.
macro_rules! of_waterfall {
    ($run:ident, $operation:literal) => {
        impl $run {
            /// The providers to ask, in this order. Without this call: those that are on by default, in their usual order. An
            /// empty list is an error, because the service would take it for no list at all.
            pub fn providers(self, enrichments: impl IntoIterator<Item = EnrichmentId>) -> Self {
                let enrichments: Vec<_> = enrichments.into_iter().collect();
                self.with(|request| match enrichments.is_empty() {
                    true => Err(no_providers().with_operation($operation)),
                    false => Ok(request.enrichments(enrichments)),
                })
            }

            /// Has found addresses checked by this enrichment, one of the waterfall's `email_verifiers`.
            pub fn email_verifier(self, enrichment: EnrichmentId) -> Self {
                self.with(|request| Ok(request.email_verifier(enrichment)))
            }
        }
    };
}

of_waterfall!(RunWaterfall, "run_waterfall");
of_waterfall!(BulkRunWaterfall, "bulk_run_waterfall");

impl<B, T> IntoFuture for Run<B, T>
where
    B: IntoFuture<Output = Result<types::RunResponse, Error>>,
    B::IntoFuture: Send + 'static,
    T: 'static,
{
    type Output = Result<T, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { request, task } = self;
        let started = request.map(IntoFuture::into_future);
        Box::pin(async move { Ok(task(started?.await?)) })
    }
}

impl<B: fmt::Debug, T> fmt::Debug for Run<B, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Run").field(&self.request).finish()
    }
}

pub(crate) fn no_providers() -> Error {
    invalid("the list of providers is empty; leave `providers` out to ask those that are on by default")
}

fn object(input: &impl Serialize, name: &str) -> Result<Map<String, Value>, Error> {
    match serde_json::to_value(input) {
        Ok(Value::Object(params)) => Ok(params),
        Ok(_) => Err(invalid(format!(
            "{name} is not an object with a member for each parameter"
        ))),
        Err(error) => Err(invalid(format!("{name} cannot be written as JSON: {error}")).with_source(error)),
    }
}

fn pagination(pages: u32, operation: &'static str) -> Result<types::PaginationOptions, Error> {
    if (1..=MAX_PAGES).contains(&pages) {
        return Ok(types::PaginationOptions::new().pages(i64::from(pages)));
    }
    let what = format!("{pages} pages cannot be asked for; 1 to {MAX_PAGES} can");
    Err(invalid(what).with_operation(operation))
}
