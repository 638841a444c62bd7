//! Inserting any number of rows, in the batches that the service takes, without losing sight of any.

mod batch;
mod error;
mod report;

use std::collections::{BTreeSet, VecDeque};

use futures::future::BoxFuture;
use serde::Serialize;
use serde_json::{Map, Value};

pub use self::{
    error::{InDoubt, InsertError},
    report::{InsertOutcome, InsertReport, InsertedRow},
};
use crate::{Client, Error, ErrorKind, TableId};

/// The most rows that the service takes in one request.
const MAX_BATCH: usize = 50;

/// An insertion to be sent; made by [`Table::insert`](crate::Table::insert), sent when it is awaited.
///
/// Batches are sent one after another, none of them twice. Memory holds the rows that are still to do, and a second time
/// those of one batch.
///
/// # Errors
///
/// [`InsertError`], which has what was written and what was not. Its [`error`](InsertError::error) is of kind
/// [`InvalidInput`](ErrorKind::InvalidInput), before any request, when there are no rows, one is no JSON object, or an
/// option makes no sense.
///
/// # Cancellation
///
/// The report is lost with the future when that is dropped before it is done, by a timeout around it for instance: what
/// was written before stays written, and the request that is under way may still be processed. Set the time for one
/// request on the client instead; that ends in an [`InsertError`].
#[derive(Debug)]
#[must_use = "nothing is inserted until it is awaited"]
pub struct Insert(Result<Pending, Error>);

/// What is left of an insertion.
#[derive(Debug)]
struct Pending {
    client: Client,
    table: TableId,
    /// The rows that are still to do.
    rows: VecDeque<Map<String, Value>>,
    allow_new_columns: bool,
    /// The columns to compare, or why these cannot be compared.
    dedupe_by: Option<Result<Vec<String>, String>>,
    batch_size: usize,
    /// What was done, from the first row of the input on without a gap.
    done: InsertReport,
}

impl Insert {
    pub(crate) fn new<R>(client: Client, table: TableId, rows: R) -> Self
    where
        R: IntoIterator,
        R::Item: Serialize,
    {
        let rows = rows
            .into_iter()
            .enumerate()
            .map(|(index, row)| fields(index, &row))
            .collect::<Result<VecDeque<_>, _>>();
        Self(rows.and_then(|rows| match rows.is_empty() {
            true => Err(invalid("there are no rows to insert")),
            false => Ok(Pending {
                client,
                table,
                rows,
                allow_new_columns: false,
                dedupe_by: None,
                batch_size: MAX_BATCH,
                done: InsertReport::default(),
            }),
        }))
    }

    /// Creates a text column for each name that the table does not have. Otherwise such a name is an error.
    pub fn allow_new_columns(self) -> Self {
        self.with(|pending| pending.allow_new_columns = true)
    }

    /// Skips rows for which the table already has one with equal values in these columns.
    ///
    /// Rows that have a value in each of these columns are also safe to send again, so that after a lost answer the
    /// insertion can be [resumed](InsertError::resume) without a look at the table. A row that lacks one of the values is
    /// not: nothing tells it from others that lack it.
    ///
    /// No columns, a column without a name, or one that no row has, is an error before any request.
    pub fn dedupe_by<K>(self, columns: K) -> Self
    where
        K: IntoIterator,
        K::Item: Into<String>,
    {
        let columns = columns.into_iter().map(Into::into).collect();
        self.with(|pending| pending.dedupe_by = Some(dedupe_keys(columns, &pending.rows)))
    }

    /// How many rows go into one request: 1 to 50, and 50 unless said otherwise.
    pub fn batch_size(self, rows: usize) -> Self {
        self.with(|pending| pending.batch_size = rows)
    }

    fn with(mut self, set: impl FnOnce(&mut Pending)) -> Self {
        if let Ok(pending) = &mut self.0 {
            set(pending);
        }
        self
    }
}

impl IntoFuture for Insert {
    type Output = Result<InsertReport, InsertError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.0.map_err(InsertError::unusable)?.send().await })
    }
}

impl Pending {
    async fn send(mut self) -> Result<InsertReport, InsertError> {
        let keys = match self.checked_keys() {
            Ok(keys) => keys,
            Err(cause) => return Err(InsertError::refused(cause, self)),
        };
        while !self.rows.is_empty() {
            let size = self.rows.len().min(self.batch_size);
            match batch::send(&self, size, keys.clone()).await {
                Ok(rows) => {
                    self.done.requests += 1;
                    self.complete(rows);
                }
                Err(batch) => return Err(InsertError::failed(batch, size, self)),
            }
        }
        Ok(self.done)
    }

    fn checked_keys(&self) -> Result<Option<Vec<String>>, Error> {
        if !(1..=MAX_BATCH).contains(&self.batch_size) {
            return Err(invalid(format!(
                "a batch of {} rows: the service takes 1 to {MAX_BATCH}",
                self.batch_size
            )));
        }
        self.dedupe_by.clone().transpose().map_err(invalid)
    }

    /// The position in the input of the first row that is still to do.
    fn position(&self) -> usize {
        self.done.rows.len()
    }

    /// Moves the first rows from what is to do to what is done.
    fn complete(&mut self, rows: Vec<InsertedRow>) {
        self.rows.drain(..rows.len().min(self.rows.len()));
        self.done.rows.extend(rows);
    }

    /// Whether the first `count` rows would be skipped, were they sent again after they were written.
    fn is_protected(&self, count: usize) -> bool {
        let Some(Ok(keys)) = &self.dedupe_by else {
            return false;
        };
        let has_value = |row: &Map<String, Value>, key: &String| match row.get(key) {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(_) => true,
        };
        self.rows
            .iter()
            .take(count)
            .all(|row| keys.iter().all(|key| has_value(row, key)))
    }
}

fn dedupe_keys(columns: Vec<String>, rows: &VecDeque<Map<String, Value>>) -> Result<Vec<String>, String> {
    if columns.is_empty() {
        return Err(
            "the list of columns to dedupe by is empty; leave `dedupe_by` out to insert all rows".to_owned(),
        );
    }
    let known: BTreeSet<&String> = rows.iter().flat_map(Map::keys).collect();
    for column in &columns {
        if column.trim().is_empty() {
            return Err("a column to dedupe by has no name".to_owned());
        }
        if !rows.is_empty() && !known.contains(column) {
            return Err(format!("no row has the column {column:?} to dedupe by"));
        }
    }
    Ok(columns)
}

fn fields<R: Serialize>(index: usize, row: &R) -> Result<Map<String, Value>, Error> {
    match serde_json::to_value(row) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(invalid(format!(
            "row {index} is no object with a member for each column"
        ))),
        Err(error) => Err(invalid(format!("row {index} cannot be written as JSON: {error}"))),
    }
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidInput, message)
}
