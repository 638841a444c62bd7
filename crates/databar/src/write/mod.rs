//! Writing any number of rows, in the batches that the service takes, without losing sight of any.

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
use crate::invalid::invalid;
use crate::{Client, Error, ErrorKind, TableId};

/// The most rows that the service takes in one request.
const MAX_BATCH: usize = 50;

/// Rows to be written: [`Insert`], [`Update`], [`Upsert`] or [`Delete`]. They are sent when it is awaited.
///
/// Batches are sent one after another, none of them twice. Memory holds the rows that are still to do as JSON text, and a
/// second time those of one batch.
///
/// # Errors
///
/// [`WriteError`], which has what was written and what was not. Its [`error`](WriteError::error) is of kind
/// [`InvalidInput`](ErrorKind::InvalidInput), before any request, when there are no rows, one is not an object, or an
/// option makes no sense.
///
/// # Cancellation
///
/// The report is lost with the future when that is dropped before it is done, by a timeout around it for instance: what
/// was written before stays written, and the request that is under way may still be processed. Set the time for one
/// request on the client instead; that ends in a [`WriteError`].
#[must_use = "nothing is written until it is awaited"]
pub struct Write<K: Kind>(Result<Pending<K>, Error>);

/// What is left of it.
struct Pending<K: Kind> {
    client: Client,
    table: TableId,
    kind: K,
    /// The rows that are still to do.
    rows: VecDeque<K::Row>,
    batch_size: usize,
    /// What was done, from the first row of the input on without a gap.
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
            true => Err(invalid(format!("there are no rows to be {}", K::DONE))),
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

    /// How many rows go into one request: 1 to 50, and 50 unless said otherwise.
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

    /// The error for rows of which none was sent.
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
                "a batch of {} rows: the service takes 1 to {MAX_BATCH}",
                self.batch_size
            )));
        }
        self.kind.check(&self.rows).map_err(invalid)
    }

    /// Sends the first `size` rows. They stay where they are until their answer is there.
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
        // Entries that fit no row, or a row that has one, are passed over where every row is accounted for: there is nothing
        // left to decide.
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
        // An answer that leaves out a row leaves it open whether its positions are right, so all rows are in doubt.
        let what =
            format!("the answer has {entries} results for {size} rows, and none for {missing} of them");
        Err(Failed {
            cause: Error::new(ErrorKind::Inconsistent, what)
                .with_operation(K::OPERATION)
                .with_may_have_run(true),
            in_doubt: written,
        })
    }

    /// The position in the input of the first row that is still to do.
    fn position(&self) -> usize {
        self.done.rows.len()
    }

    /// Moves the first rows from what is to do to what is done.
    fn complete(&mut self, rows: Vec<WrittenRow>) {
        self.rows.drain(..rows.len().min(self.rows.len()));
        self.done.rows.extend(rows);
    }

    /// Whether the first `count` rows would change nothing, were they sent again after they were written.
    fn is_protected(&self, count: usize) -> bool {
        self.rows
            .iter()
            .take(count)
            .all(|row| self.kind.is_protected(row))
    }
}

/// A batch that was not answered for as a whole.
struct Failed {
    cause: Error,
    /// What is known of its rows if some may have been written; otherwise nothing.
    in_doubt: Vec<WrittenRow>,
}

fn of_row(index: usize, error: Error) -> Error {
    invalid(format!("row {index}: {error}"))
}

/// The rows are the user's data, and can be many.
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
