//! The workspace: everything that requests can change. The handlers in `routes` read and change it under one
//! lock. Apart from refusals, nothing here depends on HTTP.

mod connectors;
mod edits;
mod export;
mod filter;
mod flows;
mod graph;
mod jobs;
mod library;
mod processor;
mod rows;
mod table;
mod task;
mod tasks;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

pub(crate) use self::{
    connectors::Connectors,
    export::{Export, Format},
    filter::Filter,
    flows::{Content, Flow, Flows},
    graph::Graph,
    jobs::{Jobs, Strategy},
    library::{Destination, Library},
    processor::{Launch, Offer, Processor, Source},
    rows::{Row, Rows},
    table::{Column, Table},
};
use self::{task::Task, tasks::Tasks};
use crate::{
    catalog::Quote,
    clock::Moment,
    credits::{Credits, Ledger},
    dice::Seed,
    profile::Profile,
    refusal::Refusal,
};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct State {
    start: Start,
    pub(crate) seed: Seed,
    /// The moment of the current request.
    pub(crate) now: Moment,
    /// How long a run takes.
    task_time: Moment,
    pub(crate) ledger: Ledger,
    pub(crate) library: Library,
    pub(crate) profile: Profile,
    pub(crate) connectors: Connectors,
    pub(crate) flows: Flows,
    tasks: Tasks,
    /// Results of table runs that are not shown yet.
    jobs: Jobs,
    pub(crate) ids: Ids,
}

/// The initial state of a workspace.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Start {
    seed: u64,
    credits: Credits,
}

/// The counters from which identifiers are made.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ids {
    seed: Seed,
    counts: BTreeMap<String, u64>,
    processors: i64,
}

impl Ids {
    fn new(seed: Seed) -> Self {
        // Far from the ids of the catalogue, so that mixing them up gives a 404 and not a surprise.
        Self {
            seed,
            counts: BTreeMap::new(),
            processors: 5000,
        }
    }

    pub(crate) fn next(&mut self, kind: &'static str) -> Uuid {
        let count = self.count(kind);
        self.seed.identifier(kind, count)
    }

    /// The next numeric id.
    pub(crate) fn next_number(&mut self, kind: &'static str) -> i64 {
        i64::try_from(self.count(kind)).unwrap_or(i64::MAX)
    }

    fn count(&mut self, kind: &'static str) -> u64 {
        let count = self.counts.entry(kind.to_owned()).or_default();
        *count = count.saturating_add(1);
        *count
    }

    pub(crate) fn next_processor(&mut self) -> i64 {
        self.processors = self.processors.saturating_add(1);
        self.processors
    }
}

impl State {
    pub(crate) fn new(seed: u64, credits: Credits, task_time: Moment, profile: Profile) -> Self {
        let start = Start { seed, credits };
        let seed = Seed::new(seed);
        Self {
            start,
            seed,
            now: Moment::ZERO,
            task_time,
            ledger: Ledger::new(credits),
            library: Library::default(),
            profile,
            connectors: Connectors::default(),
            flows: Flows::default(),
            tasks: Tasks::default(),
            jobs: Jobs::default(),
            ids: Ids::new(seed),
        }
    }

    /// Restores the initial state.
    pub(crate) fn reset(&mut self) {
        let Start { seed, credits } = self.start;
        *self = Self::new(seed, credits, self.task_time, self.profile);
    }

    /// Changes the time that runs take, and the profile that answers follow, from now on.
    pub(crate) fn go_on_with(&mut self, task_time: Moment, profile: Profile) {
        self.task_time = task_time;
        self.profile = profile;
    }

    /// Applies everything that is due by now. Time does not run backwards.
    pub(crate) fn settle(&mut self, now: Moment) {
        self.now = self.now.max(now);
        self.ledger.set_now(self.now);
        let answers = self.profile.answers();
        self.tasks.settle(self.now, answers, &mut self.ledger);
        for (table, jobs) in self.jobs.due(self.now) {
            for job in &jobs {
                self.ledger.refund(job.quote.reserve - job.quote.cost);
            }
            if let Some(table) = self.library.table_or_binned(table) {
                table.show(jobs, self.now);
            }
        }
        self.library.settle(self.now);
    }

    pub(crate) fn workspace(&self) -> Uuid {
        self.seed.identifier("workspace", 0)
    }

    pub(crate) fn table(&self, id: Uuid) -> Result<&Table, Refusal> {
        self.library.table(id)
    }

    pub(crate) fn table_mut(&mut self, id: Uuid) -> Result<&mut Table, Refusal> {
        self.library.table_mut(id)
    }

    /// A table, with what is needed to add to it.
    pub(crate) fn table_and_ids(&mut self, id: Uuid) -> Result<(&mut Table, &mut Ids), Refusal> {
        Ok((self.library.table_mut(id)?, &mut self.ids))
    }

    /// Creates a table in a workbook, or in a new one.
    pub(crate) fn create_table(
        &mut self,
        workbook: Option<&str>,
        name: String,
        columns: &[String],
        rows: usize,
    ) -> Result<&Table, Refusal> {
        let mut table = Table::new(&mut self.ids, name, self.now);
        for (index, name) in columns.iter().enumerate() {
            table
                .add_column(&mut self.ids, name, "text", None)
                .map_err(|message| {
                    Refusal::invalid(["body".into(), "columns".into(), index.into()], message)
                })?;
        }
        for _ in 0..rows {
            table.rows.add(Row::new(&mut self.ids));
        }
        self.library.add(&mut self.ids, table, workbook, self.now)
    }

    pub(crate) fn duplicate_table(&mut self, id: Uuid) -> Result<&Table, Refusal> {
        self.library.duplicate(&mut self.ids, id, self.now)
    }

    pub(crate) fn move_table(&mut self, id: Uuid, to: Destination) -> Result<&Table, Refusal> {
        self.library.move_table(&mut self.ids, id, to, self.now)
    }

    /// Deletes the rows that a table has now, after the time that a run takes.
    pub(crate) fn clear_table(&mut self, id: Uuid) -> Result<(), Refusal> {
        self.library
            .clear_later(id, self.now.saturating_add(self.task_time))
    }

    /// Starts to export a table to a file, which takes as long as a run.
    pub(crate) fn export_table(&mut self, id: Uuid, format: Format) -> Result<&Export, Refusal> {
        let ready = self.now.saturating_add(self.task_time);
        let table = self.library.table_mut(id)?;
        let export = Export::new(self.ids.next_number("export"), format, ready, table);
        Ok(table.export.insert(export))
    }

    /// Copies a workbook. Returns the id of the copy.
    pub(crate) fn duplicate_workbook(&mut self, id: &str) -> Result<String, Refusal> {
        self.library.duplicate_workbook(&mut self.ids, id, self.now)
    }

    /// Creates a folder. Returns its id.
    pub(crate) fn create_folder(&mut self, name: String) -> i64 {
        let id = self.ids.next_number("folder");
        self.library.create_folder(id, name, self.now);
        id
    }

    pub(crate) fn restore(&mut self, workbooks: &[String], tables: &[Uuid]) {
        self.library.restore(&mut self.ids, workbooks, tables, self.now);
    }

    /// Starts a task that works through the inputs of the quotes.
    pub(crate) fn start_task(&mut self, quotes: Vec<Quote>, bulk: bool) -> Result<Uuid, Refusal> {
        self.ledger
            .reserve(quotes.iter().map(|quote| quote.reserve).sum())?;
        let id = self.ids.next("task");
        let task = Task::new(quotes, bulk, self.now, self.task_time);
        self.tasks.add(id, task, self.profile.answers());
        Ok(id)
    }

    pub(crate) fn show_task(&self, id: &str, include_partial: bool) -> Result<Value, Refusal> {
        self.tasks
            .show(id, self.now, self.profile.answers(), include_partial)
    }

    /// The tasks started last, latest first: their ids, when they were started, and how the service shows
    /// them.
    pub(crate) fn latest_tasks(&self, count: usize) -> Vec<(Uuid, Moment, Value)> {
        self.tasks.latest(count, self.now, self.profile.answers())
    }

    pub(crate) fn cancel_task(&mut self, id: &str) -> Result<(), Refusal> {
        let answers = self.profile.answers();
        self.tasks.cancel(id, self.now, answers, &mut self.ledger)
    }

    /// Runs an installed enrichment, waterfall or exporter on the selected rows. Returns their number.
    pub(crate) fn run_processor(
        &mut self,
        table: Uuid,
        processor: i64,
        strategy: Strategy,
        rows: Option<&[Uuid]>,
    ) -> Result<usize, Refusal> {
        let table = self.library.table_mut(table)?;
        let quotes = table.quotes(self.seed, &self.connectors, processor, strategy, rows)?;
        self.ledger
            .reserve(quotes.iter().map(|(_, quote)| quote.reserve).sum())?;
        let count = quotes.len();
        table.await_results(processor, quotes.iter().map(|(row, _)| *row));
        self.jobs
            .add(table.id, processor, quotes, self.now, self.task_time);
        Ok(count)
    }

    /// Starts the runs that a change of these columns in these rows triggers. Without enough credits, nothing
    /// is run.
    pub(crate) fn run_on_update(
        &mut self,
        table: Uuid,
        rows: &[Uuid],
        columns: &[Uuid],
    ) -> Result<(), Refusal> {
        let processors = self.table(table)?.launched_by(columns);
        for processor in processors {
            match self.run_processor(table, processor, Strategy::All, Some(rows)) {
                Ok(_) => {}
                Err(refusal) if refusal == Refusal::out_of_credits() => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(())
    }
}

/// When the `number`-th of `count` inputs is done. A run works through its inputs at an even pace.
fn due(start: Moment, time: Moment, number: usize, count: usize) -> Moment {
    let share = (number + 1) as f64 / count.max(1) as f64;
    // Seconds as a float can be rounded up beyond the longest duration.
    let wait = Moment::try_from_secs_f64(time.as_secs_f64() * share).unwrap_or(time);
    start.saturating_add(wait.min(time))
}
