//! Writes any number of rows in batches of the size that the service takes, and keeps track of each row.

mod error;
mod kinds;
mod report;

use std::collections::VecDeque;
use std::fmt;

use futures::future::BoxFuture;

pub use self::{
    error::{InDoubt, WriteError},
    kinds::{Delete, Deleting, Insert, Inserting, Kind, Update, Updating, Upsert, Upserting},
    report::{RowOutcome, WriteReport, WrittenRow},
};
use crate::counted::counted;
use crate::invalid::invalid;
use crate::{Client, Error, ErrorKind, TableId};

/// The maximum number of rows in one request.
const MAX_BATCH: usize = 50;

/// Rows to write: an [`Insert`], [`Update`], [`Upsert`] or [`Delete`]. Awaiting it sends the rows.
///
/// Batches are sent one after another, and none of them twice. The remaining rows are kept in memory as JSON
/// text; those of the current batch take that memory twice.
///
/// # Errors
///
/// [`WriteError`], which has the report on the written rows and keeps the others. Its
/// [`error`](WriteError::error) is of kind [`InvalidInput`](ErrorKind::InvalidInput), before any request,
/// when there are no rows, a row is not an object, or an option is invalid.
///
/// # Cancellation
///
/// If the future is dropped before it is done, for example by a timeout around it, the report is lost. Rows
/// that were written stay written, and a request under way may still be processed. Set the time limit of a
/// request on the client instead; a request that exceeds it ends in a [`WriteError`].
#[must_use = "nothing is written until it is awaited"]
pub struct Write<K: Kind>(Result<Pending<K>, Error>);

/// The state of a write.
struct Pending<K: Kind> {
    client: Client,
    table: TableId,
    kind: K,
    /// The rows that are still to do.
    rows: VecDeque<K::Row>,
    batch_size: usize,
    /// The report on the rows done, from the first row of the input without a gap.
    done: WriteReport,
}

impl<K: Kind> Write<K> {
    fn new(
        client: Client,
        table: TableId,
        kind: K,
        rows: impl IntoIterator<Item = Result<K::Row, Error>>,
    ) -> Self {
        let rows = rows
            .into_iter()
            .enumerate()
            .map(|(index, row)| row.map_err(|error| of_row(index, error)))
            .collect::<Result<VecDeque<_>, _>>();
        Self(rows.and_then(|rows| match rows.is_empty() {
            true => Err(invalid(format!(
                "there are no rows; give at least one row to be {}",
                K::DONE
            ))),
            false => Ok(Pending {
                client,
                table,
                kind,
                rows,
                batch_size: MAX_BATCH,
                done: WriteReport::default(),
            }),
        }))
    }

    /// Sets how many rows go into one request: 1 to 50. Default: 50.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// # use serde_json::json;
    /// let leads = (0..25).map(|n| json!({ "Email": format!("lead{n}@example.com") }));
    /// let report = table.insert(leads).batch_size(10).await?;
    /// assert_eq!((report.created(), report.requests), (25, 3));
    /// # Ok(()) });
    /// ```
    pub fn batch_size(self, rows: usize) -> Self {
        self.with(|pending| pending.batch_size = rows)
    }

    /// The error when none of the rows was sent.
    #[cfg(feature = "blocking")]
    pub(crate) fn not_sent(self, cause: Error) -> WriteError<K> {
        match self.0 {
            Ok(pending) => WriteError::refused(cause, pending),
            Err(unusable) => WriteError::unusable(unusable),
        }
    }

    fn with(mut self, set: impl FnOnce(&mut Pending<K>)) -> Self {
        if let Ok(pending) = &mut self.0 {
            set(pending);
        }
        self
    }
}

impl<K: Kind> IntoFuture for Write<K> {
    type Output = Result<WriteReport, WriteError<K>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.0.map_err(WriteError::unusable)?.send().await })
    }
}

impl<K: Kind> Pending<K> {
    async fn send(mut self) -> Result<WriteReport, WriteError<K>> {
        if let Err(cause) = self.check() {
            return Err(WriteError::refused(cause, self));
        }
        while !self.rows.is_empty() {
            let size = self.rows.len().min(self.batch_size);
            match self.send_batch(size).await {
                Ok(rows) => {
                    self.done.requests += 1;
                    self.complete(rows);
                }
                Err(failed) => return Err(WriteError::failed(failed, size, self)),
            }
        }
        Ok(self.done)
    }

    fn check(&self) -> Result<(), Error> {
        if !(1..=MAX_BATCH).contains(&self.batch_size) {
            return Err(invalid(format!(
                "`batch_size` is {}; the service takes 1 to {MAX_BATCH} rows per request",
                self.batch_size
            )));
        }
        self.kind.check(&self.rows).map_err(invalid)
    }

    /// Sends the first `size` rows. They stay in `rows` until their answer is there.
    async fn send_batch(&self, size: usize) -> Result<Vec<WrittenRow>, Failed> {
        let rows = self.rows.range(..size);
        let first = self.position();
        let mut written: Vec<WrittenRow> = (first..first + size).map(WrittenRow::unreported).collect();
        let answered = match self.kind.send(&self.client, self.table, rows).await {
            Ok(answered) => answered,
            Err(cause) => {
                let in_doubt = if cause.may_have_run() { written } else { Vec::new() };
                return Err(Failed { cause, in_doubt });
            }
        };
        let entries = answered.len();
        // Entries that fit no row, or a row that already has one, are ignored if every row is accounted for:
        // nothing is left to decide.
        for (index, id, outcome) in answered {
            let row = index.and_then(|index| written.get_mut(index));
            if let Some(row) = row.filter(|row| row.outcome == RowOutcome::Unreported) {
                row.outcome = outcome;
                row.id = id;
            }
        }
        let missing = written
            .iter()
            .filter(|row| row.outcome == RowOutcome::Unreported)
            .count();
        if missing == 0 {
            return Ok(written);
        }
        // If an answer leaves out a row, its positions may be wrong, so all rows are in doubt.
        let what = format!(
            "the answer has {} for {}, and none for {missing} of them",
            counted(entries, "result"),
            counted(size, "row")
        );
        Err(Failed {
            cause: Error::new(ErrorKind::Inconsistent, what)
                .with_operation(K::OPERATION)
                .with_may_have_run(true),
            in_doubt: written,
        })
    }

    /// The position in the input of the first row still to do.
    fn position(&self) -> usize {
        self.done.rows.len()
    }

    /// Moves the first rows from the rows to do to the report.
    fn complete(&mut self, rows: Vec<WrittenRow>) {
        self.rows.drain(..rows.len().min(self.rows.len()));
        self.done.rows.extend(rows);
    }

    /// Returns whether sending the first `count` rows again after they were written would change nothing.
    fn is_protected(&self, count: usize) -> bool {
        self.rows
            .iter()
            .take(count)
            .all(|row| self.kind.is_protected(row))
    }
}

/// A batch whose answer does not account for all its rows.
struct Failed {
    cause: Error,
    /// The report on its rows if some of them may have been written; otherwise empty.
    in_doubt: Vec<WrittenRow>,
}

fn of_row(index: usize, error: Error) -> Error {
    invalid(format!("row {index}: {error}"))
}

/// Hides the rows, which are the user's data and can be many.
impl<K: Kind> fmt::Debug for Write<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(pending) => pending.fmt(f),
            Err(error) => f.debug_tuple("Write").field(error).finish(),
        }
    }
}

impl<K: Kind> fmt::Debug for Pending<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Write")
            .field("kind", &self.kind)
            .field("table", &self.table)
            .field("rows", &self.rows.len())
            .field("done", &self.done.rows.len())
            .finish_non_exhaustive()
    }
}
