//! Waits for a task: how often to poll, when to stop, and what each final state means.

use std::any::Any;
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::time::Duration;

use databar_api::{ErrorBody, types};
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::client::Client;
use crate::counted::counted;
use crate::status::TaskStatus;
use crate::watch::{Counts, Pauses, look};
use crate::{Error, ErrorKind, TaskId};

pub(crate) const DEFAULT_DEADLINE: Duration = Duration::from_secs(10 * 60);

/// A task that finished successfully.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::{EnrichmentId, TaskStatus};
/// use serde_json::json;
///
/// #[derive(Debug, PartialEq, serde::Deserialize)]
/// struct Company {
///     company_name: String,
/// }
///
/// let company = databar.enrichment(EnrichmentId(123));
/// let end = company.run(json!({ "domain": "stripe.com" })).await?.wait::<Company>().await?;
/// assert_eq!(end.data, Some(Company { company_name: "Stripe".into() }));
/// let end = company.run(json!({ "domain": "nobody.test" })).await?.wait::<Company>().await?;
/// assert_eq!((end.status, end.data, end.credits_spent), (TaskStatus::NoData, None, 0.0));
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Finished<T> {
    /// The id of the task.
    pub task_id: TaskId,
    /// `Completed`, `PartiallyCompleted`, or `NoData`.
    pub status: TaskStatus,
    /// The result, or `None` if nothing was found.
    pub data: Option<T>,
    /// The cost in credits.
    pub credits_spent: f64,
}

/// A wait for a task, created by [`Task::wait`](crate::Task::wait). Awaiting it polls the task until it is
/// done.
///
/// It polls at once, then at intervals that grow from 0.5 s to 5 s, each with a random part. Dropping the
/// future stops the waiting, not the task.
///
/// ```
/// # use databar_sandbox::{Clock, Sandbox};
/// # databar_sandbox::run_with(Sandbox::builder().clock(Clock::Manual), async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::{EnrichmentId, ErrorKind};
/// use serde_json::{Value, json};
/// use std::time::Duration;
///
/// let task = databar.enrichment(EnrichmentId(123)).run(json!({ "domain": "stripe.com" })).await?;
/// let error = task.wait::<Value>().deadline(Duration::from_millis(20)).await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::WaitTimedOut);
/// assert_eq!(error.task_id(), Some(task.id()));
///
/// # sandbox.advance(Duration::from_secs(1));
/// let end = task.wait::<Value>().await?; // It has been running on.
/// assert!(end.data.is_some());
/// # Ok(()) });
/// ```
///
/// # Errors
/// Each error has the task's id in [`Error::task_id`], to poll or to wait again.
/// - [`ErrorKind::WaitTimedOut`]: at the deadline the task was not known to be done. It keeps running.
/// - [`ErrorKind::TaskFailed`]: the task failed; [`Error::message`] has the service's message.
/// - [`ErrorKind::Cancelled`]: the task was cancelled. [`ErrorKind::Expired`]: its results are no longer
///   kept.
/// - [`ErrorKind::UnknownStatus`]: the task has a status that this version does not know.
/// - [`ErrorKind::Decode`]: the result is not a `T`; it is in [`Error::data`].
/// - The errors of the polling request.
#[must_use = "nothing is waited for unless it is awaited"]
pub struct Wait<T> {
    client: Client,
    id: TaskId,
    deadline: Duration,
    result: PhantomData<fn() -> T>,
}

impl<T> Wait<T> {
    pub(crate) fn new(client: Client, id: TaskId) -> Self {
        Self {
            client,
            id,
            deadline: DEFAULT_DEADLINE,
            result: PhantomData,
        }
    }

    /// Sets the longest time to wait, counted from when it is awaited. A poll that is under way at the
    /// deadline is abandoned, however long the service takes or asks to wait. Default: 10 minutes.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }
}

impl<T> fmt::Debug for Wait<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("task", &self.id)
            .field("deadline", &self.deadline)
            .finish()
    }
}

impl<T: DeserializeOwned + 'static> IntoFuture for Wait<T> {
    type Output = Result<Finished<T>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self {
            client, id, deadline, ..
        } = self;
        Box::pin(async move {
            let handle = Handle { client, id };
            let Ended {
                status,
                credits_spent,
                data,
                ..
            } = end_of(&handle, deadline).await?;
            let data = match data {
                Some(data) if status != TaskStatus::NoData => single(data, &handle)?,
                _ => None,
            };
            Ok(Finished {
                task_id: handle.id,
                status,
                data,
                credits_spent,
            })
        })
    }
}

/// A bulk run that finished successfully.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::{EnrichmentId, Outcome};
/// use serde_json::{Value, json};
///
/// let inputs = ["stripe.com", "nobody.test"].map(|domain| json!({ "domain": domain }));
/// let task = databar.enrichment(EnrichmentId(123)).run_bulk(inputs).await?;
/// let results = task.wait::<Value>().await?;
/// for (index, company) in results.found() {
///     assert_eq!((index, &company["company_name"]), (0, &json!("Stripe")));
/// }
/// assert_eq!(results.outcomes[1], Outcome::Nothing);
/// assert_eq!(results.credits_spent, 0.5);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BulkResults<T> {
    /// The id of the task.
    pub task_id: TaskId,
    /// `Completed`, `PartiallyCompleted`, or `NoData`.
    pub status: TaskStatus,
    /// The cost in credits.
    pub credits_spent: f64,
    /// The number of inputs in each state, if the service reports it.
    pub counts: Option<Counts>,
    /// The service's message about what went wrong.
    pub error: Option<String>,
    /// One outcome for each input, in the order of the inputs.
    pub outcomes: Vec<Outcome<T>>,
}

impl<T> BulkResults<T> {
    /// Iterates over the results that were found, each with the position of its input.
    pub fn found(&self) -> impl Iterator<Item = (usize, &T)> {
        let outcomes = self.outcomes.iter().enumerate();
        outcomes.filter_map(|(index, outcome)| Some((index, outcome.found()?)))
    }
}

/// The outcome of one input of a bulk run.
///
/// The service returns null both when nothing was found and when an input failed; only the counts tell them
/// apart. Where the counts leave it open, the outcome is [`NothingOrFailed`](Self::NothingOrFailed).
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::{EnrichmentId, Outcome};
/// use serde_json::{Value, json};
///
/// let inputs = ["stripe.com", "nobody.invalid"].map(|domain| json!({ "domain": domain }));
/// let task = databar.enrichment(EnrichmentId(123)).run_bulk(inputs).await?;
/// let outcomes = task.wait::<Value>().await?.outcomes;
/// assert_eq!(outcomes[0].found().map(|company| &company["company_name"]), Some(&json!("Stripe")));
/// assert!(matches!(outcomes[1], Outcome::Failed));
/// let companies: Vec<Value> = outcomes.into_iter().filter_map(|outcome| outcome.into_found()).collect();
/// assert_eq!(companies.len(), 1);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome<T> {
    /// A result was found.
    Found(T),
    /// Nothing was found.
    Nothing,
    /// The input failed; [`BulkResults::error`] may say why.
    Failed,
    /// Either nothing was found, or the input failed.
    NothingOrFailed,
}

impl<T> Outcome<T> {
    /// The result, if there is one.
    pub fn found(&self) -> Option<&T> {
        match self {
            Self::Found(result) => Some(result),
            _ => None,
        }
    }

    /// The result, if there is one.
    pub fn into_found(self) -> Option<T> {
        match self {
            Self::Found(result) => Some(result),
            _ => None,
        }
    }
}

/// The results so far of a bulk run that is still running or was cancelled.
///
/// **The results do not line up with the inputs**: the service returns only finished results, and does not
/// say which inputs they belong to.
///
/// ```
/// # use databar_sandbox::{Clock, Sandbox};
/// # databar_sandbox::run_with(Sandbox::builder().clock(Clock::Manual), async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::EnrichmentId;
/// use serde_json::{Value, json};
///
/// let inputs = ["stripe.com", "github.com"].map(|domain| json!({ "domain": domain }));
/// let task = databar.enrichment(EnrichmentId(123)).run_bulk(inputs).await?;
/// # sandbox.advance(std::time::Duration::from_millis(200));
/// // After a while:
/// let partial = task.handle().partial::<Value>().await?;
/// assert!(partial.status.is_pending());
/// assert_eq!(partial.counts.and_then(|counts| counts.completed), Some(1));
/// assert_eq!(partial.results[0]["company_name"], "Stripe");
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PartialResults<T> {
    /// The state of the task.
    pub status: TaskStatus,
    /// The number of inputs in each state, if the service reports it.
    pub counts: Option<Counts>,
    /// The finished results, in no particular order.
    pub results: Vec<T>,
}

impl<T: DeserializeOwned> PartialResults<T> {
    pub(crate) async fn read(client: &Client, id: &TaskId) -> Result<Self, Error> {
        let request = client.api().get_task(id.clone()).include_partial(true);
        let task = look(request, id).await?;
        let handle = Handle {
            client: client.clone(),
            id: id.clone(),
        };
        let elements = match task.data {
            Some(Value::Array(elements)) => elements,
            None | Some(Value::Null) => Vec::new(),
            Some(single) => vec![single],
        };
        let mut results = Vec::new();
        for (index, element) in elements
            .iter()
            .enumerate()
            .filter(|(_, element)| !element.is_null())
        {
            results.push(fit(element).map_err(|error| {
                no_fit(&error, format!("data[{index}]"), &handle)
                    .with_data(Some(Value::Array(elements.clone())))
            })?);
        }
        Ok(Self {
            status: TaskStatus::from(task.status.as_str()),
            counts: Counts::of(task.progress.as_ref()),
            results,
        })
    }
}

/// A wait for a bulk run, created by [`BulkTask::wait`](crate::BulkTask::wait). Awaiting it polls the task
/// until it is done.
///
/// ```
/// # use databar_sandbox::{Clock, Sandbox};
/// # databar_sandbox::run_with(Sandbox::builder().clock(Clock::Manual), async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::{EnrichmentId, ErrorKind};
/// use serde_json::{Value, json};
/// use std::time::Duration;
///
/// let inputs = ["stripe.com", "github.com"].map(|domain| json!({ "domain": domain }));
/// let task = databar.enrichment(EnrichmentId(123)).run_bulk(inputs).await?;
/// let error = task.wait::<Value>().deadline(Duration::from_millis(20)).await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::WaitTimedOut);
///
/// # sandbox.advance(Duration::from_secs(1));
/// let results = task.wait::<Value>().await?; // It has been running on.
/// assert_eq!(results.found().count(), 2);
/// # Ok(()) });
/// ```
///
/// # Errors
/// The errors of [`Wait`], and [`ErrorKind::Inconsistent`] when the number of results differs from the number
/// of inputs. The results cannot be matched to the inputs then; they are in [`Error::data`].
#[must_use = "nothing is waited for unless it is awaited"]
pub struct BulkWait<T> {
    client: Client,
    id: TaskId,
    inputs: usize,
    deadline: Duration,
    result: PhantomData<fn() -> T>,
}

impl<T> BulkWait<T> {
    pub(crate) fn new(client: Client, id: TaskId, inputs: usize) -> Self {
        Self {
            client,
            id,
            inputs,
            deadline: DEFAULT_DEADLINE,
            result: PhantomData,
        }
    }

    /// Sets the longest time to wait, counted from when it is awaited. A poll that is under way at the
    /// deadline is abandoned, however long the service takes or asks to wait. Default: 10 minutes.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }
}

impl<T> fmt::Debug for BulkWait<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkWait")
            .field("task", &self.id)
            .field("inputs", &self.inputs)
            .field("deadline", &self.deadline)
            .finish()
    }
}

impl<T: DeserializeOwned + 'static> IntoFuture for BulkWait<T> {
    type Output = Result<BulkResults<T>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self {
            client,
            id,
            inputs,
            deadline,
            ..
        } = self;
        Box::pin(async move {
            let handle = Handle { client, id };
            let Ended {
                status,
                data,
                credits_spent,
                counts,
                error,
            } = end_of(&handle, deadline).await?;
            let found = if status == TaskStatus::NoData && data.as_ref().is_none_or(is_empty) {
                std::iter::repeat_with(|| None).take(inputs).collect()
            } else {
                aligned(data.unwrap_or(Value::Null), inputs, &handle)?
            };
            let missing = Missing::of(&status, counts);
            Ok(BulkResults {
                task_id: handle.id,
                status,
                credits_spent,
                counts,
                error,
                outcomes: found.into_iter().map(|found| missing.or(found)).collect(),
            })
        })
    }
}

/// The meaning of a null among the results.
#[derive(Clone, Copy)]
enum Missing {
    Nothing,
    Failed,
    Either,
}

impl Missing {
    fn of(status: &TaskStatus, counts: Option<Counts>) -> Self {
        let counts = counts.unwrap_or_default();
        match (counts.no_data, counts.failed) {
            _ if *status == TaskStatus::NoData => Missing::Nothing,
            (_, Some(0)) => Missing::Nothing,
            // Without a separate count, inputs for which nothing was found are counted as failed.
            (Some(0), Some(_)) => Missing::Failed,
            _ => Missing::Either,
        }
    }

    fn or<T>(self, found: Option<T>) -> Outcome<T> {
        match (found, self) {
            (Some(found), _) => Outcome::Found(found),
            (None, Self::Nothing) => Outcome::Nothing,
            (None, Self::Failed) => Outcome::Failed,
            (None, Self::Either) => Outcome::NothingOrFailed,
        }
    }
}

/// A task to wait for.
struct Handle {
    client: Client,
    id: TaskId,
}

struct Ended {
    status: TaskStatus,
    data: Option<Value>,
    credits_spent: f64,
    counts: Option<Counts>,
    error: Option<String>,
}

/// Polls the task until it is done or the deadline has passed, even if a poll is under way then.
async fn end_of(handle: &Handle, deadline: Duration) -> Result<Ended, Error> {
    let mut seen = None;
    let ended = handle.client.within(deadline, watch(handle, &mut seen)).await;
    ended.unwrap_or_else(|| {
        let what = match seen {
            Some(status) => format!("still {status} after {deadline:?}"),
            None => format!("no answer within {deadline:?}"),
        };
        Err(Error::new(ErrorKind::WaitTimedOut, what).with_task_id(handle.id.clone()))
    })
}

/// Polls the task until it is done; `seen` is the state at the last poll.
async fn watch(handle: &Handle, seen: &mut Option<TaskStatus>) -> Result<Ended, Error> {
    let mut pauses = Pauses::new(&handle.client);
    loop {
        let task = look(handle.client.api().get_task(handle.id.clone()), &handle.id).await?;
        let status = TaskStatus::from(task.status.as_str());
        if !status.is_pending() {
            return judge(task, status, handle);
        }
        *seen = Some(status);
        pauses.pause().await;
    }
}

fn judge(task: types::TaskResponse, status: TaskStatus, handle: &Handle) -> Result<Ended, Error> {
    let data = task.data.filter(|data| !data.is_null());
    let words = match task.error {
        Some(types::TaskResponseError::String(words)) => words,
        Some(types::TaskResponseError::Array(list)) => list.join("; "),
        Some(other) => format!("{other:?}"),
        None => String::new(),
    };
    let words = handle.client.without_key(&words).into_owned();
    let (kind, what) = match &status {
        TaskStatus::Completed | TaskStatus::PartiallyCompleted | TaskStatus::NoData => {
            return Ok(Ended {
                status,
                data,
                credits_spent: task.credits_spent,
                counts: Counts::of(task.progress.as_ref()),
                error: Some(words).filter(|words| !words.is_empty()),
            });
        }
        TaskStatus::Failed => (ErrorKind::TaskFailed, "it failed".to_owned()),
        TaskStatus::Cancelled => (ErrorKind::Cancelled, "it was cancelled".to_owned()),
        TaskStatus::Gone => (ErrorKind::Expired, "its results are no longer kept".to_owned()),
        unknown => (
            ErrorKind::UnknownStatus,
            format!("it has the status `{unknown}`, which this version does not know"),
        ),
    };
    let error = Error::new(kind, handle.client.without_key(&what))
        .with_data(data)
        .with_task_id(handle.id.clone());
    Err(match words.is_empty() {
        true => error,
        false => error.with_body(ErrorBody::with_message(&words)),
    })
}

/// Reads the result of a single run, which the service returns as it is or in an array of one.
fn single<T: DeserializeOwned + 'static>(mut data: Value, task: &Handle) -> Result<Option<T>, Error> {
    let element = match &mut data {
        Value::Array(elements) if elements.len() == 1 => &mut elements[0],
        whole => whole,
    };
    if element.is_null() {
        return Ok(None);
    }
    // The element is tried first. If `T` is an array itself, only the whole fits.
    match take(element) {
        Ok(result) => Ok(Some(result)),
        Err(error) => match T::deserialize(&data) {
            Ok(result) => Ok(Some(result)),
            Err(_) if data.as_array().is_some_and(Vec::is_empty) => Ok(None),
            Err(_) => Err(no_fit(&error, "data".to_owned(), task).with_data(Some(data))),
        },
    }
}

/// A result that does not fit, with the place.
type Misfit = serde_path_to_error::Error<serde_json::Error>;

/// Reads a result as a `T`. If `T` is `Value`, takes it, because reading it as one would copy it.
fn take<T: DeserializeOwned + 'static>(result: &mut Value) -> Result<T, Misfit> {
    let mut taken: Option<T> = None;
    if let Some(taken) = (&mut taken as &mut dyn Any).downcast_mut() {
        *taken = Some(result.take());
    }
    taken.map_or_else(|| fit(result), Ok)
}

/// Reads a result as a `T`. Only a result that does not fit is read a second time, to find the place.
fn fit<T: DeserializeOwned>(result: &Value) -> Result<T, Misfit> {
    T::deserialize(result).or_else(|_| serde_path_to_error::deserialize(result))
}

/// Reads the results of a bulk run, one for each input.
fn aligned<T: DeserializeOwned + 'static>(
    mut data: Value,
    inputs: usize,
    task: &Handle,
) -> Result<Vec<Option<T>>, Error> {
    let Value::Array(elements) = &mut data else {
        let error = Error::new(
            ErrorKind::Inconsistent,
            "the results of the bulk run are not a list",
        );
        return Err(error.with_task_id(task.id.clone()).with_data(Some(data)));
    };
    if elements.len() != inputs {
        let what = format!(
            "the answer has {} for {}, so they cannot be matched",
            counted(elements.len(), "result"),
            counted(inputs, "input")
        );
        let error = Error::new(ErrorKind::Inconsistent, what).with_task_id(task.id.clone());
        return Err(error.with_data(Some(data)));
    }
    let mut results = Vec::with_capacity(inputs);
    for (index, element) in elements.iter_mut().enumerate() {
        if element.is_null() {
            results.push(None);
            continue;
        }
        match take(element) {
            Ok(result) => results.push(Some(result)),
            Err(error) => {
                return Err(no_fit(&error, format!("data[{index}]"), task).with_data(Some(data)));
            }
        }
    }
    Ok(results)
}

fn is_empty(data: &Value) -> bool {
    match data {
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn no_fit(error: &Misfit, root: String, task: &Handle) -> Error {
    let path = match error.path().to_string().as_str() {
        "." => root,
        inner if inner.starts_with('[') => root + inner,
        inner => format!("{root}.{inner}"),
    };
    let what = format!("the result does not fit the requested type: {}", error.inner());
    let client = &task.client;
    Error::new(ErrorKind::Decode, client.without_key(&what))
        .with_json_path(client.without_key(&path))
        .with_task_id(task.id.clone())
}
