//! The steps of a job: lease, begin, submit, fetch, finish. Each is safe to repeat, and each is recorded
//! before the next.

use std::fmt;
use std::time::Duration;

use databar::{Client, ErrorKind, Outcome, TaskId};
use serde_json::{Map, Value};
use tokio::task::JoinError;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::job::number;
use crate::ledger::model::{Attempt, JobState, Leased, TaskEnd, Verdict};
use crate::{Error, Job, observe};

/// After this many refusals in a row, the job is taken to be wrong, not its inputs.
const REFUSALS: i64 = 20;
/// For how long the service keeps the results of a task, in milliseconds.
const KEPT: i64 = 24 * 60 * 60 * 1000;
/// How long nothing is submitted when the service asks to slow down without saying for how long.
const HOLD: Duration = Duration::from_secs(30);

/// A lease on a chunk: until it ends, only this worker may submit the chunk.
#[derive(Debug)]
#[must_use = "no other worker can take the chunk while the lease lasts"]
pub struct Lease(Box<Held>);

/// A chunk whose submission is recorded as begun. If [`submit`](Self::submit) is not called, the chunk ends
/// up in doubt.
#[derive(Debug)]
#[must_use = "a chunk that was begun and is not submitted is in doubt"]
pub struct Begun {
    held: Box<Held>,
    inputs: Vec<Map<String, Value>>,
}

/// A chunk whose task is known.
#[derive(Debug)]
#[must_use = "the results of a task are kept for 24 hours"]
pub struct Submitted {
    held: Box<Held>,
    task: TaskId,
}

/// The result of a chunk's task, not recorded yet.
#[derive(Debug)]
#[must_use = "the result of a task is not recorded until `finish` is called"]
pub struct Fetched {
    held: Box<Held>,
    task: TaskId,
    end: TaskEnd,
}

/// A chunk under a lease.
#[derive(Clone)]
struct Held {
    job: Job,
    chunk: Leased,
    token: String,
}

/// The result of a submission.
#[derive(Debug)]
#[non_exhaustive]
pub enum Submission {
    /// The service has started a task.
    Submitted(Submitted),
    /// The service may or may not have started a task: the chunk is in doubt.
    InDoubt(databar::Error),
    /// The service refused the inputs of this chunk. The chunk is not sent again unless you ask for it.
    Refused(databar::Error),
    /// The submission was not run, and the chunk is planned as before: the service cannot be reached, asks to
    /// slow down, or will not run this job at all. In the last case the job is paused or stopped.
    NotRun(databar::Error),
}

/// The result of an attempt to begin a submission.
#[derive(Debug)]
#[non_exhaustive]
pub enum Beginning {
    /// The submission is recorded as begun, and should be sent now.
    Begun(Begun),
    /// The chunk may not be sent now, and is planned as before: the job is paused, stopped or cancelled, the
    /// service asked to wait, or the limit on the cost leaves no room for the chunk.
    NotNow,
    /// The lease has ended, and another worker may have the chunk.
    LeaseLost,
}

impl Job {
    /// Takes a lease on the next chunk to send; `None` when every such chunk is leased, or there is none.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn next_planned(&self) -> Result<Option<Lease>, Error> {
        Ok(self.held("planned", None).await?.map(Lease))
    }

    /// Takes a lease on this chunk, in order to send it.
    ///
    /// # Errors
    ///
    /// [`Error::Chunk`] when the chunk is in another state, or another worker holds its lease.
    pub async fn planned_chunk(&self, chunk: u64) -> Result<Lease, Error> {
        match self.held("planned", Some(number(chunk))).await? {
            Some(held) => Ok(Lease(held)),
            None => Err(self.not_so(chunk, "planned and unleased").await),
        }
    }

    /// Takes a lease on the next chunk whose task is to be fetched; `None` when every such chunk is leased,
    /// or there is none.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn next_submitted(&self) -> Result<Option<Submitted>, Error> {
        Ok(self.held("submitted", None).await?.and_then(Submitted::of))
    }

    /// Takes a lease on this chunk, in order to fetch its task.
    ///
    /// # Errors
    ///
    /// [`Error::Chunk`] when the chunk is in another state, or another worker holds its lease.
    pub async fn submitted_chunk(&self, chunk: u64) -> Result<Submitted, Error> {
        let held = self.held("submitted", Some(number(chunk))).await?;
        match held.and_then(Submitted::of) {
            Some(submitted) => Ok(submitted),
            None => Err(self.not_so(chunk, "submitted and unleased").await),
        }
    }

    /// Puts chunks in doubt that were begun by workers whose leases have ended without a recorded result.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn doubt_abandoned(&self) -> Result<(), Error> {
        let note = "its worker disappeared before it recorded the result of the submission";
        self.ledger.doubt_abandoned(self.id, note).await
    }

    async fn held(&self, state: &str, number: Option<i64>) -> Result<Option<Box<Held>>, Error> {
        let token = Uuid::new_v4().to_string();
        let chunk = self
            .ledger
            .lease(self.id, state, number, &token, self.millis())
            .await?;
        Ok(chunk.map(|chunk| {
            Box::new(Held {
                job: self.clone(),
                chunk,
                token,
            })
        }))
    }

    /// The length of leases, in milliseconds.
    fn millis(&self) -> i64 {
        millis(self.lease)
    }
}

/// Unwraps the result of a spawned task, and passes its panic on.
pub(crate) fn done<T>(ended: Result<T, JoinError>) -> Result<T, Error> {
    ended.map_err(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(_) => Error::Interrupted,
    })
}

pub(crate) fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

impl Lease {
    /// The number of the chunk.
    #[must_use]
    pub fn chunk(&self) -> u64 {
        self.0.chunk.number.unsigned_abs()
    }

    /// Records that the submission begins. From now until its result is recorded, the chunk is never sent
    /// again automatically.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer. Nothing may be sent in that case.
    pub async fn begin(self) -> Result<Beginning, Error> {
        let Held { job, chunk, token } = &*self.0;
        let inputs = job.inputs_between(chunk.first, chunk.last).await?;
        let inputs = inputs.into_iter().map(|(_, input)| input).collect();
        match job.ledger.start(job.id, chunk, token, job.millis()).await? {
            Attempt::Begun => Ok(Beginning::Begun(Begun { held: self.0, inputs })),
            Attempt::NotNow => {
                self.release().await?;
                Ok(Beginning::NotNow)
            }
            Attempt::LeaseLost => Ok(Beginning::LeaseLost),
        }
    }

    /// Ends the lease, so that another worker can take the chunk.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn release(self) -> Result<(), Error> {
        self.0.release().await
    }
}

impl Begun {
    /// The number of the chunk.
    #[must_use]
    pub fn chunk(&self) -> u64 {
        self.held.chunk.number.unsigned_abs()
    }

    /// Sends the chunk, **which costs credits**, and records the result.
    ///
    /// The result is recorded even if this future is dropped in the meantime, as long as the async runtime
    /// keeps running.
    ///
    /// # Errors
    ///
    /// [`Error::Unrecorded`] when a task was started, but the ledger did not record its id within the
    /// ledger's [`patience`](crate::Ledger::patience); [`Error::Ledger`] when it did not record another
    /// result.
    pub async fn submit(self, client: &Client) -> Result<Submission, Error> {
        let client = client.clone();
        done(tokio::spawn(self.send(client)).await)?
    }

    async fn send(self, client: Client) -> Result<Submission, Error> {
        let Self { held, inputs } = self;
        let Held { job, chunk, token } = &*held;
        let span = tracing::info_span!("submit", job = job.name, chunk = chunk.number);
        let error = match job.target.submit(&client, inputs).instrument(span).await {
            Ok(task) => {
                observe::submission("submitted");
                return held.record(task).await;
            }
            Err(error) => error,
        };
        tracing::info!(chunk = chunk.number, failure = ?error.kind(), "no task was started");
        if error.may_have_run() {
            let note = error.to_string();
            job.ledger.doubt(job.id, chunk.number, token, &note).await?;
            observe::submission("in_doubt");
            return Ok(Submission::InDoubt(error));
        }
        // Errors of the job as a whole, rather than of the inputs of this chunk.
        let halt = match error.kind() {
            ErrorKind::OutOfCredits | ErrorKind::OverBudget => Some(JobState::Paused),
            ErrorKind::Auth | ErrorKind::NotFound | ErrorKind::Configuration | ErrorKind::Redirect => {
                Some(JobState::Stopped)
            }
            _ => None,
        };
        let refused = halt.is_none() && !error.is_connect() && !error.is_rate_limited();
        let note = error.to_string();
        let refusals = job.ledger.not_run(job.id, chunk, token, refused, &note).await?;
        if let Some(state) = halt {
            job.ledger.halt(job.id, state, &note).await?;
        } else if error.is_rate_limited() {
            let wait = millis(error.retry_after().unwrap_or(HOLD));
            job.ledger.hold(job.id, wait).await?;
        } else if refused && refusals >= REFUSALS {
            let reason = format!("{refusals} chunks in a row were refused; the last: {note}");
            job.ledger.halt(job.id, JobState::Stopped, &reason).await?;
        }
        if refused {
            observe::submission("refused");
            return Ok(Submission::Refused(error));
        }
        observe::submission("not_run");
        Ok(Submission::NotRun(error))
    }
}

impl Held {
    async fn release(&self) -> Result<(), Error> {
        self.job
            .ledger
            .release(self.job.id, self.chunk.number, &self.token)
            .await
    }

    /// Records the task that was started.
    async fn record(self: Box<Self>, task: TaskId) -> Result<Submission, Error> {
        let Self { job, chunk, token } = &*self;
        let recorded = job
            .ledger
            .submitted(job.id, chunk.number, token, task.as_str(), job.millis())
            .await;
        let number = chunk.number.unsigned_abs();
        let lost = |source| Error::Unrecorded {
            tasks: vec![(number, task.clone())],
            source: Box::new(source),
        };
        match recorded {
            Ok(true) => Ok(Submission::Submitted(Submitted { held: self, task })),
            Ok(false) => Err(lost(
                job.not_so(number, "begun by this worker, or in doubt").await,
            )),
            Err(error) => Err(lost(error)),
        }
    }
}

impl Submitted {
    fn of(held: Box<Held>) -> Option<Self> {
        let task = TaskId::new(held.chunk.task.as_deref()?).ok()?;
        Some(Self { held, task })
    }

    /// The number of the chunk.
    #[must_use]
    pub fn chunk(&self) -> u64 {
        self.held.chunk.number.unsigned_abs()
    }

    /// The chunk's task.
    #[must_use]
    pub fn task(&self) -> &TaskId {
        &self.task
    }

    /// Ends the lease, so that another worker can fetch the task.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn release(self) -> Result<(), Error> {
        self.held.release().await
    }

    /// Extends the lease by its full length; false when another worker has taken the chunk.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn renew(&self) -> Result<bool, Error> {
        let Held { job, chunk, token } = &*self.held;
        job.ledger.renew(job.id, chunk.number, token, job.millis()).await
    }

    /// Waits for the task, for at most a third of the lease, and reads its results.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with [`ErrorKind::WaitTimedOut`] when the task is not done by then, and with other
    /// kinds when the task cannot be read. The call can be repeated. A task that has failed is not an error.
    pub async fn fetch(&self, client: &Client) -> Result<Fetched, Error> {
        let Held { job, chunk, .. } = &*self.held;
        let count = usize::try_from(chunk.inputs).unwrap_or_default();
        let task = client.task(self.task.clone());
        let waited = task
            .clone()
            .into_bulk(count)
            .wait::<Value>()
            .deadline(job.lease / 3)
            .await;
        let mut end = TaskEnd {
            state: "done",
            credits: None,
            note: None,
            data: None,
            outcomes: Vec::new(),
        };
        match waited {
            Ok(results) => {
                end.credits = Some(results.credits_spent);
                end.note = results.error;
                let positions = job.ledger.params(job.id, chunk.first, chunk.last).await?;
                let outcomes = positions.into_iter().zip(results.outcomes);
                end.outcomes = outcomes
                    .map(|((position, _), outcome)| match outcome {
                        Outcome::Found(result) => (position, Verdict::Found, Some(result.to_string())),
                        Outcome::Nothing => (position, Verdict::Nothing, None),
                        Outcome::Failed => (position, Verdict::Failed, None),
                        _ => (position, Verdict::NothingOrFailed, None),
                    })
                    .collect();
            }
            Err(error) => {
                end.state = match error.kind() {
                    ErrorKind::TaskFailed => "failed",
                    ErrorKind::Expired => "expired",
                    // A younger task that is not found belongs to another workspace than the key does.
                    ErrorKind::NotFound if chunk.age >= Some(KEPT) => "expired",
                    ErrorKind::Cancelled | ErrorKind::Inconsistent => "unattributable",
                    _ => return Err(error.into()),
                };
                end.note = Some(error.to_string());
                end.data = error.data().map(Value::to_string);
                if end.state != "expired" {
                    end.credits = Some(task.get().await?.credits_spent);
                }
                if error.kind() == ErrorKind::Cancelled {
                    let partial = task.partial::<Value>().await?;
                    end.data = Some(Value::from(partial.results).to_string());
                }
            }
        }
        Ok(Fetched {
            held: self.held.clone(),
            task: self.task.clone(),
            end,
        })
    }
}

impl Fetched {
    /// The number of the chunk.
    #[must_use]
    pub fn chunk(&self) -> u64 {
        self.held.chunk.number.unsigned_abs()
    }

    /// Records the end of the task with the results of its inputs, all or nothing. A result that was recorded
    /// before is kept.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer. The service keeps the results for 24 hours.
    pub async fn finish(&self) -> Result<(), Error> {
        let Held { job, chunk, .. } = &*self.held;
        let is_first = job
            .ledger
            .end(job.id, chunk, self.task.as_str(), &self.end)
            .await?;
        if is_first {
            tracing::info!(
                job = job.name,
                chunk = chunk.number,
                state = self.end.state,
                "a chunk has ended"
            );
            observe::end(chunk, &self.end);
        }
        Ok(())
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held")
            .field("job", &self.job.name)
            .field("chunk", &self.chunk.number)
            .finish_non_exhaustive()
    }
}
