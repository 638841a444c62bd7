//! Planning a job: its inputs are read once, cut into chunks, and recorded before anything is sent.

use std::collections::{BTreeMap, HashMap};

use databar::{Client, Price};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::ledger::model::{JobRow, NewChunk, NewInput};
use crate::{Error, Inputs, Job, Ledger, Target};

/// Describes a job: its name, what it runs, and its limits.
///
/// ```
/// use databar::EnrichmentId;
/// use databar_jobs::{Plan, Target};
///
/// let plan = Plan::new("leads", Target::enrichment(EnrichmentId(123)))
///     .chunk_size(100)
///     .max_credits(50.0);
/// ```
#[derive(Debug, Clone)]
#[must_use = "a plan does nothing until it is given to a ledger"]
pub struct Plan {
    name: String,
    target: Target,
    chunk_size: usize,
    distinct: bool,
    max_credits: Option<f64>,
}

impl Plan {
    /// Plans a job of this name in its ledger, which runs `target` for each input.
    pub fn new(name: impl Into<String>, target: Target) -> Self {
        Self {
            name: name.into(),
            target,
            chunk_size: 500,
            distinct: true,
            max_credits: None,
        }
    }

    /// Sets how many inputs are sent with one request: 1 to 10,000. Default: 500.
    ///
    /// When a submission is in doubt or a task fails, this affects a whole chunk.
    pub fn chunk_size(mut self, inputs: usize) -> Self {
        self.chunk_size = inputs;
        self
    }

    /// Whether equal inputs are sent, and paid for, only once; all of them then have the same outcome.
    /// Default: true.
    pub fn distinct(mut self, distinct: bool) -> Self {
        self.distinct = distinct;
        self
    }

    /// Sets the maximum that the job may cost, in credits. A chunk is not sent if its price, what was spent,
    /// and what the chunks under way or in doubt may still cost would together exceed the limit. Default: no
    /// limit.
    ///
    /// Planning the job again with another limit changes it; planning it without one keeps the earlier limit.
    /// Some prices depend on a parameter; the price of an input without that parameter cannot be known in
    /// advance, and with a limit that is an error.
    pub fn max_credits(mut self, credits: f64) -> Self {
        self.max_credits = Some(credits);
        self
    }

    fn check(&self) -> Result<(), Error> {
        if self.name.is_empty() {
            return Err(Error::Plan("the name of a job cannot be empty".to_owned()));
        }
        if !(1..=MAX_CHUNK).contains(&self.chunk_size) {
            let size = self.chunk_size;
            return Err(Error::Plan(format!(
                "the chunk size is {size}; it must be from 1 to {MAX_CHUNK}"
            )));
        }
        match self.max_credits {
            Some(credits) if !(credits >= 0.0 && credits.is_finite()) => Err(Error::Plan(format!(
                "the credit limit is {credits}; it must be a finite number, zero or more"
            ))),
            _ => Ok(()),
        }
    }
}

/// The maximum number of inputs in a chunk.
const MAX_CHUNK: usize = 10_000;
/// How many inputs are recorded at a time, as a multiple of the chunk size, when many are equal. This bounds
/// the memory in use.
const EQUAL_INPUTS: usize = 10;

impl Ledger {
    /// Plans a job: reads its inputs, cuts them into chunks, and records them. The only requests are those
    /// that look up the price.
    ///
    /// Planning a job again with the same inputs returns the existing job. It also completes a plan that was
    /// interrupted.
    ///
    /// # Errors
    ///
    /// - [`Error::OtherJob`] when the ledger has a job of this name that runs something else, or has other
    ///   inputs.
    /// - [`Error::Input`] when an input cannot be read or is not an object, or when there are none.
    /// - [`Error::BeingPlanned`] when another process plans the same job at the same time.
    /// - [`Error::Plan`] when a value of the plan is invalid; [`Error::Api`] when the price cannot be looked
    ///   up.
    /// - [`Error::Ledger`] when the database fails. The inputs recorded before are kept.
    pub async fn plan(
        &self,
        client: &Client,
        plan: Plan,
        inputs: impl Into<Inputs<'_>>,
    ) -> Result<Job, Error> {
        plan.check()?;
        let mut inputs = inputs.into();
        let target = serde_json::to_string(&plan.target).map_err(|error| Error::Plan(error.to_string()))?;
        self.make_job(&plan.name, &target, plan.max_credits).await?;
        let job = self
            .job_row(&plan.name)
            .await?
            .ok_or_else(|| Error::NoSuchJob(plan.name.clone()))?;
        if job.target != target {
            return Err(other(&plan, format!("it runs {}, not {target}", job.target)));
        }
        self.pass(&plan, &job, &mut inputs).await?;
        if job.planned_at.is_none() {
            self.read(client, &plan, &job, inputs).await?;
        } else if inputs.next().await?.is_some() {
            return Err(other(
                &plan,
                format!("it has {} inputs, and more are given now", job.inputs),
            ));
        }
        let planned = self.open_job(&plan.name).await?;
        if plan.max_credits.is_some() {
            planned.set_max_credits(plan.max_credits).await?;
        }
        Ok(planned)
    }

    /// Skips the inputs that are recorded already, and checks that they are the same.
    async fn pass(&self, plan: &Plan, job: &JobRow, inputs: &mut Inputs<'_>) -> Result<(), Error> {
        let mut position = 0;
        while position < job.inputs {
            let known = self.digests(job.id, position, 1000).await?;
            for digest in known {
                let Some(input) = inputs.next().await? else {
                    let count = job.inputs;
                    return Err(other(
                        plan,
                        format!("it has {count} inputs, and only {position} are given now"),
                    ));
                };
                if digest != digest_of(&input) {
                    let number = position + 1;
                    return Err(other(
                        plan,
                        format!("its input {number} differs from the one given now"),
                    ));
                }
                position += 1;
            }
        }
        Ok(())
    }

    /// Reads the inputs that are not recorded yet.
    async fn read(
        &self,
        client: &Client,
        plan: &Plan,
        job: &JobRow,
        mut inputs: Inputs<'_>,
    ) -> Result<(), Error> {
        let price = plan.target.price(client).await?;
        let mut before = job.inputs;
        loop {
            // What is read here stays valid as long as `before` does: whoever adds a chunk also adds inputs.
            let number = self.next_chunk_number(job.id).await?;
            let (batch, is_last) = self
                .batch(plan, job.id, number, before, &price, &mut inputs)
                .await?;
            let own = batch.iter().filter(|input| input.origin == input.position);
            let (mut count, mut unpriced, mut estimate) = (0, 0, 0.0);
            for input in own {
                count += 1;
                match input.price {
                    credits if credits.is_finite() => estimate += credits,
                    _ if plan.max_credits.is_some() => return Err(Error::Plan(no_price(input.position))),
                    _ => unpriced += 1,
                }
            }
            let chunk = (count > 0).then(|| NewChunk {
                number,
                first: before,
                last: before + batch.len() as i64 - 1,
                inputs: count,
                estimate: Price::sum([estimate]),
                unpriced,
            });
            if !batch.is_empty()
                && !self
                    .add(job.id, chunk.as_ref(), &batch, before, plan.distinct)
                    .await?
            {
                return Err(Error::BeingPlanned(plan.name.clone()));
            }
            before += batch.len() as i64;
            if is_last {
                break;
            }
        }
        if before == 0 {
            return Err(Error::Input("there are no inputs".to_owned()));
        }
        self.planned(job.id).await
    }

    /// The next inputs, with enough distinct ones for a chunk, and whether they are the last.
    async fn batch(
        &self,
        plan: &Plan,
        job: i64,
        chunk: i64,
        before: i64,
        price: &Price,
        inputs: &mut Inputs<'_>,
    ) -> Result<(Vec<NewInput>, bool), Error> {
        let mut batch: Vec<NewInput> = Vec::new();
        // The positions of the first of equal inputs in this batch, by digest.
        let mut here: HashMap<[u8; 32], i64> = HashMap::new();
        let mut own = 0;
        while own < plan.chunk_size && batch.len() < plan.chunk_size.saturating_mul(EQUAL_INPUTS) {
            let mut read = Vec::new();
            while read.len() < plan.chunk_size - own {
                match inputs.next().await? {
                    Some(input) => read.push(Read {
                        digest: digest_of(&input),
                        price: price.of(&input),
                        params: Value::Object(input).to_string(),
                    }),
                    None => break,
                }
            }
            let is_last = read.len() < plan.chunk_size - own;
            let known = match plan.distinct {
                true => self.origins(job, &read).await?,
                false => HashMap::new(),
            };
            for Read {
                digest,
                price,
                params,
            } in read
            {
                let position = before + batch.len() as i64;
                let (origin, chunk) = match (plan.distinct, here.get(&digest), known.get(&digest[..])) {
                    (true, Some(origin), _) => (*origin, chunk),
                    (true, None, Some(known)) => *known,
                    _ => {
                        here.insert(digest, position);
                        own += 1;
                        (position, chunk)
                    }
                };
                batch.push(NewInput {
                    position,
                    origin,
                    chunk,
                    digest,
                    price,
                    params,
                });
            }
            if is_last {
                return Ok((batch, true));
            }
        }
        Ok((batch, false))
    }

    /// The inputs of earlier chunks that are equal to one of these, by digest: positions and chunks.
    async fn origins(&self, job: i64, read: &[Read]) -> Result<HashMap<Vec<u8>, (i64, i64)>, Error> {
        let digests: Vec<&[u8]> = read.iter().map(|input| &input.digest[..]).collect();
        let known = self.known(job, &digests).await?;
        Ok(known
            .into_iter()
            .map(|(digest, position, chunk)| (digest, (position, chunk)))
            .collect())
    }
}

/// An input that was read, and has no position yet.
struct Read {
    digest: [u8; 32],
    /// What it costs at most, in credits; infinite where the price cannot be known.
    price: f64,
    params: String,
}

/// The message for an input whose price is unknown in a job with a limit.
fn no_price(position: i64) -> String {
    let number = position + 1;
    format!(
        "the price of input {number} cannot be known in advance, so `max_credits` cannot be enforced; give it the \
         parameter that decides its price, or plan without a limit"
    )
}

fn other(plan: &Plan, difference: String) -> Error {
    Error::OtherJob {
        name: plan.name.clone(),
        difference,
    }
}

/// A digest of the input that does not depend on the order of its members.
fn digest_of(input: &Map<String, Value>) -> [u8; 32] {
    /// The value with the members of its objects sorted by name.
    fn sorted(value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                let members: BTreeMap<_, _> = members.iter().collect();
                Value::Object(
                    members
                        .into_iter()
                        .map(|(name, value)| (name.clone(), sorted(value)))
                        .collect(),
                )
            }
            Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
            other => other.clone(),
        }
    }
    let members: BTreeMap<_, _> = input.iter().collect();
    let mut digest = Sha256::new();
    for (name, value) in members {
        digest.update(Value::from(name.as_str()).to_string());
        digest.update(sorted(value).to_string());
    }
    digest.finalize().into()
}
