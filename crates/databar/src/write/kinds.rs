//! The differences between insertions, updates, upserts and deletions: the rows that they take, the request,
//! and how its answer reports each row.

use std::collections::{BTreeSet, VecDeque, vec_deque};
use std::fmt;
use std::future::Future;

use databar_api::{Cells, types};
use serde::Serialize;
use serde_json::Value;

use super::{RowOutcome, Write};
use crate::invalid::invalid;
use crate::table::Table;
use crate::{Client, Error, RowId, TableId};

/// Rows to insert, created by [`Table::insert`].
pub type Insert = Write<Inserting>;
/// Rows to update, created by [`Table::update`].
pub type Update = Write<Updating>;
/// Rows to update or insert, created by [`Table::upsert`].
pub type Upsert = Write<Upserting>;
/// Rows to delete, created by [`Table::delete_rows`].
pub type Delete = Write<Deleting>;

/// The kind of a write: [`Inserting`], [`Updating`], [`Upserting`] or [`Deleting`].
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("Leads").columns(["Email"]).await?;
/// # sandbox.fault(databar_sandbox::Fault::new(databar_sandbox::FaultKind::status(400)).on("insert_rows").times(1));
/// use databar::{Error, Insert, Kind, Write, WriteReport};
///
/// /// Writes rows, and tries once more when a batch was refused.
/// async fn write<K: Kind>(rows: Write<K>) -> Result<WriteReport, Error> {
///     match rows.await {
///         Err(error) if error.in_doubt() == 0 => Ok(error.resume()?.await?),
///         done => Ok(done?),
///     }
/// }
///
/// let rows: Insert = table.insert([serde_json::json!({ "Email": "ada@example.com" })]);
/// let inserted = write(rows).await?;
/// let deleted = write(table.delete_rows(inserted.ids().cloned())).await?;
/// assert_eq!((inserted.created(), deleted.deleted()), (1, 1));
/// # Ok(()) });
/// ```
pub trait Kind: Steps {}

/// The report on a row in an answer: its place in the request, its id and its outcome.
type Answered = (Option<usize>, Option<RowId>, RowOutcome);

/// The rows of a request.
type Batch<'a, R> = vec_deque::Iter<'a, R>;

/// The steps in which the kinds differ. This trait cannot be named outside of this crate, so other types
/// cannot implement [`Kind`].
pub trait Steps: fmt::Debug + Send + Sync + 'static {
    /// A row, as it is stored.
    type Row: Clone + Send + Sync + 'static;
    /// The id of the operation.
    const OPERATION: &'static str;
    /// What happens to a row, in one word.
    const DONE: &'static str;
    /// Whether any rows of this kind can be sent a second time without harm.
    const REPEATABLE: bool;

    /// Reports which option is invalid.
    #[doc(hidden)]
    fn check(&self, _: &VecDeque<Self::Row>) -> Result<(), String> {
        Ok(())
    }

    /// Returns whether sending the row again would change nothing.
    #[doc(hidden)]
    fn is_protected(&self, _: &Self::Row) -> bool {
        Self::REPEATABLE
    }

    #[doc(hidden)]
    fn send(
        &self,
        client: &Client,
        table: TableId,
        rows: Batch<'_, Self::Row>,
    ) -> impl Future<Output = Result<Vec<Answered>, Error>> + Send;
}

/// Inserts rows.
#[derive(Debug, Clone, Default)]
pub struct Inserting {
    allow_new_columns: bool,
    dedupe_by: Option<Vec<String>>,
}

/// Updates rows by their ids.
#[derive(Debug, Clone, Default)]
pub struct Updating {
    only_empty: bool,
}

/// Updates the rows that have a value in a column, or inserts them.
#[derive(Debug, Clone, Default)]
pub struct Upserting;

/// Deletes rows by their ids.
#[derive(Debug, Clone, Default)]
pub struct Deleting;

impl Kind for Inserting {}
impl Kind for Updating {}
impl Kind for Upserting {}
impl Kind for Deleting {}

impl Table {
    /// Inserts any number of rows, in batches. A row is any value that serialises to a JSON object with a
    /// member for each column, by the column's name. The methods of [`Insert`] set options; await it to send
    /// the rows.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// let leads = ["ada@example.com", "bob@example.com"].map(|email| serde_json::json!({ "Email": email }));
    /// let report = table.insert(leads).dedupe_by(["Email"]).await?;
    /// assert_eq!(report.created(), 2);
    /// # Ok(()) });
    /// ```
    pub fn insert<R>(&self, rows: R) -> Insert
    where
        R: IntoIterator,
        R::Item: Serialize,
    {
        let mut buffer = Vec::new();
        let rows = rows.into_iter().map(|row| Cells::with_buffer(&row, &mut buffer));
        Write::new(self.client().clone(), self.id(), Inserting::default(), rows)
    }

    /// Updates any number of rows, in batches. Each entry is a row's id and the cells to set, by the names of
    /// their columns. Other cells stay as they are.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// # let report = table.insert([serde_json::json!({ "Email": "ada@example.com" })]).await?;
    /// let ids = report.ids().cloned();
    /// let report = table.update(ids.map(|id| (id, serde_json::json!({ "Email": "ada@example.org" })))).await?;
    /// assert_eq!(report.updated(), 1);
    /// # Ok(()) });
    /// ```
    pub fn update<C: Serialize>(&self, rows: impl IntoIterator<Item = (RowId, C)>) -> Update {
        let mut buffer = Vec::new();
        let rows = rows.into_iter().map(|(id, cells)| {
            let cells = Cells::with_buffer(&cells, &mut buffer)?;
            Ok(types::BatchUpdateRow::new(cells, id))
        });
        Write::new(self.client().clone(), self.id(), Updating::default(), rows)
    }

    /// For each of these rows, updates the row of the table that has the same value in the column `key`, or
    /// inserts a row if there is none. Each row must have a value in this column.
    ///
    /// If several rows of the table have the value, the outcome is [`Refused`](RowOutcome::Refused) with the
    /// code `AMBIGUOUS_MATCH`.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email", "Name"]).await?;
    /// # table.insert([serde_json::json!({ "Email": "ada@example.com" })]).await?;
    /// let report = table
    ///     .upsert("Email", [
    ///         serde_json::json!({ "Email": "ada@example.com", "Name": "Ada" }),
    ///         serde_json::json!({ "Email": "bob@example.com", "Name": "Bob" }),
    ///     ])
    ///     .await?;
    /// assert_eq!((report.updated(), report.created()), (1, 1));
    /// # Ok(()) });
    /// ```
    pub fn upsert<R>(&self, key: impl Into<String>, rows: R) -> Upsert
    where
        R: IntoIterator,
        R::Item: Serialize,
    {
        let key = key.into();
        let mut buffer = Vec::new();
        let rows = rows.into_iter().map(|row| {
            let cells = Cells::with_buffer(&row, &mut buffer)?;
            let key = cells
                .only(&key)
                .ok_or_else(|| invalid(format!("it has no value for {key:?}")))?;
            Ok(types::UpsertRow::new(cells, key))
        });
        Write::new(self.client().clone(), self.id(), Upserting, rows)
    }

    /// Deletes any number of rows, in batches.
    ///
    /// The service does not report on single rows. Each row is [`Deleted`](RowOutcome::Deleted) when its
    /// request succeeded, even one that did not exist.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// # let report = table.insert([serde_json::json!({ "Email": "ada@example.com" })]).await?;
    /// table.delete_rows(report.ids().cloned()).await?;
    /// assert_eq!(table.rows().count().await?, 0);
    /// # Ok(()) });
    /// ```
    pub fn delete_rows(&self, rows: impl IntoIterator<Item = RowId>) -> Delete {
        let rows = rows.into_iter().map(Ok);
        Write::new(self.client().clone(), self.id(), Deleting, rows)
    }
}

impl Insert {
    /// Creates a text column for each name that the table does not have. By default, an unknown name is an
    /// error.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// # use serde_json::json;
    /// let lead = json!({ "Email": "ada@example.com", "Name": "Ada" });
    /// let error = table.insert([&lead]).await.unwrap_err();
    /// assert_eq!(error.error().code(), Some("UNKNOWN_COLUMNS"));
    ///
    /// table.insert([&lead]).allow_new_columns().await?;
    /// assert_eq!(table.columns().await?[1].name, "Name");
    /// # Ok(()) });
    /// ```
    pub fn allow_new_columns(self) -> Self {
        self.with(|pending| pending.kind.allow_new_columns = true)
    }

    /// Skips rows for which the table already has a row with equal values in these columns.
    ///
    /// Rows with a value in each of these columns are also safe to send again, so an insertion whose answer
    /// was lost can be [resumed](super::WriteError::resume) without a look at the table. A row that lacks one
    /// of the values is not safe, because nothing tells it apart from others that lack it.
    ///
    /// It is an error before any request if there are no columns, a column has no name, or no row has
    /// one of the columns.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// # use serde_json::json;
    /// table.insert([json!({ "Email": "ada@example.com" })]).await?;
    /// let leads = ["ada@example.com", "bob@example.com"].map(|email| json!({ "Email": email }));
    /// let report = table.insert(leads).dedupe_by(["Email"]).await?;
    /// assert_eq!((report.created(), report.skipped()), (1, 1));
    /// # Ok(()) });
    /// ```
    pub fn dedupe_by<C>(self, columns: C) -> Self
    where
        C: IntoIterator,
        C::Item: Into<String>,
    {
        let columns = columns.into_iter().map(Into::into).collect();
        self.with(|pending| pending.kind.dedupe_by = Some(columns))
    }
}

impl Update {
    /// Sets only cells that have no value.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email", "Name"]).await?;
    /// use serde_json::{Value, json};
    ///
    /// let inserted = table.insert([json!({ "Email": "ada@example.com" })]).await?;
    /// let cells = json!({ "Email": "info@example.com", "Name": "Ada" });
    /// table.update(inserted.ids().map(|id| (id.clone(), &cells))).only_empty().await?;
    /// let row = &table.rows().all::<Value>().await?[0];
    /// assert_eq!((&row["Email"], &row["Name"]), (&json!("ada@example.com"), &json!("Ada")));
    /// # Ok(()) });
    /// ```
    pub fn only_empty(self) -> Self {
        self.with(|pending| pending.kind.only_empty = true)
    }
}

impl Steps for Inserting {
    type Row = Cells;
    const OPERATION: &'static str = "insert_rows";
    const DONE: &'static str = "inserted";
    const REPEATABLE: bool = false;

    fn check(&self, rows: &VecDeque<Cells>) -> Result<(), String> {
        let Some(columns) = &self.dedupe_by else {
            return Ok(());
        };
        if columns.is_empty() {
            return Err(
                "the list of columns to dedupe by is empty; leave `dedupe_by` out to insert all rows"
                    .to_owned(),
            );
        }
        if columns.iter().any(|column| column.trim().is_empty()) {
            return Err("a column to dedupe by has no name".to_owned());
        }
        let mut unseen: BTreeSet<&String> = columns.iter().collect();
        for row in rows {
            if unseen.is_empty() {
                break;
            }
            unseen.retain(|column| row.get(column).is_none());
        }
        match columns.iter().find(|column| unseen.contains(column)) {
            Some(column) => Err(format!("no row has the column {column:?} to dedupe by")),
            None => Ok(()),
        }
    }

    fn is_protected(&self, row: &Cells) -> bool {
        let Some(columns) = &self.dedupe_by else {
            return false;
        };
        columns.iter().all(|column| match row.get(column) {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(_) => true,
        })
    }

    async fn send(
        &self,
        client: &Client,
        table: TableId,
        rows: Batch<'_, Cells>,
    ) -> Result<Vec<Answered>, Error> {
        let mut options = types::InsertOptions::new().allow_new_columns(self.allow_new_columns);
        if let Some(keys) = &self.dedupe_by {
            options = options.dedupe(types::DedupeOptions::new().enabled(true).keys(keys));
        }
        let rows = rows.cloned().map(types::InsertRow::new);
        let answer = client.api().insert_rows(table, rows).options(options).await?;
        let results = answer.results.into_iter();
        Ok(results
            .map(|result| {
                let outcome = match result.action {
                    types::BatchInsertResultItemAction::Created => RowOutcome::Created,
                    types::BatchInsertResultItemAction::SkippedDuplicate => RowOutcome::SkippedDuplicate,
                    other => RowOutcome::Other(other.to_string()),
                };
                (usize::try_from(result.index).ok(), result.id, outcome)
            })
            .collect())
    }
}

impl Steps for Updating {
    type Row = types::BatchUpdateRow;
    const OPERATION: &'static str = "update_rows";
    const DONE: &'static str = "updated";
    const REPEATABLE: bool = true;

    async fn send(
        &self,
        client: &Client,
        table: TableId,
        rows: Batch<'_, types::BatchUpdateRow>,
    ) -> Result<Vec<Answered>, Error> {
        // A request can have the same row more than once. The results are in the order of the request, so the
        // right place for a result is usually the first one that is left.
        let mut left: VecDeque<_> = rows.clone().enumerate().collect();
        let request = client.api().update_rows(table, rows.cloned());
        let answer = match self.only_empty {
            true => request.overwrite(false).await?,
            false => request.await?,
        };
        let results = answer.results.into_iter();
        Ok(results
            .map(|result| {
                let at = left.iter().position(|(_, row)| row.id == result.id);
                let index = at.and_then(|at| left.remove(at)).map(|(index, _)| index);
                let outcome = match result.ok {
                    true => RowOutcome::Updated,
                    false => RowOutcome::refused(result.error),
                };
                (index, Some(result.id), outcome)
            })
            .collect())
    }
}

impl Steps for Upserting {
    type Row = types::UpsertRow;
    const OPERATION: &'static str = "upsert_rows";
    const DONE: &'static str = "upserted";
    const REPEATABLE: bool = false;

    async fn send(
        &self,
        client: &Client,
        table: TableId,
        rows: Batch<'_, types::UpsertRow>,
    ) -> Result<Vec<Answered>, Error> {
        let answer = client.api().upsert_rows(table, rows.cloned()).await?;
        let results = answer.results.into_iter().enumerate();
        Ok(results
            .map(|(place, result)| {
                // The service leaves out the index of some results. They are in the order of the request.
                let index = match result.index {
                    Some(index) => usize::try_from(index).ok(),
                    None => Some(place),
                };
                let outcome = match result.action {
                    _ if !result.ok || result.error.is_some() => RowOutcome::refused(result.error),
                    Some(types::UpsertResultItemAction::Created) => RowOutcome::Created,
                    Some(types::UpsertResultItemAction::Updated) => RowOutcome::Updated,
                    Some(other) => RowOutcome::Other(other.to_string()),
                    None => RowOutcome::Unreported,
                };
                (index, result.id, outcome)
            })
            .collect())
    }
}

impl Steps for Deleting {
    type Row = RowId;
    const OPERATION: &'static str = "delete_rows";
    const DONE: &'static str = "deleted";
    const REPEATABLE: bool = true;

    async fn send(
        &self,
        client: &Client,
        table: TableId,
        rows: Batch<'_, RowId>,
    ) -> Result<Vec<Answered>, Error> {
        client.api().delete_rows(table, rows.clone().cloned()).await?;
        let deleted = rows.cloned().enumerate();
        Ok(deleted
            .map(|(index, id)| (Some(index), Some(id), RowOutcome::Deleted))
            .collect())
    }
}
