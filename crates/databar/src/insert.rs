//! Inserting any number of rows, in the batches that the service takes, without losing sight of any.

use std::{
    collections::BTreeMap,
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
};

use databar_api::{prelude::*, types};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{Client, Error, ErrorKind, RowId, TableId};

/// The most rows that the service takes in one request.
const MAX_BATCH: usize = 50;

/// An insertion to be sent; made by [`Table::insert`](crate::Table::insert), sent when it is awaited.
#[derive(Debug)]
#[must_use = "nothing is inserted until it is awaited"]
pub struct Insert {
    client: Client,
    table: TableId,
    rows: Result<Vec<Map<String, Value>>, Error>,
    options: Options,
    /// What an earlier, failed attempt has done.
    done: InsertReport,
    /// The input position of `rows[0]`.
    first: usize,
}

#[derive(Debug, Clone)]
struct Options {
    allow_new_columns: bool,
    dedupe_by: Vec<String>,
    batch_size: usize,
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
            .collect::<Result<Vec<_>, _>>();
        let rows = rows.and_then(|rows| match rows.is_empty() {
            true => Err(invalid("there are no rows to insert")),
            false => Ok(rows),
        });
        Self {
            client,
            table,
            rows,
            options: Options {
                allow_new_columns: false,
                dedupe_by: Vec::new(),
                batch_size: MAX_BATCH,
            },
            done: InsertReport::default(),
            first: 0,
        }
    }

    /// Creates a text column for each name that the table does not have. Otherwise such a name is an error.
    pub fn allow_new_columns(mut self) -> Self {
        self.options.allow_new_columns = true;
        self
    }

    /// Skips rows for which the table already has one with equal values in these columns. It also makes the insertion
    /// safe to repeat.
    pub fn dedupe_by<K>(mut self, columns: K) -> Self
    where
        K: IntoIterator,
        K::Item: Into<String>,
    {
        self.options.dedupe_by = columns.into_iter().map(Into::into).collect();
        self
    }

    /// How many rows go into one request: 1 to 50, and 50 unless said otherwise.
    pub fn batch_size(mut self, rows: usize) -> Self {
        self.options.batch_size = rows;
        self
    }

    async fn send(self) -> Result<InsertReport, InsertError> {
        let Self {
            client,
            table,
            rows,
            options,
            mut done,
            first,
        } = self;
        let nothing_sent = |cause| InsertError {
            inner: Box::new(Failure::unsent(cause)),
        };
        let rows = rows.map_err(nothing_sent)?;
        if !(1..=MAX_BATCH).contains(&options.batch_size) {
            return Err(nothing_sent(invalid(format!(
                "a batch of {} rows: the service takes 1 to {MAX_BATCH}",
                options.batch_size
            ))));
        }
        let mut start = 0;
        while start < rows.len() {
            let end = rows.len().min(start + options.batch_size);
            let batch = rows.get(start..end).unwrap_or_default();
            match insert_batch(&client, table, batch, &options, first + start).await {
                Ok(inserted) => {
                    done.requests += 1;
                    done.rows.extend(inserted);
                }
                Err(cause) => {
                    let in_doubt = if cause.may_have_run() { end - start } else { 0 };
                    let remaining = Self {
                        client,
                        table,
                        rows: Ok(rows.into_iter().skip(start).collect()),
                        options,
                        done: done.clone(),
                        first: first + start,
                    };
                    return Err(InsertError {
                        inner: Box::new(Failure {
                            cause,
                            done,
                            in_doubt,
                            remaining: Some(remaining),
                        }),
                    });
                }
            }
            start = end;
        }
        Ok(done)
    }

    fn len(&self) -> usize {
        self.rows.as_ref().map_or(0, Vec::len)
    }
}

impl IntoFuture for Insert {
    type Output = Result<InsertReport, InsertError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
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

async fn insert_batch(
    client: &Client,
    table: TableId,
    batch: &[Map<String, Value>],
    options: &Options,
    first: usize,
) -> Result<Vec<InsertedRow>, Error> {
    let rows: Vec<types::InsertRow> = batch
        .iter()
        .map(|fields| types::InsertRow {
            fields: fields.clone(),
        })
        .collect();
    let dedupe = (!options.dedupe_by.is_empty()).then(|| types::DedupeOptions {
        enabled: true,
        keys: options.dedupe_by.clone(),
    });
    let request = client.api().insert_rows().table_uuid(table).body_map(|body| {
        body.rows(rows).options(types::InsertOptions {
            allow_new_columns: options.allow_new_columns,
            dedupe,
        })
    });
    let response = client.call("insert_rows", request.send()).await?;

    let mut answers: BTreeMap<usize, types::BatchInsertResultItem> = response
        .results
        .into_iter()
        .filter_map(|item| usize::try_from(item.index).ok().map(|index| (index, item)))
        .collect();
    Ok((0..batch.len())
        .map(|index| {
            let answer = answers.remove(&index);
            InsertedRow {
                index: first + index,
                outcome: match answer.as_ref().map(|item| &item.action) {
                    Some(types::BatchInsertResultItemAction::Created) => InsertOutcome::Created,
                    Some(types::BatchInsertResultItemAction::SkippedDuplicate) => {
                        InsertOutcome::SkippedDuplicate
                    }
                    Some(other) => InsertOutcome::Other(other.to_string()),
                    None => InsertOutcome::Unreported,
                },
                id: answer.and_then(|item| item.id).map(RowId::from),
            }
        })
        .collect())
}

/// What became of the rows, one entry for each that the service has answered for, in the order of the input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct InsertReport {
    /// One entry per row of the input.
    pub rows: Vec<InsertedRow>,
    /// How many requests were answered with success.
    pub requests: usize,
}

impl InsertReport {
    /// How many rows were created.
    pub fn created(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| row.outcome == InsertOutcome::Created)
            .count()
    }

    /// How many rows were skipped because the table has them already.
    pub fn skipped(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| row.outcome == InsertOutcome::SkippedDuplicate)
            .count()
    }

    /// The ids of the rows that were created.
    pub fn ids(&self) -> impl Iterator<Item = &RowId> {
        self.rows
            .iter()
            .filter(|row| row.outcome == InsertOutcome::Created)
            .filter_map(|row| row.id.as_ref())
    }
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InsertedRow {
    /// Its position in the input, from 0.
    pub index: usize,
    /// Its id in the table: of the new row, or of the one it duplicates if the service tells.
    pub id: Option<RowId>,
    /// What the service did.
    pub outcome: InsertOutcome,
}

/// What the service did with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InsertOutcome {
    /// It is a new row.
    Created,
    /// The table has it already, by the columns of [`Insert::dedupe_by`].
    SkippedDuplicate,
    /// The service used a word that this version does not know.
    Other(String),
    /// The service accepted the batch, but did not mention this row.
    Unreported,
}

/// An insertion that failed, perhaps after some of its batches. Nothing is lost: it tells what was written, and holds
/// what was not, to be [resumed](Self::resume).
#[derive(Debug)]
pub struct InsertError {
    inner: Box<Failure>,
}

#[derive(Debug)]
struct Failure {
    cause: Error,
    done: InsertReport,
    in_doubt: usize,
    remaining: Option<Insert>,
}

impl Failure {
    fn unsent(cause: Error) -> Self {
        Self {
            cause,
            done: InsertReport::default(),
            in_doubt: 0,
            remaining: None,
        }
    }
}

impl InsertError {
    /// Why it failed.
    pub fn error(&self) -> &Error {
        &self.inner.cause
    }

    /// The rows that were written before it failed.
    pub fn written(&self) -> &InsertReport {
        &self.inner.done
    }

    /// How many rows are still to do, [those in doubt](Self::in_doubt) included.
    pub fn remaining(&self) -> usize {
        self.inner.remaining.as_ref().map_or(0, Insert::len)
    }

    /// How many of the remaining rows, the first of them, may have been written although no answer came: those of the
    /// batch that failed, if its request may have been processed. Otherwise 0.
    pub fn in_doubt(&self) -> usize {
        self.inner.in_doubt
    }

    /// The rows that are still to do, in the order of the input.
    pub fn into_remaining(self) -> Vec<Map<String, Value>> {
        self.inner
            .remaining
            .and_then(|insert| insert.rows.ok())
            .unwrap_or_default()
    }

    /// Goes on with the rows that are still to do; its report covers the whole insertion.
    ///
    /// # Errors
    ///
    /// The error itself when going on could write rows twice, that is, when rows are [in doubt](Self::in_doubt) and the
    /// insertion has no [`dedupe_by`](Insert::dedupe_by): look at the table, then choose
    /// [`resume_after_doubt`](Self::resume_after_doubt). And when nothing was sent because the input was bad.
    pub fn resume(self) -> Result<Insert, InsertError> {
        let safe = self.inner.in_doubt == 0
            || self
                .inner
                .remaining
                .as_ref()
                .is_some_and(|insert| !insert.options.dedupe_by.is_empty());
        if safe {
            self.resume_after_doubt(InDoubt::Resend)
        } else {
            Err(self)
        }
    }

    /// Goes on with the rows that are still to do, after the caller has settled what became of those in doubt.
    ///
    /// # Errors
    ///
    /// The error itself when nothing was sent because the input was bad.
    pub fn resume_after_doubt(mut self, in_doubt: InDoubt) -> Result<Insert, InsertError> {
        let Some(mut insert) = self.inner.remaining.take() else {
            return Err(self);
        };
        if in_doubt == InDoubt::Written {
            let count = self.inner.in_doubt;
            insert
                .done
                .rows
                .extend((insert.first..insert.first + count).map(|index| InsertedRow {
                    index,
                    id: None,
                    outcome: InsertOutcome::Unreported,
                }));
            insert.rows = insert.rows.map(|rows| rows.into_iter().skip(count).collect());
            insert.first += count;
        }
        Ok(insert)
    }
}

/// What the caller has found out about the rows [in doubt](InsertError::in_doubt).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InDoubt {
    /// They are not in the table: send them.
    Resend,
    /// They are in the table: do not send them.
    Written,
}

impl fmt::Display for InsertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure {
            cause,
            done,
            in_doubt,
            ..
        } = &*self.inner;
        if self.remaining() == 0 {
            return write!(f, "nothing was inserted: {cause}");
        }
        write!(f, "{} rows inserted, {} to do", done.rows.len(), self.remaining())?;
        if *in_doubt > 0 {
            write!(f, " (the first {in_doubt} of them may have been inserted)")?;
        }
        write!(f, ": {cause}")
    }
}

impl std::error::Error for InsertError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.inner.cause)
    }
}

/// For `?` where only the cause matters: what was written and what was not is lost with the rest.
impl From<InsertError> for Error {
    fn from(error: InsertError) -> Self {
        error.inner.cause
    }
}
