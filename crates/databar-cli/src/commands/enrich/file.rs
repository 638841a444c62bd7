//! Enriches a file of any length with a job that can be interrupted at any moment.

use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use databar::{Client, TaskId};
use databar_jobs::{Ended, Ending, Inputs, Job, JobState, Ledger, Plan, Status, Target};
use serde_json::{Map, Value, json};

use super::check::check;
use super::output::Form;
use super::progress::watched;
use super::{What, check_columns, mapping, price};
use crate::ask::confirm;
use crate::context::Context;
use crate::failure::Failure;
use crate::files::new_beside;
use crate::output::{Format, credits};
use crate::source::{Source, has_value};
use crate::stop::at_once;

/// Enrich the rows of a file, or of a table
///
/// Each step is recorded in a ledger beside the output, before and after it happens. If the run is killed, or
/// stopped with Ctrl-C, the same command with --resume continues it where it stopped, and nothing is paid for
/// twice.
#[derive(Debug, Args)]
pub(crate) struct OfFile {
    /// The input: CSV with a header line, or JSON Lines (`.jsonl`) of objects; `-` reads either from standard
    /// input
    input: PathBuf,
    #[command(flatten)]
    what: What,
    /// Take a parameter from a column: `--map email=Email`
    #[arg(long, value_name = "PARAMETER=COLUMN", value_parser = mapping)]
    map: Vec<(String, String)>,
    /// Give a parameter the same value for all rows: `--set limit=10`
    #[arg(long, value_name = "PARAMETER=VALUE", value_parser = mapping)]
    set: Vec<(String, String)>,
    /// The output: `.csv`, `.jsonl` or `.parquet`; by default INPUT.enriched.csv
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The maximum that the run may cost, in credits
    #[arg(long, value_name = "CREDITS")]
    max_credits: Option<f64>,
    /// How many inputs to send in one request; by default 500, or fewer to keep within --max-credits
    #[arg(long, value_name = "N")]
    chunk: Option<NonZeroUsize>,
    /// How many requests to have in flight at a time
    #[arg(long, value_name = "N", default_value = "4")]
    in_flight: NonZeroUsize,
    /// Send every input, even if it is equal to another one
    #[arg(long)]
    not_distinct: bool,
    /// Continue a run that was started before
    #[arg(long)]
    resume: bool,
    /// The ledger: a file, or `postgres://..` for several machines; by default OUTPUT.ledger
    #[arg(long, value_name = "ADDRESS")]
    ledger: Option<String>,
    /// Send a chunk again that is in doubt or was lost; it may be paid for twice
    #[arg(long, value_name = "CHUNK", requires = "resume")]
    send_again: Vec<u64>,
    /// Record the task that was started for a chunk in doubt
    #[arg(long, value_name = "CHUNK=TASK", requires = "resume", value_parser = attachment)]
    attach: Vec<(u64, TaskId)>,
    /// Show what the run would cost, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask for confirmation
    #[arg(long, short)]
    yes: bool,
}

fn attachment(text: &str) -> Result<(u64, TaskId), String> {
    let (chunk, task) = text.split_once('=').ok_or("expected CHUNK=TASK")?;
    let chunk = chunk
        .parse()
        .map_err(|_| format!("{chunk:?} is not a chunk number"))?;
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
                "--out is required when reading standard input".to_owned(),
            ));
        }
        if is_same(&out, &self.input) {
            return Err(Failure::Usage(
                "the output file must differ from the input file".to_owned(),
            ));
        }
        let form = Form::of(&out)?;
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            return Err(Failure::Usage(format!(
                "the folder {} does not exist",
                folder.display()
            )));
        }
        let target = self.what.target()?;
        // Fails early if the file cannot be read.
        let inputs = self.inputs()?;
        if !self.resume {
            check(&client, &target, &self.input, &self.map, &self.set).await?;
        }
        let name = out
            .file_name()
            .map_or_else(|| "enrich".to_owned(), |name| name.to_string_lossy().into_owned());
        let temporary;
        let address = match &self.ledger {
            _ if self.dry_run && !self.resume => {
                temporary = tempfile::tempdir().map_err(Failure::file("a temporary folder"))?;
                temporary.path().join("ledger").display().to_string()
            }
            Some(address) => address.clone(),
            None => self.ledger_beside(&out)?,
        };
        let ledger = Ledger::open(&address).await?;
        let is_known = self.is_known(&ledger, &name, &address).await?;
        if !is_known && out.exists() && !self.dry_run {
            return Err(Failure::Usage(format!(
                "{} already exists; choose another --out, or delete it",
                out.display()
            )));
        }
        let job = self.job(&client, &ledger, &name, &target, inputs).await?;
        let status = job.status().await?;
        let balance = client.user().await?.balance;
        context.output.note(&offer(&status, balance));
        if self.dry_run {
            context.output.note("nothing was sent");
            return Ok(());
        }
        if status.planned > 0 || !self.send_again.is_empty() {
            confirm("Run it?", self.yes)?;
        }
        self.decide(&client, &job).await?;
        if self.resume && status.state != JobState::Active {
            job.resume().await?;
        }
        let ended = watched(&job, &client, self.in_flight.get()).await;
        at_once();
        let result = self.report(ended, &job, &form, &out, context).await;
        ledger.close().await;
        result
    }

    /// Records what the user has decided about chunks in doubt. A task that the service does not know is not
    /// recorded.
    async fn decide(&self, client: &Client, job: &Job) -> Result<(), Failure> {
        for (chunk, task) in &self.attach {
            client.task(task.clone()).get().await?;
            job.attach(*chunk, task).await?;
        }
        for chunk in &self.send_again {
            job.send_again(*chunk).await?;
        }
        Ok(())
    }

    /// Writes the output and says how the run ended. After a failure, the output still has what was paid for.
    async fn report(
        &self,
        ended: Result<Ended, Failure>,
        job: &Job,
        form: &Form,
        out: &Path,
        context: &Context,
    ) -> Result<(), Failure> {
        if let Err(Failure::Job(databar_jobs::Error::InUse(_))) = &ended {
            // The output belongs to the process that works on the job.
            return ended.map(drop);
        }
        let written = form.write(job, &self.input, out).await;
        let status = job.status().await?;
        context.output.note(&summary(&status, out));
        if context.output.format() != Format::Table {
            context.output.value(&counts(&status, out))?;
        }
        match ended {
            Ok(ended) => {
                written?;
                conclude(&ended, job, out, context).await
            }
            // The failure of the run is the one to report.
            Err(failure) => {
                let unwritten = written.err().map(|unwritten| unwritten.to_string());
                for reason in [unwritten, status.reason].into_iter().flatten() {
                    context.output.note(&reason);
                }
                Err(failure)
            }
        }
    }

    /// Whether the ledger already has the run. Without --resume, such a run must not have sent anything,
    /// unless --ledger is given: then the run may be shared with other machines.
    async fn is_known(&self, ledger: &Ledger, name: &str, address: &str) -> Result<bool, Failure> {
        let is_there = ledger.jobs().await?.iter().any(|job| job == name);
        if self.resume || self.ledger.is_some() || !is_there {
            return Ok(is_there);
        }
        match ledger.discard_unsent(name).await? {
            true => Ok(false),
            false => Err(Failure::Usage(format!(
                "a run that writes {name} was already started; continue it with --resume. To start over, which may pay \
                 again, delete {address}"
            ))),
        }
    }

    /// The address of the ledger beside the output. With --resume, it must exist.
    fn ledger_beside(&self, out: &Path) -> Result<String, Failure> {
        let beside = format!("{}.ledger", out.display());
        match self.resume && !Path::new(&beside).exists() {
            true => Err(Failure::Usage(format!(
                "there is no run to continue: {beside} does not exist"
            ))),
            false => Ok(beside),
        }
    }

    /// Plans the job. If it was planned before, it must have the same inputs in the same order.
    async fn job(
        &self,
        client: &Client,
        ledger: &Ledger,
        name: &str,
        target: &Target,
        inputs: Inputs<'static>,
    ) -> Result<Job, Failure> {
        match ledger.open_job(name).await {
            Ok(job) if job.target() != target => {
                return Err(Failure::Usage(format!(
                    "the run that was started uses {}; only that run can be continued",
                    told(job.target())
                )));
            }
            Ok(_) | Err(databar_jobs::Error::NoSuchJob(_) | databar_jobs::Error::NotPlanned(_)) => {}
            Err(error) => return Err(error.into()),
        }
        // Without --max-credits, a run that was started before keeps its limit.
        let mut plan = Plan::new(name, target.clone())
            .chunk_size(self.chunk_size(client, target).await?)
            .distinct(!self.not_distinct);
        if let Some(credits) = self.max_credits {
            plan = plan.max_credits(credits);
        }
        let mut inputs = inputs;
        loop {
            match ledger.plan(client, plan.clone(), inputs).await {
                // Another machine is planning the job from the same file.
                Err(databar_jobs::Error::BeingPlanned(_)) => {
                    tokio::time::sleep(WAIT).await;
                    inputs = self.inputs()?;
                }
                Err(databar_jobs::Error::OtherJob { difference, .. }) => {
                    return Err(Failure::Usage(format!(
                        "the run that was started is a different one: {difference}; choose another --out for this one"
                    )));
                }
                job => return Ok(job?),
            }
        }
    }

    /// The chunk size given with --chunk. Otherwise it is the default, or less if such a chunk would cost
    /// more than a tenth of the limit: large chunks would leave much of the limit unused.
    async fn chunk_size(&self, client: &Client, target: &Target) -> Result<usize, Failure> {
        let (None, Some(limit)) = (self.chunk, self.max_credits) else {
            return Ok(self.chunk.map_or(CHUNK, NonZeroUsize::get));
        };
        let price = price(client, target).await?;
        let fits = limit / 10.0 / price;
        Ok(match fits.is_finite() && fits < CHUNK as f64 {
            // Between 0 and CHUNK, so the cast is exact enough.
            true => (fits as usize).max(1),
            false => CHUNK,
        })
    }

    /// The inputs: the mapped parameters of each row, or all of its columns, plus the values given with
    /// --set.
    fn inputs(&self) -> Result<Inputs<'static>, Failure> {
        let source = Source::open(&self.input)?;
        if let Some(columns) = &source.columns {
            check_columns(&self.map, self.input.display(), columns)?;
        }
        let (map, set) = (self.map.clone(), self.set.clone());
        let inputs = source.into_rows().map(move |row| {
            let row = row?;
            let mut input: Map<String, Value> = match map.is_empty() {
                true => row,
                false => {
                    let values = map.iter().filter_map(|(parameter, column)| {
                        Some((parameter.clone(), row.get(column)?.clone()))
                    });
                    values.collect()
                }
            };
            input.retain(|_, value| has_value(value));
            for (parameter, value) in &set {
                input.insert(parameter.clone(), value.as_str().into());
            }
            Ok::<_, String>(input)
        });
        Ok(Inputs::stream(futures::stream::iter(inputs)))
    }
}

/// How long to wait while another machine reads the inputs.
const WAIT: Duration = Duration::from_millis(500);

/// How many inputs are sent in one request by default.
const CHUNK: usize = 500;

fn inputs(count: u64) -> String {
    match count {
        1 => "1 input".to_owned(),
        count => format!("{count} inputs"),
    }
}

/// The target, in words.
fn told(target: &Target) -> String {
    match target {
        Target::Enrichment { id, .. } => format!("the enrichment {id}"),
        Target::Waterfall { id, .. } => format!("the waterfall {id}"),
        Target::Flow { id } => format!("the flow {id}"),
        _ => "a target that this version does not know".to_owned(),
    }
}

/// Describes the run and its price, before the user confirms it.
fn offer(status: &Status, balance: f64) -> String {
    let mut text = inputs(status.inputs);
    if status.distinct < status.inputs {
        text.push_str(&format!(", {} of them distinct", status.distinct));
    }
    if status.planned < status.distinct {
        text.push_str(&format!(
            "; {} left to send, {} spent",
            status.planned,
            credits(status.credits)
        ));
    }
    text.push_str(&format!("; up to {} in all", credits(status.estimate)));
    if status.unpriced > 0 {
        text.push_str(&format!(
            " plus {} whose price is unknown in advance",
            inputs(status.unpriced)
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
    let under_way = status.begun + status.submitted;
    for (count, what) in [
        (status.lost, "failed or lost"),
        (status.in_doubt, "in doubt"),
        (under_way, "sent but not fetched yet"),
    ] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    format!("{text}; {}; see {}", credits(status.credits), out.display())
}

/// The counts of [`summary`], for programs.
fn counts(status: &Status, out: &Path) -> Value {
    json!({
        "output": out,
        "inputs": status.inputs,
        "distinct": status.distinct,
        "planned": status.planned,
        "under_way": status.begun + status.submitted,
        "done": status.done,
        "found": status.found,
        "nothing": status.nothing,
        "lost": status.lost,
        "in_doubt": status.in_doubt,
        "credits": status.credits,
    })
}

/// Turns the end of the run into a failure with its exit code and with what to do next.
async fn conclude(ended: &Ended, job: &Job, out: &Path, context: &Context) -> Result<(), Failure> {
    match &ended.ending {
        Ending::Done if ended.status.in_doubt > 0 => {
            let chunks = job.in_doubt().await?;
            let numbers: Vec<_> = chunks.iter().map(|chunk| chunk.number.to_string()).collect();
            Err(Failure::InDoubt(format!(
                "{} in doubt, in chunk{} {}: they may or may not have been sent. Compare the balance, or look for the task in \
                 the web application. Then record a task that was started with --resume --attach CHUNK=TASK, or send a chunk \
                 again with --resume --send-again CHUNK",
                inputs(ended.status.in_doubt),
                if numbers.len() == 1 { "" } else { "s" },
                numbers.join(", ")
            )))
        }
        Ending::Done => lost(job, out, context).await,
        Ending::Paused(reason) => Err(Failure::Credits(format!("{reason}; --resume continues the run"))),
        Ending::Stopped(reason) => Err(Failure::Other(format!(
            "{reason}; fix that, then continue with --resume"
        ))),
        Ending::Cancelled => Err(Failure::Other(
            "the run was cancelled; --resume continues it".to_owned(),
        )),
        _ => Err(Failure::Interrupted(
            "stopped; the same command with --resume continues the run, within 24 hours for what is under way"
                .to_owned(),
        )),
    }
}

/// Reports the chunks without results, and saves results that cannot be matched to inputs, because they were
/// paid for.
async fn lost(job: &Job, out: &Path, context: &Context) -> Result<(), Failure> {
    let strays = job.unattributable().await?;
    if !strays.is_empty() {
        let path = PathBuf::from(format!("{}.unattributable.jsonl", out.display()));
        let lines = strays.into_iter().map(|chunk| {
            let (first, last) = chunk.positions;
            json!({ "chunk": chunk.number, "first": first, "last": last, "results": chunk.results })
                .to_string()
                + "\n"
        });
        let failed = || Failure::file(path.display());
        let mut file = new_beside(&path).map_err(failed())?;
        file.write_all(lines.collect::<String>().as_bytes())
            .map_err(failed())?;
        file.persist(&path).map_err(|error| failed()(error.error))?;
        context.output.note(&format!(
            "results that cannot be matched to inputs: {}",
            path.display()
        ));
    }
    let chunks = job.chunks().await?;
    let mut lost = chunks.iter().filter_map(|chunk| {
        let fate = match chunk.state.as_str() {
            "refused" => "was refused, and none of its inputs was run",
            "failed" => "failed",
            "expired" => "expired before its results were fetched",
            "unattributable" => "has results that cannot be matched to its inputs",
            _ => return None,
        };
        Some((chunk, fate))
    });
    let Some((first, fate)) = lost.next() else {
        return Ok(());
    };
    let others = match lost.count() {
        0 => String::new(),
        others => format!(" (and {others} more)"),
    };
    let number = first.number;
    let mut text = format!("chunk {number}{others} {fate}");
    if let Some(note) = &first.note {
        text.push_str(&format!(": {note}"));
    }
    if first.state != "unattributable" {
        text.push_str(&format!("; --resume --send-again {number} sends it again"));
    }
    Err(match first.state == "refused" {
        true => Failure::Refused(text),
        false => Failure::Other(text),
    })
}

/// Whether two paths name the same file.
fn is_same(one: &Path, other: &Path) -> bool {
    one == other
        || one
            .canonicalize()
            .is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}
