//! Watching a job while it runs: its progress, and its outcomes as they arrive.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use futures::stream::{self, BoxStream};
use futures::{StreamExt as _, TryStreamExt as _};
use serde::de::DeserializeOwned;

use crate::{Error, InputOutcome, Job, Status};

/// How often the ledger is read.
const LOOK: Duration = Duration::from_secs(1);
/// The time over which the rate is measured.
const WINDOW: Duration = Duration::from_secs(60);
/// How many chunks are read at a time.
const PAGE: i64 = 100;

/// How far a job is, how fast it goes, and when it will be done.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// How far the job is.
    pub status: Status,
    /// How many inputs were completed per second, over the last minute.
    pub rate: f64,
    /// How long the rest takes at this rate; `None` while the rate is zero.
    pub time_left: Option<Duration>,
}

impl Job {
    /// The progress of the job, once a second, until nothing is left to do or the job does not continue. It
    /// is read from the ledger, so the job may run in this process or in others.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let folder = tempfile::tempdir()?;
    /// # let ledger = databar_jobs::Ledger::open_file(folder.path().join("ledger")).await?;
    /// # use databar::EnrichmentId;
    /// # use databar_jobs::{Inputs, Plan, Target};
    /// # use serde_json::json;
    /// # let inputs = Inputs::new(["stripe.com", "nobody.test"].map(|domain| json!({ "domain": domain })));
    /// # let plan = Plan::new("leads", Target::enrichment(EnrichmentId(123)));
    /// # let job = ledger.plan(&databar, plan, inputs).await?;
    /// # use futures::TryStreamExt;
    /// let show = job.progress().try_for_each(async |progress| {
    ///     let status = &progress.status;
    ///     println!("{}/{} done, {} credits", status.done, status.distinct, status.credits);
    ///     Ok(())
    /// });
    /// let (ended, shown) = tokio::join!(job.run(&databar).into_future(), show);
    /// shown?;
    /// assert_eq!(ended?.status.done, 2);
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub fn progress(&self) -> BoxStream<'static, Result<Progress, Error>> {
        struct Looks {
            job: Job,
            /// The number of inputs done at each time, latest last.
            seen: VecDeque<(Instant, u64)>,
            is_over: bool,
        }
        let looks = Looks {
            job: self.clone(),
            seen: VecDeque::new(),
            is_over: false,
        };
        stream::try_unfold(looks, async |mut looks| {
            if looks.is_over {
                return Ok(None);
            }
            if !looks.seen.is_empty() {
                tokio::time::sleep(LOOK).await;
            }
            let status = looks.job.status().await?;
            let now = Instant::now();
            let ended = status.done + status.in_doubt;
            looks.seen.push_back((now, ended));
            while looks
                .seen
                .front()
                .is_some_and(|(then, _)| now.duration_since(*then) > WINDOW)
            {
                looks.seen.pop_front();
            }
            let (since, before) = looks.seen.front().copied().unwrap_or((now, ended));
            let seconds = now.duration_since(since).as_secs_f64();
            let rate = match seconds > 0.0 {
                true => ended.saturating_sub(before) as f64 / seconds,
                false => 0.0,
            };
            let left = status.distinct.saturating_sub(ended) as f64;
            let time_left = (rate > 0.0)
                .then(|| Duration::try_from_secs_f64(left / rate).ok())
                .flatten();
            looks.is_over = status.is_over();
            let progress = Progress {
                status,
                rate,
                time_left,
            };
            Ok(Some((progress, looks)))
        })
        .boxed()
    }

    /// The outcomes of the inputs as they arrive: those of a chunk when the chunk has ended. For equal
    /// inputs, only the first is given. The stream ends when nothing is left to do or the job does not
    /// continue. It can be read while the job runs, in this process or in another.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let folder = tempfile::tempdir()?;
    /// # let ledger = databar_jobs::Ledger::open_file(folder.path().join("ledger")).await?;
    /// # let plan = databar_jobs::Plan::new("leads", databar_jobs::Target::enrichment(databar::EnrichmentId(123)));
    /// # let inputs = databar_jobs::Inputs::new([serde_json::json!({ "domain": "stripe.com" })]);
    /// # let job = ledger.plan(&databar, plan.chunk_size(1), inputs).await?;
    /// use futures::TryStreamExt;
    /// use serde_json::Value;
    ///
    /// let mut found = Vec::new();
    /// let show = job.arrivals::<Value>().try_for_each(|one| {
    ///     found.extend(one.outcome.found().map(|company| company["company_name"].clone()));
    ///     std::future::ready(Ok(()))
    /// });
    /// let (ended, shown) = tokio::join!(job.run(&databar).into_future(), show);
    /// shown?;
    /// assert_eq!(ended?.status.done, 1);
    /// assert_eq!(found, ["Stripe"]);
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`outcomes`](Self::outcomes).
    pub fn arrivals<T: DeserializeOwned + Send + 'static>(
        &self,
    ) -> BoxStream<'static, Result<InputOutcome<T>, Error>> {
        struct Seen {
            job: Job,
            /// For each chunk, whether its outcomes were already given.
            given: Vec<bool>,
            is_over: bool,
            is_first: bool,
        }
        let seen = Seen {
            job: self.clone(),
            given: Vec::new(),
            is_over: false,
            is_first: true,
        };
        stream::try_unfold(seen, async |mut seen| {
            if seen.is_over {
                return Ok(None);
            }
            if !std::mem::take(&mut seen.is_first) {
                tokio::time::sleep(LOOK).await;
            }
            // The status is read first: what ends after that is seen in the next round.
            seen.is_over = seen.job.status().await?.is_over();
            let mut fresh = Vec::new();
            let mut after = -1;
            loop {
                let chunks = seen.job.ledger.chunks(seen.job.id, "", after, PAGE).await?;
                let Some(last) = chunks.last() else { break };
                after = last.number;
                seen.given
                    .resize(usize::try_from(after + 1).unwrap_or_default(), false);
                for chunk in chunks {
                    let given = usize::try_from(chunk.number)
                        .ok()
                        .and_then(|index| seen.given.get_mut(index));
                    let has_ended = chunk.ended_at.is_some() && chunk.state != "doubt";
                    if let Some(given) = given.filter(|given| has_ended && !**given) {
                        *given = true;
                        fresh.push((chunk.first, chunk.last));
                    }
                }
            }
            let job = seen.job.clone();
            let outcomes = stream::iter(fresh)
                .then(move |(first, last)| {
                    let job = job.clone();
                    async move {
                        let rows = job.ledger.outcomes(job.id, first, last - first + 1).await?;
                        let own = rows.into_iter().filter(|row| row.origin == row.position);
                        Ok::<_, Error>(stream::iter(own.map(InputOutcome::of).collect::<Vec<_>>()))
                    }
                })
                .try_flatten();
            Ok::<_, Error>(Some((outcomes, seen)))
        })
        .try_flatten()
        .boxed()
    }
}
