//! Tasks: what a run has started. Their ids, their states, one look at them, and stopping them.
//!
//! Waiting is in `wait`.

use std::fmt;

use databar_api::types;

use crate::client::Client;
use crate::wait::{BulkWait, Wait};
use crate::{Error, TaskId};

/// A task of the service; made by a run, or by [`Client::task`] from an id that was kept.
#[derive(Debug, Clone)]
pub struct TaskHandle {
    client: Client,
    id: TaskId,
}

impl TaskHandle {
    pub(crate) fn new(client: Client, id: TaskId) -> Self {
        Self { client, id }
    }

    /// The id, with which the task can be found again for 24 hours after its end.
    #[must_use]
    pub fn id(&self) -> &TaskId {
        &self.id
    }

    /// Looks once at the task.
    ///
    /// # Errors
    /// [`Error::is_not_found`], and [`Error::is_expired`] for results that are no longer kept.
    pub async fn get(&self) -> Result<types::TaskResponse, Error> {
        let task = self.client.api().get_task(self.id.clone()).await;
        task.map_err(|error| error.with_task_id(self.id.clone()))
    }

    /// Waits until the task is done, and reads its result as a `T`.
    ///
    /// A result that is an array of one element is read as that element. For the results of a bulk run see
    /// [`BulkTask`].
    pub fn wait<T>(&self) -> Wait<T> {
        Wait::new(self.clone())
    }

    /// Takes the task for a bulk run of so many inputs, to wait for results that are in line with them.
    #[must_use]
    pub fn into_bulk(self, inputs: usize) -> BulkTask {
        BulkTask { handle: self, inputs }
    }

    /// Stops the task; what was reserved for unfinished inputs is given back, finished ones keep their results.
    ///
    /// # Errors
    /// [`Error::is_conflict`] when the task is already done.
    pub async fn cancel(&self) -> Result<types::TaskResponse, Error> {
        let task = self.client.api().cancel_task(self.id.clone()).await;
        task.map_err(|error| error.with_task_id(self.id.clone()))
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }
}

/// The task of a bulk run, which knows how many inputs it was given.
#[derive(Debug, Clone)]
pub struct BulkTask {
    handle: TaskHandle,
    inputs: usize,
}

impl BulkTask {
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

    /// The task without the number of its inputs, to look at it or to stop it.
    #[must_use]
    pub fn handle(&self) -> &TaskHandle {
        &self.handle
    }

    /// Waits until the task is done, and reads its results: one for each input, in their order, `None` where there
    /// is no data.
    pub fn wait<T>(&self) -> BulkWait<T> {
        BulkWait::new(self.clone())
    }
}

/// The state of a task.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TaskStatus {
    /// Accepted, not begun.
    Queued,
    /// Accepted, not begun.
    Created,
    /// Running.
    Processing,
    /// Done; also the older word `success`.
    Completed,
    /// Done, some inputs without success.
    PartiallyCompleted,
    /// Done, and nothing was found.
    NoData,
    /// Failed; also the older word `error`.
    Failed,
    /// The results are no longer kept.
    Gone,
    /// Stopped by a cancel request.
    Cancelled,
    /// A word that this version does not know.
    Other(String),
}

impl TaskStatus {
    /// Whether the task is still to be waited for.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(self, Self::Queued | Self::Created | Self::Processing)
    }
}

impl From<&str> for TaskStatus {
    fn from(word: &str) -> Self {
        match word {
            "queued" => Self::Queued,
            "created" => Self::Created,
            "processing" => Self::Processing,
            "completed" | "success" => Self::Completed,
            "partially_completed" => Self::PartiallyCompleted,
            "no_data" => Self::NoData,
            "failed" | "error" => Self::Failed,
            "gone" => Self::Gone,
            "cancelled" => Self::Cancelled,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for TaskStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Queued => "queued",
            Self::Created => "created",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::PartiallyCompleted => "partially_completed",
            Self::NoData => "no_data",
            Self::Failed => "failed",
            Self::Gone => "gone",
            Self::Cancelled => "cancelled",
            Self::Other(word) => word,
        })
    }
}
