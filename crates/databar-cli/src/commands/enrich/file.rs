//! A file of any length, enriched by a job that survives anything.

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
/// What is done is written into a ledger beside the output before and after it happens. Killed, or stopped with Ctrl-C, the same
/// command with --resume goes on where it was, and pays nothing twice.
#[derive(Debug, Args)]
pub(crate) struct OfFile {
    /// The file: CSV with a line of names, or JSON Lines (`.jsonl`) of objects; `-` for either on standard input
    input: PathBuf,
    #[command(flatten)]
    what: What,
    /// A parameter, and the column that its values are in: `--map email=Email`
    #[arg(long, value_name = "PARAMETER=COLUMN", value_parser = mapping)]
    map: Vec<(String, String)>,
    /// A parameter with the same value for all rows: `--set limit=10`
    #[arg(long, value_name = "PARAMETER=VALUE", value_parser = mapping)]
    set: Vec<(String, String)>,
    /// The output: `.csv`, `.jsonl` or `.parquet`; without it, INPUT.enriched.csv
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The most that it may cost, in credits
    #[arg(long, value_name = "CREDITS")]
    max_credits: Option<f64>,
    /// How many inputs are sent in one request: 500, or fewer to keep within --max-credits, unless said otherwise
    #[arg(long, value_name = "N")]
    chunk: Option<NonZeroUsize>,
    /// How many requests are under way at a time
    #[arg(long, value_name = "N", default_value = "4")]
    in_flight: NonZeroUsize,
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
                "--out is required when reading standard input".to_owned(),
            ));
        }
        if is_same(&out, &self.input) {
            return Err(Failure::Usage(
                "the output must be another file than the input".to_owned(),
            ));
        }
        let form = Form::of(&out)?;
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            return Err(Failure::Usage(format!("there is no folder {}", folder.display())));
        }
        let target = self.what.target()?;
        // A file that cannot be read ends here.
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
                "{} is there already; give another --out, or delete it",
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

    /// What the user has decided about chunks in doubt. A task that is not there is not recorded.
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

    /// Writes the output, also of a run that failed: what was paid for is there. Says how the run has ended.
    async fn report(
        &self,
        ended: Result<Ended, Failure>,
        job: &Job,
        form: &Form,
        out: &Path,
        context: &Context,
    ) -> Result<(), Failure> {
        if let Err(Failure::Job(databar_jobs::Error::InUse(_))) = &ended {
            // Of the one who works on it.
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
            // Its failure is the one to report.
            Err(failure) => {
                let unwritten = written.err().map(|unwritten| unwritten.to_string());
                for reason in [unwritten, status.reason].into_iter().flatten() {
                    context.output.note(&reason);
                }
                Err(failure)
            }
        }
    }

    /// Whether the ledger has the run already. Without --resume, it must not have sent anything then, unless the ledger may be
    /// shared with other machines, whose run this is, too.
    async fn is_known(&self, ledger: &Ledger, name: &str, address: &str) -> Result<bool, Failure> {
        let is_there = ledger.jobs().await?.iter().any(|job| job == name);
        if self.resume || self.ledger.is_some() || !is_there {
            return Ok(is_there);
        }
        match ledger.discard_unsent(name).await? {
            true => Ok(false),
            false => Err(Failure::Usage(format!(
                "a run into {name} was begun; --resume goes on with it. To begin anew, which may pay again, delete {address}"
            ))),
        }
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

    /// The job. One that was begun must be of the same inputs, in the same order.
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
                    "what was begun is a run of {}; --resume goes on with that",
                    told(job.target())
                )));
            }
            Ok(_) | Err(databar_jobs::Error::NoSuchJob(_) | databar_jobs::Error::NotPlanned(_)) => {}
            Err(error) => return Err(error.into()),
        }
        // Without a limit, that of a run that was begun stays.
        let mut plan = Plan::new(name, target.clone())
            .chunk_size(self.chunk_size(client, target).await?)
            .distinct(!self.not_distinct);
        if let Some(credits) = self.max_credits {
            plan = plan.max_credits(credits);
        }
        let mut inputs = inputs;
        loop {
            match ledger.plan(client, plan.clone(), inputs).await {
                // On another machine, from the same file.
                Err(databar_jobs::Error::BeingPlanned(_)) => {
                    tokio::time::sleep(WAIT).await;
                    inputs = self.inputs()?;
                }
                Err(databar_jobs::Error::OtherJob { difference, .. }) => {
                    return Err(Failure::Usage(format!(
                        "the run that was begun is another one: {difference}; give this one another --out"
                    )));
                }
                job => return Ok(job?),
            }
        }
    }

    /// As many inputs as were asked for; otherwise fewer than usual if all of them would cost more than a tenth of the limit, which
    /// could not be used up then.
    async fn chunk_size(&self, client: &Client, target: &Target) -> Result<usize, Failure> {
        let (None, Some(limit)) = (self.chunk, self.max_credits) else {
            return Ok(self.chunk.map_or(CHUNK, NonZeroUsize::get));
        };
        let price = price(client, target).await?;
        let fits = limit / 10.0 / price;
        Ok(match fits.is_finite() && fits < CHUNK as f64 {
            // Between 0 and CHUNK.
            true => (fits as usize).max(1),
            false => CHUNK,
        })
    }

    /// The inputs: of each row the parameters that are mapped, or all columns, and those that are the same for all.
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

/// How long another machine is given to read the inputs, before a look is taken.
const WAIT: Duration = Duration::from_millis(500);

/// How many inputs are sent in one request, unless something else is said.
const CHUNK: usize = 500;

fn inputs(count: u64) -> String {
    match count {
        1 => "1 input".to_owned(),
        count => format!("{count} inputs"),
    }
}

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
    let mut text = inputs(status.inputs);
    if status.distinct < status.inputs {
        text.push_str(&format!(", {} of them different", status.distinct));
    }
    if status.planned < status.distinct {
        text.push_str(&format!(
            "; {} left to be sent, {} spent",
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
        (under_way, "sent and not fetched yet"),
    ] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    format!("{text}; {}; see {}", credits(status.credits), out.display())
}

/// The same for programs.
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

/// What the end of the run means for the exit code, and what to do then.
async fn conclude(ended: &Ended, job: &Job, out: &Path, context: &Context) -> Result<(), Failure> {
    match &ended.ending {
        Ending::Done if ended.status.in_doubt > 0 => {
            let chunks = job.in_doubt().await?;
            let numbers: Vec<_> = chunks.iter().map(|chunk| chunk.number.to_string()).collect();
            Err(Failure::InDoubt(format!(
                "{} in doubt, of chunk {}: nobody knows whether they were sent. Compare the balance, or look for the task in the web \
                 application; --resume --attach CHUNK=TASK takes a task that was started, --resume --send-again CHUNK sends once more",
                inputs(ended.status.in_doubt),
                numbers.join(", ")
            )))
        }
        Ending::Done => lost(job, out, context).await,
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

/// Says which chunks have no results, and keeps results that belong to no input: they were paid for.
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
            "results of which nobody knows whose they are: {}",
            path.display()
        ));
    }
    let chunks = job.chunks().await?;
    let mut lost = chunks.iter().filter_map(|chunk| {
        let fate = match chunk.state.as_str() {
            "refused" => "was refused, and none of its inputs was run",
            "failed" => "has failed",
            "expired" => "has expired before its results were fetched",
            "unattributable" => "has results that do not align with its inputs",
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
        text.push_str(&format!("; --resume --send-again {number} sends it once more"));
    }
    Err(match first.state == "refused" {
        true => Failure::Refused(text),
        false => Failure::Other(text),
    })
}

/// Whether two paths lead to one file.
fn is_same(one: &Path, other: &Path) -> bool {
    one == other
        || one
            .canonicalize()
            .is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}
