//! Streams of the progress of a task or of a run on a table.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use databar_api::builder::task::GetTask;
use databar_api::{backoff, types};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt, stream};

use crate::status::TaskStatus;
use crate::{Client, Error, TaskId};

const FIRST_DELAY: Duration = Duration::from_millis(500);
const LONGEST_DELAY: Duration = Duration::from_secs(5);

/// The pauses between polls, which grow from 0.5 s to 5 s, each with a random part.
pub(crate) struct Pauses {
    client: Client,
    delays: Box<dyn Iterator<Item = Duration> + Send>,
}

impl Pauses {
    pub(crate) fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
            delays: Box::new(backoff(FIRST_DELAY, LONGEST_DELAY)),
        }
    }

    /// Waits for the length of the next pause.
    pub(crate) async fn pause(&mut self) {
        let delay = self.delays.next().unwrap_or(LONGEST_DELAY);
        self.client.clock().sleep(delay).await;
    }
}

/// Polls a task once; an error has the task's id.
pub(crate) async fn look(request: GetTask, id: &TaskId) -> Result<types::TaskResponse, Error> {
    request.await.map_err(|error| error.with_task_id(id.clone()))
}

/// A stream of progress reports. Dropping it stops the polling, not the work.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::{EnrichmentId, TaskStatus};
/// use serde_json::json;
///
/// let task = databar.enrichment(EnrichmentId(123)).run(json!({ "domain": "stripe.com" })).await?;
/// let mut watch = task.watch();
/// let mut seen = Vec::new();
/// while let Some(progress) = watch.try_next().await? {
///     seen.push(progress.status);
/// }
/// assert_eq!(seen.last(), Some(&TaskStatus::Completed));
/// # Ok(()) });
/// ```
///
/// # Errors
///
/// The stream ends after the first error.
#[must_use = "nothing is polled until it is awaited"]
pub struct Watch<P>(BoxStream<'static, Result<P, Error>>);

impl<P> Watch<P> {
    pub(crate) fn new(looks: impl Stream<Item = Result<P, Error>> + Send + 'static) -> Self {
        Self(looks.boxed())
    }

    /// Returns the next report, or `None` when the work is done.
    ///
    /// # Errors
    ///
    /// When polling fails.
    pub async fn try_next(&mut self) -> Result<Option<P>, Error> {
        self.0.next().await.transpose()
    }

    /// Returns the next report or error, or `None` when the work is done.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use databar::TaskId;
    ///
    /// let task = databar.task(TaskId::new("no-such-task")?);
    /// let mut watch = task.watch();
    /// assert!(matches!(watch.next().await, Some(Err(error)) if error.is_not_found()));
    /// assert!(watch.next().await.is_none());
    /// # Ok(()) });
    /// ```
    pub async fn next(&mut self) -> Option<Result<P, Error>> {
        self.0.next().await
    }
}

impl<P> Stream for Watch<P> {
    type Item = Result<P, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(context)
    }
}

impl<P> std::fmt::Debug for Watch<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}

/// The progress of a task.
///
/// ```
/// # use databar_sandbox::{Clock, Sandbox};
/// # databar_sandbox::run_with(Sandbox::builder().clock(Clock::Manual), async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # use databar::EnrichmentId;
/// # use serde_json::json;
/// let inputs = ["stripe.com", "github.com"].map(|domain| json!({ "domain": domain }));
/// let task = databar.enrichment(EnrichmentId(123)).run_bulk(inputs).await?;
/// # sandbox.advance(std::time::Duration::from_millis(200));
/// // After a while:
/// let progress = task.handle().watch().try_next().await?.ok_or("it is done")?;
/// assert!(progress.status.is_pending());
/// assert_eq!(progress.counts.and_then(|counts| counts.completed), Some(1));
/// assert!(progress.credits_spent > 0.0);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// The state of the task.
    pub status: TaskStatus,
    /// The cost so far, in credits.
    pub credits_spent: f64,
    /// The number of inputs in each state; only for bulk runs.
    pub counts: Option<Counts>,
}

/// How many inputs of a bulk run are in each state, as far as the service reports it.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # use databar::EnrichmentId;
/// # use serde_json::json;
/// let inputs = ["stripe.com", "nobody.test", "nobody.invalid"].map(|domain| json!({ "domain": domain }));
/// let task = databar.enrichment(EnrichmentId(123)).run_bulk(inputs).await?;
/// let results = task.wait::<serde_json::Value>().await?;
/// let counts = results.counts.ok_or("the service does not say")?;
/// assert_eq!((counts.total, counts.completed, counts.failed), (Some(3), Some(1), Some(1)));
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// All inputs.
    pub total: Option<u64>,
    /// Inputs with a result.
    pub completed: Option<u64>,
    /// Inputs for which nothing was found. If the service does not count them separately, they may be counted
    /// as failed.
    pub no_data: Option<u64>,
    /// Inputs that failed.
    pub failed: Option<u64>,
    /// Inputs that are not done yet.
    pub processing: Option<u64>,
}

impl Counts {
    pub(crate) fn of(progress: Option<&types::TaskProgress>) -> Option<Self> {
        let count = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok());
        progress.map(|progress| Self {
            total: count(progress.total),
            completed: count(progress.completed),
            no_data: count(progress.no_data),
            failed: count(progress.failed),
            processing: count(progress.processing),
        })
    }
}

impl Watch<Progress> {
    pub(crate) fn task(client: Client, id: TaskId) -> Self {
        let start = Some((Pauses::new(&client), true));
        Self::new(stream::try_unfold(start, move |state| {
            let (request, id) = (client.api().get_task(id.clone()), id.clone());
            async move {
                let Some((mut pauses, is_first)) = state else {
                    return Ok(None);
                };
                if !is_first {
                    pauses.pause().await;
                }
                let task = look(request, &id).await?;
                let progress = Progress {
                    status: TaskStatus::from(task.status.as_str()),
                    credits_spent: task.credits_spent,
                    counts: Counts::of(task.progress.as_ref()),
                };
                let next = progress.status.is_pending().then_some((pauses, false));
                Ok(Some((progress, next)))
            }
        }))
    }
}
