//! The states of tasks.

use std::fmt;

/// The state of a task.
///
/// ```
/// # use databar_sandbox::{Clock, Sandbox};
/// # databar_sandbox::run_with(Sandbox::builder().clock(Clock::Manual), async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::{EnrichmentId, TaskStatus};
/// use serde_json::{Value, json};
///
/// let task = databar.enrichment(EnrichmentId(123)).run(json!({ "domain": "stripe.com" })).await?;
/// let status = TaskStatus::from(task.get().await?.status.as_str());
/// assert!(status.is_pending());
///
/// # sandbox.advance(std::time::Duration::from_secs(1));
/// let end = task.wait::<Value>().await?;
/// assert_eq!(end.status, TaskStatus::Completed);
/// assert!(!end.status.is_pending());
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TaskStatus {
    /// Accepted, not started.
    Queued,
    /// Accepted, not started.
    Created,
    /// Running.
    Processing,
    /// Done; also the older status `success`.
    Completed,
    /// Done, but some inputs did not succeed.
    PartiallyCompleted,
    /// Done; nothing was found.
    NoData,
    /// Failed; also the older status `error`.
    Failed,
    /// The results are no longer kept.
    Gone,
    /// Stopped by a request to cancel.
    Cancelled,
    /// A status that this version does not know.
    Other(String),
}

impl TaskStatus {
    /// Returns whether the task is not done yet.
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
