//! Imports rows from a file into a table.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use databar::{ErrorKind, Kind, RowOutcome, Table, TableId, WriteError, WriteReport};
use serde_json::{Map, Value};

use super::Run;
use crate::ask::confirm;
use crate::bar::bar;
use crate::context::Context;
use crate::failure::Failure;
use crate::source::{Source, rows};
use crate::stop::stopped;

/// Insert the rows of a file into a table, or update existing rows
///
/// The file is CSV with a header line, or JSON Lines (`.jsonl`). If the import is interrupted, the command
/// says which rows were written, which are in doubt, and how to continue.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The file; `-` reads either format from standard input
    file: PathBuf,
    /// The UUID of the table
    table: TableId,
    /// Update rows that have the same text in this column, and insert the others
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["dedupe", "new_columns"])]
    upsert: Option<String>,
    /// Skip rows that the table already has, compared by these columns
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    dedupe: Vec<String>,
    /// Create the columns that the table does not have
    #[arg(long)]
    new_columns: bool,
    /// Skip the first N rows of the file
    #[arg(long, value_name = "N", default_value_t = 0)]
    skip: usize,
    /// Read the file, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask for confirmation; only --upsert asks
    #[arg(long, short)]
    yes: bool,
}

/// How many rows are read at a time. This bounds the memory in use.
const ROWS: usize = 500;

impl Run for Import {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let (total, names) = self.look()?;
        let left = total.saturating_sub(self.skip);
        if left == 0 {
            return Err(Failure::Usage(format!(
                "{}: there are no rows to import",
                self.file.display()
            )));
        }
        context
            .output
            .note(&format!("{} with {}", rows(left as u64), names.join(", ")));
        let table = context.client()?.table(self.table);
        let known = table.columns().await?;
        let unknown: Vec<_> = names
            .iter()
            .filter(|name| !known.iter().any(|column| column.name == **name))
            .map(String::as_str)
            .collect();
        if unknown.contains(&"id") {
            return Err(Failure::Usage(
                "the column \"id\" is reserved by the service; remove it from the file".to_owned(),
            ));
        }
        if !unknown.is_empty() && !self.new_columns {
            let advice = match self.upsert {
                Some(_) => "`databar column create` creates one",
                None => "--new-columns creates them",
            };
            return Err(Failure::Usage(format!(
                "the table does not have {}; {advice}",
                unknown.join(", ")
            )));
        }
        if self.dry_run {
            context.output.note("nothing was sent");
            return Ok(());
        }
        if self.upsert.is_some() {
            confirm(&format!("Update the table with {}?", rows(left as u64)), self.yes)?;
        }
        let bar = bar(left as u64, "{bar:20} {pos}/{len} rows, {eta} left");
        let mut position = self.skip;
        let mut tally = Tally::default();
        let mut source = self.source()?;
        source.skip(self.skip)?;
        let stop = tokio::spawn(stopped());
        loop {
            if stop.is_finished() {
                bar.abandon();
                return Err(Failure::Interrupted(format!(
                    "stopped; {tally}; --skip {position} continues after them"
                )));
            }
            let batch = source.take(ROWS)?;
            if batch.is_empty() {
                break;
            }
            let count = batch.len();
            let (report, broken) = match self.write(&table, batch).await {
                Ok(report) => (report, None),
                Err(broken) => (broken.written.clone(), Some(broken)),
            };
            for refused in tally.add(&report, position) {
                bar.suspend(|| context.output.note(&refused));
            }
            if let Some(broken) = broken {
                bar.abandon();
                return Err(broken.failure(position + report.rows.len(), &tally));
            }
            position += count;
            bar.inc(count as u64);
        }
        bar.finish_and_clear();
        context.output.note(&tally.to_string());
        match tally.refused {
            0 => Ok(()),
            refused => Err(Failure::Refused(format!("{} refused", rows(refused)))),
        }
    }
}

/// The counts of rows by outcome, so far.
#[derive(Debug, Default)]
struct Tally {
    inserted: u64,
    updated: u64,
    skipped: u64,
    refused: u64,
    other: u64,
}

impl Tally {
    /// Adds the report of rows that begin at this position of the file. Returns a line for each refused row.
    fn add(&mut self, report: &WriteReport, position: usize) -> Vec<String> {
        let refused = report.refused().filter_map(|row| match &row.outcome {
            RowOutcome::Refused { code, message, .. } => {
                let message = message.as_deref().unwrap_or("the service gave no reason");
                let number = position + row.index + 1;
                Some(format!("row {number} was refused: {code}: {message}"))
            }
            _ => None,
        });
        let refused: Vec<_> = refused.collect();
        let told = report.created() + report.updated() + report.skipped() + refused.len();
        self.inserted += report.created() as u64;
        self.updated += report.updated() as u64;
        self.skipped += report.skipped() as u64;
        self.refused += refused.len() as u64;
        self.other += (report.rows.len() - told) as u64;
        refused
    }
}

/// For example `250 rows inserted, 50 skipped as duplicates`. Counts of zero are left out.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.inserted, "inserted"),
            (self.updated, "updated"),
            (self.skipped, "skipped as duplicates"),
            (self.refused, "refused"),
            (self.other, "with an unknown outcome"),
        ];
        let mut parts = parts.into_iter().filter(|(count, _)| *count > 0);
        match parts.next() {
            None => return f.write_str("nothing was written"),
            Some((count, what)) => write!(f, "{} {what}", rows(count))?,
        }
        parts.try_for_each(|(count, what)| write!(f, ", {count} {what}"))
    }
}

/// An import that was interrupted within a batch of rows.
struct Broken {
    written: WriteReport,
    in_doubt: usize,
    cause: ErrorKind,
    words: String,
}

impl<K: Kind> From<WriteError<K>> for Broken {
    fn from(error: WriteError<K>) -> Self {
        Self {
            written: error.written().clone(),
            in_doubt: error.in_doubt(),
            cause: error.error().kind(),
            words: error.error().to_string(),
        }
    }
}

impl Broken {
    /// `done` is the number of rows of the file before the first one that was not written.
    fn failure(&self, done: usize, tally: &Tally) -> Failure {
        let words = &self.words;
        match self.in_doubt {
            0 => Failure::Because(
                self.cause,
                format!("{words}\n  {tally}; --skip {done} continues after them"),
            ),
            doubtful => Failure::InDoubt(format!(
                "{words}\n  {tally}; rows {} to {} of the file are in doubt. Look for them in the table: --skip {} continues \
                 after them, --skip {done} sends them again",
                done + 1,
                done + doubtful,
                done + doubtful
            )),
        }
    }
}

impl Import {
    async fn write(&self, table: &Table, rows: Vec<Map<String, Value>>) -> Result<WriteReport, Broken> {
        if let Some(key) = &self.upsert {
            return Ok(table.upsert(key, rows).await?);
        }
        let mut insert = table.insert(rows);
        if self.new_columns {
            insert = insert.allow_new_columns();
        }
        if !self.dedupe.is_empty() {
            insert = insert.dedupe_by(&self.dedupe);
        }
        Ok(insert.await?)
    }

    /// Reads the whole file once, so that an unreadable row is found before the first row is written.
    /// Standard input is kept in a temporary file.
    fn look(&self) -> Result<(usize, Vec<String>), Failure> {
        let mut source = self.source()?;
        let mut names: Vec<String> = Vec::new();
        let mut count = 0;
        loop {
            let rows = source.take(ROWS)?;
            if rows.is_empty() {
                return Ok((count, names));
            }
            count += rows.len();
            for name in rows.iter().flat_map(Map::keys) {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
    }

    fn source(&self) -> Result<Source, Failure> {
        Source::open(&self.file)
    }
}
