//! Works on a job until nothing is left to do: several chunks at a time, each through all of its steps.

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use databar::api::backoff;
use databar::{Client, ErrorKind};
use futures::future::{BoxFuture, Either, FutureExt as _, Shared, select};
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinSet};

use crate::ledger::model::JobState;
use crate::step::{Beginning, Lease, Submission, Submitted, done, millis};
use crate::{Error, Job, Status};

/// How often a worker looks for chunks that others have abandoned, and for decisions of people.
const LOOK: Duration = Duration::from_millis(500);
/// Pauses between attempts to reach the service grow from `SHORTEST` to `LONGEST`.
const SHORTEST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

/// The next thing to do.
enum Next {
    Fetch(Submitted),
    Send(Lease),
}

/// Works on a job when awaited. Made by [`Job::run`].
#[must_use = "nothing is run unless it is awaited"]
pub struct Run {
    job: Job,
    client: Client,
    in_flight: usize,
    patience: Duration,
    stop: BoxFuture<'static, ()>,
}

/// How the work on a job ended.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Ended {
    /// Why.
    pub ending: Ending,
    /// How far the job is.
    pub status: Status,
}

/// Why the work on a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// Every input has a final outcome, or is in doubt.
    Done,
    /// The job is paused, by hand or because the credits are used up. The text says why. Call
    /// [`Job::resume`], then run the job again.
    Paused(String),
    /// The service's answers show that the job itself is wrong. The text says how.
    Stopped(String),
    /// The job was cancelled.
    Cancelled,
    /// The worker was asked to stop. Tasks that were started are fetched if the job is run again within 24
    /// hours.
    Interrupted,
}

impl Job {
    /// Works on the job: sends what is planned, fetches what is done, and ends when nothing is left to do.
    /// **It costs credits.**
    ///
    /// Only one process at a time can work on a ledger in a file; any number can work on one in PostgreSQL,
    /// on any machines.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let folder = tempfile::tempdir()?;
    /// # let ledger = databar_jobs::Ledger::open_file(folder.path().join("ledger")).await?;
    /// use databar::EnrichmentId;
    /// use databar_jobs::{Ending, Inputs, Plan, Target};
    /// use serde_json::json;
    ///
    /// let inputs = ["stripe.com", "github.com", "stripe.com"].map(|domain| json!({ "domain": domain }));
    /// let plan = Plan::new("leads", Target::enrichment(EnrichmentId(123))).max_credits(10.0);
    /// let job = ledger.plan(&databar, plan, Inputs::new(inputs)).await?;
    /// let ended = job.run(&databar).await?;
    /// assert_eq!(ended.ending, Ending::Done);
    /// assert_eq!((ended.status.inputs, ended.status.found, ended.status.credits), (3, 2, 1.0));
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// - [`Error::InUse`] when another process works on the file.
    /// - [`Error::Ledger`] and [`Error::Api`] when the database or the service cannot be reached for longer
    ///   than the [`Ledger::patience`](crate::Ledger::patience) or the [`Run::patience`]. What was done is
    ///   kept; run the job again.
    /// - [`Error::Api`] when the results of a task cannot be fetched for another reason, such as a wrong key.
    ///   The job is then paused.
    /// - [`Error::Unrecorded`] when a task was started, but its id could not be recorded.
    pub fn run(&self, client: &Client) -> Run {
        Run {
            job: self.clone(),
            client: client.clone(),
            in_flight: 4,
            patience: Duration::from_secs(5 * 60),
            stop: futures::future::pending().boxed(),
        }
    }
}

impl Run {
    /// Sets how many chunks are worked on at a time. Default: 4.
    pub fn in_flight(mut self, chunks: usize) -> Self {
        self.in_flight = chunks.max(1);
        self
    }

    /// Sets for how long a service that cannot be reached is retried before that is an error. Default: 5
    /// minutes.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Ends the work when `stop` completes, for example on a signal. No further submission is begun, and
    /// those being sent are recorded first.
    pub fn until(mut self, stop: impl Future<Output = ()> + Send + 'static) -> Self {
        self.stop = stop.boxed();
        self
    }
}

impl IntoFuture for Run {
    type Output = Result<Ended, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self {
            job,
            client,
            in_flight,
            patience,
            stop,
        } = self;
        let work = async move {
            let failed = Arc::new(Notify::new());
            let failure = Arc::clone(&failed);
            // `stop` runs as a separate task: it may use the ledger, too, and must progress while this future
            // waits for the ledger.
            let stop = tokio::spawn(async move {
                select(stop, pin!(failure.notified())).await;
            });
            let _end = AbortOnDrop(stop.abort_handle());
            let worker = Worker {
                job,
                client,
                in_flight,
                patience,
                stop: stop.map(drop).boxed().shared(),
                failed,
                trouble: Mutex::new(None),
            };
            Arc::new(worker).work().await
        };
        work.boxed()
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("job", &self.job)
            .field("in_flight", &self.in_flight)
            .finish_non_exhaustive()
    }
}

struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Worker {
    job: Job,
    client: Client,
    in_flight: usize,
    patience: Duration,
    /// Completes when the work should end.
    stop: Shared<BoxFuture<'static, ()>>,
    /// Notified to end the work after a failure.
    failed: Arc<Notify>,
    /// Since when the service has been unreachable.
    trouble: Mutex<Option<Instant>>,
}

impl Worker {
    async fn work(self: Arc<Self>) -> Result<Ended, Error> {
        let _claim = self.job.ledger.claim().await?;
        // The chunks run as separate tasks: one that has a connection of the ledger must progress while this
        // future waits for another connection.
        let mut working = JoinSet::new();
        let mut failure = None;
        let ending = loop {
            while working.len() < self.in_flight && failure.is_none() && !self.is_stopped() {
                match self.next().await {
                    Ok(Some(Next::Fetch(submitted))) => {
                        drop(working.spawn(Arc::clone(&self).fetch(submitted)))
                    }
                    Ok(Some(Next::Send(lease))) => drop(working.spawn(Arc::clone(&self).send(lease))),
                    Ok(None) => break,
                    Err(error) => failure = Some(self.fail(error)),
                }
            }
            if working.is_empty() {
                if let Some(error) = failure {
                    return Err(error);
                }
                if let Some(ending) = self.ending().await? {
                    break ending;
                }
                self.pause(LOOK).await;
                continue;
            }
            if let Err(error) = self.share_pace().await {
                failure.get_or_insert(self.fail(error));
            }
            let look = pin!(tokio::time::sleep(LOOK));
            if let Either::Left((Some(worked), _)) = select(pin!(working.join_next()), look).await
                && let Err(error) = done(worked).and_then(|worked| worked)
            {
                let error = self.fail(error);
                failure = Some(match failure.take() {
                    Some(first) => first.or(error),
                    None => error,
                });
            }
        };
        let status = self.job.status().await?;
        Ok(Ended { ending, status })
    }

    /// Tells the workers on other machines that the service asks for fewer requests.
    async fn share_pace(&self) -> Result<(), Error> {
        let held = self.client.held();
        if held.is_zero() || !self.job.ledger.is_shared() {
            return Ok(());
        }
        self.job.ledger.hold(self.job.id, millis(held)).await
    }

    /// Ends the work: submissions in progress are still recorded, and chunks that wait for their task are
    /// released.
    fn fail(&self, error: Error) -> Error {
        self.failed.notify_one();
        error
    }

    /// The next thing to do, if something can be done now.
    async fn next(&self) -> Result<Option<Next>, Error> {
        let job = &self.job;
        job.doubt_abandoned().await?;
        if let Some(submitted) = job.next_submitted().await? {
            return Ok(Some(Next::Fetch(submitted)));
        }
        let row = job.row().await?;
        let is_waiting = row.state != JobState::Active || row.hold > 0;
        if is_waiting || self.over_budget(row.max_credits, row.committed).await?.is_some() {
            return Ok(None);
        }
        Ok(job.next_planned().await?.map(Next::Send))
    }

    /// The reason why the limit on the cost leaves no room for the next chunk, if that is so.
    async fn over_budget(&self, max_credits: Option<f64>, committed: f64) -> Result<Option<String>, Error> {
        let Some(max) = max_credits else {
            return Ok(None);
        };
        let planned = self.job.ledger.chunks(self.job.id, "planned", -1, 1).await?;
        let next = planned.first().map(|chunk| (chunk.number, chunk.estimate));
        Ok(next
            .filter(|(_, estimate)| committed + estimate > max + 1e-9)
            .map(|(number, estimate)| {
                format!(
                    "chunk {number} would cost up to {estimate} credits, and {committed} of the {max} that `max_credits` \
                     allows are spent or in doubt"
                )
            }))
    }

    /// Why the work ends when nothing is in progress here; `None` when there is still something to wait for.
    async fn ending(&self) -> Result<Option<Ending>, Error> {
        let job = &self.job;
        let status = job.status().await?;
        if self.is_stopped() && !status.is_settled() {
            return Ok(Some(Ending::Interrupted));
        }
        if status.is_under_way() {
            // Other workers are still busy.
            return Ok(None);
        }
        let reason = status.reason.clone().unwrap_or_default();
        Ok(match status.state {
            _ if status.is_settled() => Some(Ending::Done),
            JobState::Paused => Some(Ending::Paused(reason)),
            JobState::Stopped => Some(Ending::Stopped(reason)),
            JobState::Cancelled => Some(Ending::Cancelled),
            JobState::Active => {
                if let Some(reason) = self.over_budget(status.max_credits, status.committed).await? {
                    job.ledger.halt(job.id, JobState::Paused, &reason).await?;
                }
                None
            }
        })
    }

    /// Sends a chunk, and fetches the results of its task.
    async fn send(self: Arc<Self>, lease: Lease) -> Result<(), Error> {
        let begun = match lease.begin().await? {
            Beginning::Begun(begun) => begun,
            Beginning::NotNow | Beginning::LeaseLost => return Ok(()),
        };
        match begun.submit(&self.client).await? {
            Submission::Submitted(submitted) => {
                self.reached();
                self.fetch(submitted).await
            }
            Submission::NotRun(error) if error.is_connect() => {
                let mut pauses = backoff(SHORTEST, LONGEST);
                self.unreachable(error, &mut pauses).await
            }
            Submission::NotRun(_) | Submission::Refused(_) | Submission::InDoubt(_) => {
                self.reached();
                Ok(())
            }
        }
    }

    /// Fetches the results of a chunk's task, and records them. Releases the chunk if the work ends before
    /// that.
    async fn fetch(self: Arc<Self>, submitted: Submitted) -> Result<(), Error> {
        let mut pauses = backoff(SHORTEST, LONGEST);
        loop {
            let fetched = {
                let fetch = pin!(submitted.fetch(&self.client));
                match select(fetch, self.stop.clone()).await {
                    Either::Left((fetched, _)) => Some(fetched),
                    Either::Right(_) => None,
                }
            };
            let error = match fetched {
                None => return submitted.release().await,
                Some(Ok(fetched)) => {
                    self.reached();
                    return fetched.finish().await;
                }
                Some(Err(error)) => error,
            };
            match error {
                Error::Api(error) if error.kind() == ErrorKind::WaitTimedOut => self.reached(),
                Error::Api(error) if is_passing(&error) => self.unreachable(error, &mut pauses).await?,
                Error::Api(error) => {
                    let reason = format!(
                        "the results of chunk {} cannot be fetched: {error}",
                        submitted.chunk()
                    );
                    self.job
                        .ledger
                        .halt(self.job.id, JobState::Paused, &reason)
                        .await?;
                    submitted.release().await?;
                    return Err(error.into());
                }
                error => return Err(error),
            }
            if !submitted.renew().await? {
                // Another worker fetches it.
                return Ok(());
            }
        }
    }

    /// Pauses after a request that did not reach the service. Fails when the service has been unreachable for
    /// longer than `patience`.
    async fn unreachable(
        &self,
        error: databar::Error,
        pauses: &mut (impl Iterator<Item = Duration> + Send),
    ) -> Result<(), Error> {
        let since = *self.lock().get_or_insert_with(Instant::now);
        if since.elapsed() > self.patience {
            return Err(error.into());
        }
        tracing::warn!(%error, "retrying the service");
        self.pause(error.retry_after().or_else(|| pauses.next()).unwrap_or(LONGEST))
            .await;
        Ok(())
    }

    fn reached(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a while, or until the work should end.
    async fn pause(&self, time: Duration) {
        select(pin!(tokio::time::sleep(time)), self.stop.clone()).await;
    }

    fn is_stopped(&self) -> bool {
        self.stop.clone().now_or_never().is_some()
    }
}

/// Whether asking for the task may succeed later.
fn is_passing(error: &databar::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Connect
            | ErrorKind::Connection
            | ErrorKind::Timeout
            | ErrorKind::RateLimited
            | ErrorKind::Server
            | ErrorKind::Decode
            | ErrorKind::UnknownStatus
    )
}
