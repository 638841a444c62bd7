//! A job in a ledger: its status, the chunks in doubt, and what people decide about them.

use std::fmt;
use std::time::{Duration, SystemTime};

use databar::{Client, TaskId};
use futures::stream::{self, BoxStream};
use futures::{StreamExt as _, TryStreamExt as _};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::ledger::model::{ChunkRow, JobRow, JobState};
use crate::outcome::time;
use crate::{Error, InputOutcome, Ledger, Status, Target};

/// A job in a ledger, made by [`Ledger::plan`] and found again by [`Ledger::open_job`]. Cheap to clone.
#[derive(Clone)]
pub struct Job {
    pub(crate) ledger: Ledger,
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) target: Target,
    pub(crate) lease: Duration,
}

/// How many inputs are read from the ledger at a time.
const PAGE: i64 = 500;

impl Ledger {
    /// Opens a job that was planned before.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchJob`]; [`Error::NotPlanned`] when not all of its inputs were read; [`Error::Ledger`].
    pub async fn open_job(&self, name: &str) -> Result<Job, Error> {
        let row = self
            .job_row(name)
            .await?
            .ok_or_else(|| Error::NoSuchJob(name.to_owned()))?;
        if row.planned_at.is_none() {
            return Err(Error::NotPlanned(row.name));
        }
        let target = serde_json::from_str(&row.target).map_err(|error| Error::OtherJob {
            name: row.name.clone(),
            difference: format!("this version of databar-jobs cannot read what it runs ({error})"),
        })?;
        Ok(Job {
            ledger: self.clone(),
            id: row.id,
            name: row.name,
            target,
            lease: Duration::from_secs(60),
        })
    }
}

impl Job {
    /// The job's name in the ledger.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the job runs for each input.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Sets how long a chunk belongs to the worker that has taken it. The worker renews its lease while it
    /// works; if it stops, another worker takes the chunk over. At least one second. Default: 60 s.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease.max(Duration::from_secs(1));
        self
    }

    /// Reads how far the job is, even while another process works on it.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn status(&self) -> Result<Status, Error> {
        Ok(Status::of(self.row().await?, &self.ledger.tally(self.id).await?))
    }

    pub(crate) async fn row(&self) -> Result<JobRow, Error> {
        let row = self.ledger.job_row(&self.name).await?;
        row.ok_or_else(|| Error::NoSuchJob(self.name.clone()))
    }

    /// The outcomes of all inputs, in the order of the inputs, including those that are not done yet.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # use databar::EnrichmentId;
    /// # use databar_jobs::{Inputs, Ledger, Plan, Target};
    /// # use serde_json::json;
    /// # let folder = tempfile::tempdir()?;
    /// # let ledger = Ledger::open_file(folder.path().join("ledger")).await?;
    /// #[derive(serde::Deserialize)]
    /// struct Company {
    ///     company_name: String,
    /// }
    ///
    /// # let plan = Plan::new("leads", Target::enrichment(EnrichmentId(123)));
    /// # let inputs = Inputs::new(["stripe.com", "nobody.test"].map(|domain| json!({ "domain": domain })));
    /// let job = ledger.plan(&databar, plan, inputs).await?;
    /// job.run(&databar).await?;
    ///
    /// let mut outcomes = job.outcomes::<Company>();
    /// # use futures::TryStreamExt;
    /// while let Some(one) = outcomes.try_next().await? {
    ///     match one.outcome.found() {
    ///         Some(company) => println!("{}: {}", one.input["domain"], company.company_name),
    ///         None => println!("{}: {}", one.input["domain"], one.outcome.name()),
    ///     }
    /// }
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer, or a result is not a `T`.
    pub fn outcomes<T: DeserializeOwned + Send + 'static>(
        &self,
    ) -> BoxStream<'static, Result<InputOutcome<T>, Error>> {
        let job = self.clone();
        stream::try_unfold(Some(0), move |from| {
            let job = job.clone();
            async move {
                let Some(from) = from else { return Ok(None) };
                let rows = job.ledger.outcomes(job.id, from, PAGE).await?;
                let next = (rows.len() as i64 == PAGE).then_some(from + PAGE);
                let outcomes = rows.into_iter().map(InputOutcome::of);
                Ok::<_, Error>(Some((stream::iter(outcomes), next)))
            }
        })
        .try_flatten()
        .boxed()
    }

    /// The chunks that may or may not have been sent: their submission was begun and its end was not
    /// recorded, or the answer does not say that it was refused. [`inputs_of`](Self::inputs_of) gives their
    /// inputs. They are not sent again unless you ask for it with [`send_again`](Self::send_again), or call
    /// [`attach`](Self::attach) when you know the task.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # use databar_sandbox::{Fault, FaultKind};
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let folder = tempfile::tempdir()?;
    /// # let ledger = databar_jobs::Ledger::open_file(folder.path().join("ledger")).await?;
    /// # let plan = databar_jobs::Plan::new("leads", databar_jobs::Target::enrichment(databar::EnrichmentId(123)));
    /// # let inputs = databar_jobs::Inputs::new([serde_json::json!({ "domain": "stripe.com" })]);
    /// # let job = ledger.plan(&databar, plan, inputs).await?;
    /// # sandbox.fault(Fault::new(FaultKind::ResetBefore).on("bulk_run_enrichment").times(1));
    /// let ended = job.run(&databar).await?; // A connection breaks.
    /// assert_eq!(ended.status.in_doubt, 1);
    /// for chunk in job.in_doubt().await? {
    ///     println!("{:?} at {:?}: {:?}", job.inputs_of(chunk.number).await?, chunk.begun_at, chunk.note);
    ///     job.send_again(chunk.number).await?; // The balance shows that nothing was billed.
    /// }
    /// assert_eq!(job.run(&databar).await?.status.found, 1);
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn in_doubt(&self) -> Result<Vec<Chunk>, Error> {
        self.chunks_in("doubt").await
    }

    /// The chunks that have results which cannot be matched to inputs: the finished part of a cancelled task,
    /// or more or fewer results than inputs. They were paid for.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn unattributable(&self) -> Result<Vec<Chunk>, Error> {
        self.chunks_in("unattributable").await
    }

    /// All chunks, in order.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn chunks(&self) -> Result<Vec<Chunk>, Error> {
        self.chunks_in("").await
    }

    async fn chunks_in(&self, state: &str) -> Result<Vec<Chunk>, Error> {
        let mut chunks = Vec::new();
        let mut after = -1;
        loop {
            let rows = self.ledger.chunks(self.id, state, after, PAGE).await?;
            let Some(last) = rows.last() else {
                return Ok(chunks);
            };
            after = last.number;
            chunks.extend(rows.into_iter().map(Chunk::of));
        }
    }

    /// The inputs that a chunk sends, with their positions.
    ///
    /// # Errors
    ///
    /// [`Error::Chunk`] when the job has no such chunk; [`Error::Ledger`] when the database does not answer.
    pub async fn inputs_of(&self, chunk: u64) -> Result<Vec<(u64, Map<String, Value>)>, Error> {
        let Some(row) = self.ledger.chunk(self.id, number(chunk)).await? else {
            return Err(self.not_so(chunk, "there").await);
        };
        self.inputs_between(row.first, row.last).await
    }

    /// The inputs to send between two positions, with their positions.
    pub(crate) async fn inputs_between(
        &self,
        first: i64,
        last: i64,
    ) -> Result<Vec<(u64, Map<String, Value>)>, Error> {
        let inputs = self.ledger.params(self.id, first, last).await?;
        let inputs = inputs.into_iter().map(|(position, params)| {
            let input = serde_json::from_str(&params).map_err(|error| Error::Ledger {
                what: "be read",
                source: sqlx::Error::Decode(error.into()),
            })?;
            Ok((position.unsigned_abs(), input))
        });
        inputs.collect()
    }

    /// Plans a chunk again that is in doubt, refused, failed or expired. It is sent, **and paid for, once
    /// more**.
    ///
    /// # Errors
    ///
    /// [`Error::Chunk`] when the chunk is in none of these states.
    pub async fn send_again(&self, chunk: u64) -> Result<(), Error> {
        if self.ledger.plan_again(self.id, number(chunk)).await? {
            return Ok(());
        }
        Err(self.not_so(chunk, "in doubt, refused, failed or expired").await)
    }

    /// Attaches to a chunk in doubt the task that it has started, as found in the service's list. Its results
    /// are then fetched as usual.
    ///
    /// # Errors
    ///
    /// [`Error::Chunk`] when the chunk is not in doubt.
    pub async fn attach(&self, chunk: u64, task: &TaskId) -> Result<(), Error> {
        match self.ledger.attach(self.id, number(chunk), task.as_str()).await? {
            true => Ok(()),
            false => Err(self.not_so(chunk, "in doubt").await),
        }
    }

    /// Submits nothing more until [`resume`](Self::resume), here and on other machines. Tasks that were
    /// started continue, and their results are fetched.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let folder = tempfile::tempdir()?;
    /// # let ledger = databar_jobs::Ledger::open_file(folder.path().join("ledger")).await?;
    /// # let plan = databar_jobs::Plan::new("leads", databar_jobs::Target::enrichment(databar::EnrichmentId(123)));
    /// # let inputs = databar_jobs::Inputs::new([serde_json::json!({ "domain": "stripe.com" })]);
    /// # let job = ledger.plan(&databar, plan, inputs).await?;
    /// use databar_jobs::Ending;
    ///
    /// job.pause().await?;
    /// assert_eq!(job.run(&databar).await?.ending, Ending::Paused("paused by hand".to_owned()));
    /// job.resume().await?;
    /// assert_eq!(job.run(&databar).await?.ending, Ending::Done);
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn pause(&self) -> Result<(), Error> {
        self.ledger
            .set_state(self.id, JobState::Paused, Some("paused by hand"))
            .await
    }

    /// Allows a job that was paused, stopped or cancelled to continue the next time it is [run](Self::run).
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn resume(&self) -> Result<(), Error> {
        self.ledger.set_state(self.id, JobState::Active, None).await
    }

    /// Changes the maximum that the job may cost, in credits.
    ///
    /// # Errors
    ///
    /// [`Error::Plan`] when the price of some inputs cannot be known in advance; [`Error::Ledger`] when the
    /// database does not answer.
    pub async fn set_max_credits(&self, credits: Option<f64>) -> Result<(), Error> {
        let unpriced = self.row().await?.unpriced;
        if credits.is_some() && unpriced > 0 {
            return Err(Error::Plan(format!(
                "the price of {unpriced} of the inputs cannot be known in advance, so `max_credits` cannot be enforced"
            )));
        }
        self.ledger.set_max_credits(self.id, credits).await
    }

    /// Cancels the job: nothing more is submitted, and its tasks are stopped. What they have finished is paid
    /// for, and kept as [`unattributable`](Self::unattributable). The remaining chunks can still be run after
    /// [`resume`](Self::resume).
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer; [`Error::Api`] when a task cannot be cancelled.
    /// Even then the job is cancelled and submits nothing more.
    pub async fn cancel(&self, client: &Client) -> Result<(), Error> {
        self.ledger
            .set_state(self.id, JobState::Cancelled, Some("cancelled"))
            .await?;
        for chunk in self.chunks_in("submitted").await? {
            if let Some(task) = &chunk.task {
                match client.task(task.clone()).cancel().await {
                    // The task is done already, or the service has forgotten it; the worker that fetches it
                    // finds out.
                    Err(error) if error.is_conflict() || error.is_not_found() || error.is_expired() => {}
                    Err(error) => return Err(error.into()),
                    Ok(_) => {}
                }
            }
        }
        Ok(())
    }

    /// The error for a chunk that is not in the wanted state.
    pub(crate) async fn not_so(&self, chunk: u64, wanted: &str) -> Error {
        let why = match self.ledger.chunk(self.id, number(chunk)).await {
            Err(error) => return error,
            Ok(None) => "is not in the ledger".to_owned(),
            Ok(Some(row)) => format!("is not {wanted}; its state is `{}`", row.state),
        };
        Error::Chunk { chunk, why }
    }
}

/// The number of a chunk in the ledger's type. One that is too large matches no chunk.
pub(crate) fn number(chunk: u64) -> i64 {
    i64::try_from(chunk).unwrap_or(i64::MAX)
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("name", &self.name)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

/// Inputs that are sent together.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Chunk {
    /// Its number in the job, from 0.
    pub number: u64,
    /// The positions of its first and its last input. Inputs in between that equal an earlier one do not
    /// belong to the chunk.
    pub positions: (u64, u64),
    /// How many inputs it sends.
    pub inputs: u64,
    /// `planned`, `begun`, `submitted`, `done`, `refused`, `failed`, `expired`, `unattributable`, or `doubt`.
    pub state: String,
    /// The catalogue's price for the chunk if every input had a result, in credits.
    pub estimate: f64,
    /// What the chunk has cost, in credits, if that is known.
    pub credits: Option<f64>,
    /// The task that was started for it.
    pub task: Option<TaskId>,
    /// When its submission began.
    pub begun_at: Option<SystemTime>,
    /// When the id of its task was recorded.
    pub submitted_at: Option<SystemTime>,
    /// When it reached its final state.
    pub ended_at: Option<SystemTime>,
    /// What went wrong, as a message.
    pub note: Option<String>,
    /// Results that cannot be matched to inputs.
    pub results: Option<Value>,
}

impl Chunk {
    fn of(row: ChunkRow) -> Self {
        Self {
            number: row.number.unsigned_abs(),
            positions: (row.first.unsigned_abs(), row.last.unsigned_abs()),
            inputs: row.inputs.unsigned_abs(),
            state: row.state,
            estimate: row.estimate,
            credits: row.credits,
            task: row.task.and_then(|task| TaskId::new(task).ok()),
            begun_at: row.begun_at.map(time),
            submitted_at: row.submitted_at.map(time),
            ended_at: row.ended_at.map(time),
            note: row.note,
            results: row.data.and_then(|data| serde_json::from_str(&data).ok()),
        }
    }
}
