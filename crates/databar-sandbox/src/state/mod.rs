//! The workspace: everything that requests change. Handlers in `routes` read and change it under one lock; nothing
//! here knows of HTTP but the refusals.

mod connectors;
mod edits;
mod filter;
mod flows;
mod graph;
mod jobs;
mod processor;
mod table;
mod task;
mod tasks;

use std::collections::BTreeMap;

use serde_json::Value;
use uuid::Uuid;

pub(crate) use self::{
    connectors::Connectors,
    filter::Filter,
    flows::{Content, Flow, Flows},
    graph::Graph,
    jobs::{Jobs, Strategy},
    processor::{Launch, Offer, Processor, Source},
    table::{Column, Row, Table},
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

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) seed: Seed,
    /// The moment of the request at hand.
    pub(crate) now: Moment,
    /// How long a run takes.
    task_time: Moment,
    pub(crate) ledger: Ledger,
    /// In the order of their creation.
    pub(crate) tables: Vec<Table>,
    pub(crate) profile: Profile,
    pub(crate) connectors: Connectors,
    pub(crate) flows: Flows,
    tasks: Tasks,
    /// Results of table runs that are not shown yet.
    jobs: Jobs,
    pub(crate) ids: Ids,
}

/// Counters behind the identifiers.
#[derive(Debug)]
pub(crate) struct Ids {
    seed: Seed,
    counts: BTreeMap<&'static str, u64>,
    processors: i64,
}

impl Ids {
    fn new(seed: Seed) -> Self {
        // Far from the ids of the catalogue, so that a mix-up is a 404 and not a surprise.
        Self {
            seed,
            counts: BTreeMap::new(),
            processors: 5000,
        }
    }

    pub(crate) fn next(&mut self, kind: &'static str) -> Uuid {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        self.seed.identifier(kind, *count)
    }

    pub(crate) fn next_processor(&mut self) -> i64 {
        self.processors += 1;
        self.processors
    }
}

impl State {
    pub(crate) fn new(seed: u64, credits: Credits, task_time: Moment, profile: Profile) -> Self {
        let seed = Seed::new(seed);
        Self {
            seed,
            now: Moment::ZERO,
            task_time,
            ledger: Ledger::new(credits),
            tables: Vec::new(),
            profile,
            connectors: Connectors::default(),
            flows: Flows::default(),
            tasks: Tasks::default(),
            jobs: Jobs::default(),
            ids: Ids::new(seed),
        }
    }

    /// Lets happen what is due by now. Time does not run backwards.
    pub(crate) fn settle(&mut self, now: Moment) {
        self.now = self.now.max(now);
        let answers = self.profile.answers();
        self.tasks.settle(self.now, answers, &mut self.ledger);
        for (table, jobs) in self.jobs.due(self.now) {
            for job in &jobs {
                self.ledger.refund(job.quote.reserve - job.quote.cost);
            }
            if let Some(table) = self.tables.iter_mut().find(|one| one.id == table) {
                table.show(jobs, self.now);
            }
        }
    }

    pub(crate) fn workspace(&self) -> Uuid {
        self.seed.identifier("workspace", 0)
    }

    pub(crate) fn table(&self, id: Uuid) -> Result<&Table, Refusal> {
        self.tables
            .iter()
            .find(|table| table.id == id)
            .ok_or_else(Refusal::not_found)
    }

    pub(crate) fn table_mut(&mut self, id: Uuid) -> Result<&mut Table, Refusal> {
        self.tables
            .iter_mut()
            .find(|table| table.id == id)
            .ok_or_else(Refusal::not_found)
    }

    /// A table, and what is needed to add to it.
    pub(crate) fn table_and_ids(&mut self, id: Uuid) -> Result<(&mut Table, &mut Ids), Refusal> {
        let table = self
            .tables
            .iter_mut()
            .find(|table| table.id == id)
            .ok_or_else(Refusal::not_found)?;
        Ok((table, &mut self.ids))
    }

    pub(crate) fn create_table(
        &mut self,
        name: String,
        columns: &[String],
        rows: usize,
    ) -> Result<&Table, Refusal> {
        let mut table = Table::new(&mut self.ids, name, self.now);
        for name in columns {
            table.add_column(&mut self.ids, name, "text", None)?;
        }
        for _ in 0..rows {
            table.rows.push(Row::new(&mut self.ids));
        }
        self.tables.push(table);
        self.tables.last().ok_or_else(Refusal::not_found)
    }

    /// Starts a task that works through the inputs behind the quotes.
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

    pub(crate) fn cancel_task(&mut self, id: &str) -> Result<(), Refusal> {
        let answers = self.profile.answers();
        self.tasks.cancel(id, self.now, answers, &mut self.ledger)
    }

    /// Runs an installed enrichment, waterfall or exporter over the rows that are wanted; how many they are.
    pub(crate) fn run_processor(
        &mut self,
        table: Uuid,
        processor: i64,
        strategy: Strategy,
        rows: Option<&[Uuid]>,
    ) -> Result<usize, Refusal> {
        let table = self
            .tables
            .iter_mut()
            .find(|one| one.id == table)
            .ok_or_else(Refusal::not_found)?;
        let quotes = table.quotes(self.seed, &self.connectors, processor, strategy, rows)?;
        self.ledger
            .reserve(quotes.iter().map(|(_, quote)| quote.reserve).sum())?;
        let count = quotes.len();
        table.await_results(processor, quotes.iter().map(|(row, _)| *row));
        self.jobs
            .add(table.id, processor, quotes, self.now, self.task_time);
        Ok(count)
    }

    /// Runs what is to run by itself when these columns of these rows change. Out of credits, it stays undone.
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

/// When the `number`-th of `count` inputs is done: a run works through them at an even pace.
fn due(start: Moment, time: Moment, number: usize, count: usize) -> Moment {
    let share = (number + 1) as f64 / count.max(1) as f64;
    // Seconds as a float can round up past the longest duration.
    let wait = Moment::try_from_secs_f64(time.as_secs_f64() * share).unwrap_or(time);
    start.saturating_add(wait.min(time))
}
