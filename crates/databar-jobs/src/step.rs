//! The steps of a job: lease, begin, submit, fetch, finish. Each is safe to repeat, and each is recorded before the next.

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

/// This number of refusals in a row says that the job is wrong, not the inputs.
const REFUSALS: i64 = 20;
/// For how long the service keeps the results of a task, in milliseconds.
const KEPT: i64 = 24 * 60 * 60 * 1000;
/// How long nothing is submitted when the service asks to slow down and does not say for how long.
const HOLD: Duration = Duration::from_secs(30);

/// A chunk that this worker alone may submit, until its lease ends.
#[derive(Debug)]
#[must_use = "a lease keeps the chunk from others"]
pub struct Lease(Box<Held>);

/// A chunk whose submission is recorded as begun. Unless [`submit`](Self::submit) is called, it is in doubt.
#[derive(Debug)]
#[must_use = "what was begun and is not submitted is in doubt"]
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

/// The end of a chunk's task, which is not recorded yet.
#[derive(Debug)]
#[must_use = "the end of a task is not recorded unless it is finished"]
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

/// What came of a submission.
#[derive(Debug)]
#[non_exhaustive]
pub enum Submission {
    /// The service has started a task.
    Submitted(Submitted),
    /// Nobody knows whether it did: the chunk is in doubt.
    InDoubt(databar::Error),
    /// It refused the inputs of this chunk, which has come to its end.
    Refused(databar::Error),
    /// It was not run, and is planned as before: the service cannot be reached, asks to slow down, or does not run this job at
    /// all, which is paused or stopped then.
    NotRun(databar::Error),
}

/// What came of the attempt to begin a submission.
#[derive(Debug)]
#[non_exhaustive]
pub enum Beginning {
    /// It is recorded as begun, and is to be sent now.
    Begun(Begun),
    /// Not now: the job is paused, stopped or cancelled, the service asked to wait, or the limit on the cost does not allow for
    /// the chunk. It is planned as before.
    NotNow,
    /// The lease has ended; the chunk may belong to somebody else.
    LeaseLost,
}

impl Job {
    /// Takes a lease on the next chunk that is to be sent; `None` when there is none that nobody works on.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn next_planned(&self) -> Result<Option<Lease>, Error> {
        Ok(self.held("planned", None).await?.map(Lease))
    }

    /// Takes a lease on this chunk, which is to be sent.
    ///
    /// # Errors
    ///
    /// [`Error::Chunk`] when it is in another state, or somebody else works on it.
    pub async fn planned_chunk(&self, chunk: u64) -> Result<Lease, Error> {
        match self.held("planned", Some(number(chunk))).await? {
            Some(held) => Ok(Lease(held)),
            None => Err(self.not_so(chunk, "planned and free").await),
        }
    }

    /// Takes the next chunk whose task is to be fetched; `None` when there is none that nobody works on.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn next_submitted(&self) -> Result<Option<Submitted>, Error> {
        Ok(self.held("submitted", None).await?.and_then(Submitted::of))
    }

    /// Takes this chunk, whose task is to be fetched.
    ///
    /// # Errors
    ///
    /// [`Error::Chunk`] when it is in another state, or somebody else works on it.
    pub async fn submitted_chunk(&self, chunk: u64) -> Result<Submitted, Error> {
        let held = self.held("submitted", Some(number(chunk))).await?;
        match held.and_then(Submitted::of) {
            Some(submitted) => Ok(submitted),
            None => Err(self.not_so(chunk, "submitted and free").await),
        }
    }

    /// Puts in doubt what was begun by workers whose leases have ended without a record of what came of it.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn doubt_abandoned(&self) -> Result<(), Error> {
        let note = "its worker was gone before it recorded what came of the submission";
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

    /// The length of leases.
    fn millis(&self) -> i64 {
        millis(self.lease)
    }
}

/// What a task of the runtime gave; its panic is passed on.
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

    /// Records that the submission begins. After this, and until its end is recorded, the chunk is never sent again by itself.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer; nothing is to be sent then.
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

    /// Gives the chunk back.
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

    /// Sends the chunk, **which costs credits**, and records what came of it.
    ///
    /// What is sent is recorded even if the future is dropped meanwhile, as long as the runtime goes on.
    ///
    /// # Errors
    ///
    /// [`Error::Unrecorded`] when a task was started, and the ledger did not take its id within the
    /// ledger's [`patience`](crate::Ledger::patience).
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
        // What is wrong with the job, rather than with the inputs of this chunk.
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

    /// Its task.
    #[must_use]
    pub fn task(&self) -> &TaskId {
        &self.task
    }

    /// Gives the chunk back, for somebody else to fetch.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn release(self) -> Result<(), Error> {
        self.held.release().await
    }

    /// Makes the lease as long as it was; false when the chunk belongs to somebody else meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn renew(&self) -> Result<bool, Error> {
        let Held { job, chunk, token } = &*self.held;
        job.ledger.renew(job.id, chunk.number, token, job.millis()).await
    }

    /// Waits for the task for a third of the lease at most, and reads its results.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with [`ErrorKind::WaitTimedOut`] when it is not done by then, and with other kinds when it cannot be
    /// looked at; the same step can be repeated. How the task ended, well or not, is not an error.
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
                    // A younger one that is not found is one of another workspace than that of the key.
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

    /// Records the end of the task, with the results of its inputs; all or nothing. What is recorded already stays as it is.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer; the service keeps the results for 24 hours.
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
                "a chunk has come to its end"
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
