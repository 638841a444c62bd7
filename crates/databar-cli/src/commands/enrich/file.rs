//! A file of any length, enriched by a job that survives anything.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use databar::{Client, TaskId};
use databar_jobs::{Csv, Ended, Ending, Inputs, Job, JobState, Ledger, Plan, Status, Target};
use serde_json::{Map, Value};

use super::output::Form;
use super::progress::watched;
use super::{What, is_json_lines, mapping};
use crate::ask::confirm;
use crate::context::Context;
use crate::failure::Failure;

/// Enrich the rows of a file, or of a table
///
/// What is done is written into a ledger beside the output before and after it happens. Killed, or stopped with Ctrl-C, the same
/// command with --resume goes on where it was, and pays nothing twice.
#[derive(Debug, Args)]
pub(crate) struct OfFile {
    /// The file: CSV with a line of names, or JSON Lines (`.jsonl`) of objects; `-` for CSV on standard input
    input: PathBuf,
    #[command(flatten)]
    what: What,
    /// A parameter, and the column that its values are in: `--map email=Email`
    #[arg(long, value_name = "PARAMETER=COLUMN", value_parser = mapping)]
    map: Vec<(String, String)>,
    /// The output: `.csv`, `.jsonl` or `.parquet`; without it, INPUT.enriched.csv
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The most that it may cost, in credits
    #[arg(long, value_name = "CREDITS")]
    max_credits: Option<f64>,
    /// How many inputs are sent in one request
    #[arg(long, value_name = "N", default_value_t = 500)]
    chunk: usize,
    /// How many requests are under way at a time
    #[arg(long, value_name = "N", default_value_t = 4)]
    in_flight: usize,
    /// Send inputs that are equal to another one, too
    #[arg(long)]
    not_distinct: bool,
    /// Go on with a run that was begun
    #[arg(long)]
    resume: bool,
    /// The ledger: a file, or `postgres://..` for several machines; without it, OUTPUT.ledger
    #[arg(long, value_name = "ADDRESS")]
    ledger: Option<String>,
    /// Send a chunk again that is in doubt or was lost; it may be paid twice
    #[arg(long, value_name = "CHUNK", requires = "resume")]
    send_again: Vec<u64>,
    /// Record the task that was started for a chunk in doubt
    #[arg(long, value_name = "CHUNK=TASK", requires = "resume", value_parser = attachment)]
    attach: Vec<(u64, TaskId)>,
    /// Show what it would cost, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Do it without asking
    #[arg(long, short)]
    yes: bool,
}

fn attachment(text: &str) -> Result<(u64, TaskId), String> {
    let (chunk, task) = text.split_once('=').ok_or("it must be CHUNK=TASK")?;
    let chunk = chunk
        .parse()
        .map_err(|_| format!("{chunk:?} is not the number of a chunk"))?;
    Ok((chunk, TaskId::new(task).map_err(|error| error.to_string())?))
}

impl OfFile {
    pub(super) async fn run(self, context: &Context) -> Result<(), Failure> {
        let client = context.client()?;
        let out = self
            .out
            .clone()
            .unwrap_or_else(|| self.input.with_extension("enriched.csv"));
        if self.input == Path::new("-") && self.out.is_none() {
            return Err(Failure::Usage(
                "say the output of standard input with --out".to_owned(),
            ));
        }
        let form = Form::of(&out)?;
        // A file that cannot be read ends here.
        let inputs = self.inputs()?;
        let name = out
            .file_name()
            .map_or_else(|| "enrich".to_owned(), |name| name.to_string_lossy().into_owned());
        let folder;
        let address = match (self.dry_run, &self.ledger) {
            (true, _) => {
                folder = tempfile::tempdir().map_err(Failure::file("a temporary folder"))?;
                folder.path().join("ledger").display().to_string()
            }
            (false, Some(address)) => address.clone(),
            (false, None) => self.ledger_beside(&out)?,
        };
        let ledger = Ledger::open(&address).await?;
        if self.ledger.is_none() && !self.resume {
            // One that was given may be shared with other machines, whose job this is, too.
            let is_begun = ledger.jobs().await?.contains(&name) && !ledger.discard_unsent(&name).await?;
            if is_begun {
                return Err(Failure::Usage(format!(
                    "a run into {} was begun; --resume goes on with it. To begin anew, which pays again, delete {address}",
                    out.display()
                )));
            }
        }
        let job = self.job(&client, &ledger, &name, inputs).await?;
        for chunk in &self.send_again {
            job.send_again(*chunk).await?;
        }
        for (chunk, task) in &self.attach {
            job.attach(*chunk, task).await?;
        }
        let status = job.status().await?;
        let balance = client.user().await?.balance;
        context.output.note(&offer(&status, balance));
        if self.dry_run {
            context.output.note("nothing was sent");
            return Ok(());
        }
        if status.planned > 0 {
            confirm("Run it?", self.yes).map_err(|failure| match failure {
                Failure::Other(_) => Failure::Other("nothing was sent".to_owned()),
                failure => failure,
            })?;
        }
        if status.state != JobState::Active {
            job.resume().await?;
        }
        let ended = watched(&job, &client, self.in_flight).await;
        // Also of a run that broke off: what was paid for is there.
        form.write(&job, &self.input, &out).await?;
        let ended = ended?;
        context.output.note(&summary(&ended.status, &out));
        conclude(&ended, &job).await
    }

    /// The ledger beside the output; that of a run to go on with must be there.
    fn ledger_beside(&self, out: &Path) -> Result<String, Failure> {
        let beside = format!("{}.ledger", out.display());
        match self.resume && !Path::new(&beside).exists() {
            true => Err(Failure::Usage(format!(
                "there is no run to go on with: {beside} is not there"
            ))),
            false => Ok(beside),
        }
    }

    async fn job(
        &self,
        client: &Client,
        ledger: &Ledger,
        name: &str,
        inputs: Inputs<'static>,
    ) -> Result<Job, Failure> {
        if self.resume {
            match ledger.open_job(name).await {
                // It was killed while its inputs were read.
                Err(databar_jobs::Error::NotPlanned(_) | databar_jobs::Error::NoSuchJob(_)) => {}
                job => {
                    let job = job?;
                    if *job.target() != self.what.target()? {
                        return Err(Failure::Usage(format!(
                            "what was begun is a run of {}; --resume goes on with that",
                            told(job.target())
                        )));
                    }
                    if self.max_credits.is_some() {
                        job.set_max_credits(self.max_credits).await?;
                    }
                    return Ok(job);
                }
            }
        }
        let mut plan = Plan::new(name, self.what.target()?)
            .chunk_size(self.chunk)
            .distinct(!self.not_distinct);
        if let Some(credits) = self.max_credits {
            plan = plan.max_credits(credits);
        }
        let mut inputs = inputs;
        loop {
            match ledger.plan(client, plan.clone(), inputs).await {
                // On another machine, from the same file.
                Err(databar_jobs::Error::BeingPlanned(_)) if self.input != Path::new("-") => {
                    tokio::time::sleep(WAIT).await;
                    inputs = self.inputs()?;
                }
                job => return Ok(job?),
            }
        }
    }

    fn inputs(&self) -> Result<Inputs<'static>, Failure> {
        if is_json_lines(&self.input) {
            return self.lines();
        }
        let name = self.input.display().to_string();
        let reader: Box<dyn io::Read + Send> = match name.as_str() {
            "-" => Box::new(io::stdin()),
            _ => Box::new(File::open(&self.input).map_err(Failure::file(&name))?),
        };
        let mut csv = Csv::new(name, reader)?;
        for (parameter, column) in &self.map {
            csv = csv.column(parameter, column)?;
        }
        Ok(csv.into())
    }

    fn lines(&self) -> Result<Inputs<'static>, Failure> {
        use std::io::BufRead as _;
        let name = self.input.display().to_string();
        let file = File::open(&self.input).map_err(Failure::file(&name))?;
        let map = self.map.clone();
        let inputs = BufReader::new(file).lines().map(move |line| {
            let line = line.map_err(|error| error.to_string())?;
            let object: Map<String, Value> =
                serde_json::from_str(&line).map_err(|error| error.to_string())?;
            if map.is_empty() {
                return Ok(object);
            }
            let members = map.iter().map(|(parameter, member)| match object.get(member) {
                Some(value) => Ok((parameter.clone(), value.clone())),
                None => Err(format!("there is no member {member:?}")),
            });
            members.collect::<Result<Map<_, _>, String>>()
        });
        Ok(Inputs::stream(futures::stream::iter(inputs)))
    }
}

/// How long another machine is given to read the inputs, before a look is taken.
const WAIT: Duration = Duration::from_millis(500);

/// What a run is of.
fn told(target: &Target) -> String {
    match target {
        Target::Enrichment { id, .. } => format!("the enrichment {id}"),
        Target::Waterfall { id, .. } => format!("the waterfall {id}"),
        Target::Flow { id } => format!("the flow {id}"),
        _ => "something that this version does not know".to_owned(),
    }
}

/// What is about to be run, and what it costs.
fn offer(status: &Status, balance: f64) -> String {
    let mut text = format!("{} inputs", status.inputs);
    if status.distinct < status.inputs {
        text.push_str(&format!(", {} of them different", status.distinct));
    }
    if status.planned < status.distinct {
        let spent = status.credits;
        text.push_str(&format!(
            "; {} are left to be sent, {spent} credits are spent",
            status.planned
        ));
    }
    text.push_str(&format!("; up to {} credits in all", status.estimate));
    if status.unpriced > 0 {
        text.push_str(&format!(
            " and those of {} whose price nobody can know before",
            status.unpriced
        ));
    }
    if let Some(max) = status.max_credits {
        text.push_str(&format!(", and no more than {max}"));
    }
    text.push_str(&format!("; the balance is {balance}"));
    text
}

fn summary(status: &Status, out: &Path) -> String {
    let mut text = format!(
        "{} of {} done: {} found, {} nothing",
        status.done, status.distinct, status.found, status.nothing
    );
    for (count, what) in [(status.lost, "failed or lost"), (status.in_doubt, "in doubt")] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    format!("{text}; {} credits; see {}", status.credits, out.display())
}

/// What the end of the run means for the exit code, and what to do then.
async fn conclude(ended: &Ended, job: &Job) -> Result<(), Failure> {
    match &ended.ending {
        Ending::Done if ended.status.in_doubt > 0 => {
            let chunks = job.in_doubt().await?;
            let numbers: Vec<_> = chunks.iter().map(|chunk| chunk.number.to_string()).collect();
            Err(Failure::InDoubt(format!(
                "{} inputs are in doubt, of the chunks {}: they may have been sent. Look into the list of tasks of the service; \
                 --resume --attach CHUNK=TASK takes a task that was started, --resume --send-again CHUNK sends once more",
                ended.status.in_doubt,
                numbers.join(", ")
            )))
        }
        Ending::Done => Ok(()),
        Ending::Paused(reason) => Err(Failure::Credits(format!("{reason}; --resume goes on"))),
        Ending::Stopped(reason) => Err(Failure::Other(format!(
            "{reason}; --resume goes on when that is mended"
        ))),
        Ending::Cancelled => Err(Failure::Other(
            "the job was cancelled; --resume goes on".to_owned(),
        )),
        _ => Err(Failure::Interrupted(
            "stopped; the same command with --resume goes on, within 24 hours for what is under way"
                .to_owned(),
        )),
    }
}
