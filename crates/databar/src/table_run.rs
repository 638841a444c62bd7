//! Runs enrichments, waterfalls and exporters on a table, and waits for their cells.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use databar_api::builder::table::RunTableExporter;
use databar_api::types;
use futures::future::BoxFuture;
use futures::stream;
use uuid::Uuid;

use crate::filter::{Filter, column};
use crate::invalid::invalid;
use crate::table::Table;
use crate::wait::DEFAULT_DEADLINE;
use crate::watch::{Pauses, Watch};
use crate::{Error, ErrorKind, RowId, TableEnrichmentId, TableExporterId};

const DEFAULT_PATIENCE: Duration = Duration::from_secs(60);

impl Table {
    /// Runs an enrichment, a waterfall or an exporter that is on the table: **this costs credits**. The
    /// methods of [`RunTableEnrichment`] choose the rows; await it to send the request.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # use databar::EnrichmentId;
    /// # let table = databar.create_table("Companies").columns(["Domain"]).await?;
    /// # table.insert([serde_json::json!({ "Domain": "stripe.com" })]).await?;
    /// let added = table.add_enrichment(EnrichmentId(123)).map_column("domain", "Domain").await?;
    /// let end = table.run(added.id).only_empty().await?.wait().await?;
    /// assert_eq!((end.filled, end.open), (1, 0));
    /// # Ok(()) });
    /// ```
    ///
    /// `run` takes the id that the enrichment has on the table. The id in the catalogue does not compile:
    ///
    /// ```compile_fail
    /// # use databar::{EnrichmentId, Table};
    /// # fn example(table: Table) {
    /// let run = table.run(EnrichmentId(42)).only_empty();
    /// # }
    /// ```
    ///
    /// Neither does a bare number, which could be either:
    ///
    /// ```compile_fail
    /// # use databar::Table;
    /// # fn example(table: Table) {
    /// let run = table.run(42).only_empty();
    /// # }
    /// ```
    pub fn run(&self, enrichment: impl Into<TableEnrichmentId>) -> RunTableEnrichment {
        RunTableEnrichment {
            table: self.clone(),
            enrichment: enrichment.into(),
            strategy: types::RunEnrichmentRequestRunStrategy::RunAll,
            rows: None,
        }
    }

    /// Runs an exporter that is on the table, with the operation made for exporters: **this costs credits**.
    /// The service's own tools now use [`run`](Self::run) for exporters.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// # table.insert([serde_json::json!({ "Email": "ada@example.com" })]).await?;
    /// use databar::ExporterId;
    ///
    /// let add = table.add_exporter(ExporterId(51)).map_value("url", "https://hooks.example/leads");
    /// let started = table.run_exporter(add.await?.id).await?;
    /// assert_eq!(started["processing_rows"], 1);
    /// # Ok(()) });
    /// ```
    pub fn run_exporter(&self, exporter: TableExporterId) -> RunTableExporter {
        self.client().api().run_table_exporter(self.id(), exporter)
    }
}

/// A request to run an enrichment on a table, created by [`Table::run`]. Awaiting it starts the run. **It
/// costs credits.**
///
/// The request is never sent twice, unless the first attempt was certainly not processed; see
/// [`Error::may_have_run`].
///
/// ```
/// # use databar_sandbox::{Clock, Sandbox};
/// # databar_sandbox::run_with(Sandbox::builder().clock(Clock::Manual), async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # use databar::EnrichmentId;
/// # use serde_json::json;
/// # let table = databar.create_table("Companies").columns(["Domain"]).await?;
/// # let added = table.add_enrichment(EnrichmentId(123)).map_column("domain", "Domain").await?;
/// let rows = ["stripe.com", "github.com", "nobody.invalid"].map(|domain| json!({ "Domain": domain }));
/// let ids: Vec<_> = table.insert(rows).await?.ids().cloned().collect();
///
/// let first = table.run(&added.id).rows(ids.into_iter().take(1)).await?;
/// assert_eq!(first.processing_rows, Some(1));
/// # sandbox.advance(std::time::Duration::from_secs(60));
/// // When the run is done, two rows have no result; one of them ended with an error.
/// assert_eq!(table.run(&added.id).only_empty().await?.processing_rows, Some(2));
/// # sandbox.advance(std::time::Duration::from_secs(60));
/// assert_eq!(table.run(&added.id).only_errors().await?.processing_rows, Some(1));
/// # sandbox.advance(std::time::Duration::from_secs(60));
/// assert_eq!(table.run(&added.id).all().await?.processing_rows, Some(3));
/// # Ok(()) });
/// ```
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`], before any request, when the list of [`rows`](Self::rows) is empty or has an
/// id that is not a UUID; [`is_not_found`](Error::is_not_found) when the table does not exist, or the
/// enrichment is not on it; [`is_out_of_credits`](Error::is_out_of_credits).
#[derive(Debug, Clone)]
#[must_use = "nothing runs until it is awaited"]
pub struct RunTableEnrichment {
    table: Table,
    enrichment: TableEnrichmentId,
    strategy: types::RunEnrichmentRequestRunStrategy,
    rows: Option<Vec<RowId>>,
}

impl RunTableEnrichment {
    /// Runs on every row, including rows that already have a result. This is the default.
    pub fn all(mut self) -> Self {
        self.strategy = types::RunEnrichmentRequestRunStrategy::RunAll;
        self
    }

    /// Runs only on rows that have no result yet.
    pub fn only_empty(mut self) -> Self {
        self.strategy = types::RunEnrichmentRequestRunStrategy::RunEmpty;
        self
    }

    /// Runs only on rows whose last run ended with an error.
    pub fn only_errors(mut self) -> Self {
        self.strategy = types::RunEnrichmentRequestRunStrategy::RunErrors;
        self
    }

    /// Restricts the run to these rows, and among them to the rows that the other choice allows. An empty
    /// list is an error, because the service would run on all rows.
    pub fn rows(mut self, rows: impl IntoIterator<Item = RowId>) -> Self {
        self.rows = Some(rows.into_iter().collect());
        self
    }

    async fn send(self) -> Result<TableRun, Error> {
        let rows = self.rows.map(row_ids).transpose()?;
        let api = self.table.client().api();
        let request = api.run_table_enrichment(self.table.id(), self.enrichment.clone());
        let mut request = request.run_strategy(self.strategy);
        if let Some(rows) = rows {
            request = request.row_ids(rows);
        }
        let started = request.await?;
        Ok(TableRun {
            status: started.status,
            processing_rows: started.processing_rows.and_then(|rows| u64::try_from(rows).ok()),
            table: self.table,
            enrichment: self.enrichment,
        })
    }
}

fn row_ids(rows: Vec<RowId>) -> Result<Vec<RowId>, Error> {
    if rows.is_empty() {
        return Err(invalid(
            "the list of rows to run is empty; leave `rows` out to run on all",
        ));
    }
    for row in &rows {
        Uuid::parse_str(row.as_str())
            .map_err(|error| invalid(format!("the row id {row:?} is not a UUID: {error}")))?;
    }
    Ok(rows)
}

impl IntoFuture for RunTableEnrichment {
    type Output = Result<TableRun, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// The service's answer to a run that it accepted. It has no task id, so [`wait`](Self::wait) watches the
/// cells instead.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # use databar::EnrichmentId;
/// # let table = databar.create_table("Companies").columns(["Domain"]).await?;
/// # let domains = ["stripe.com", "github.com"];
/// # table.insert(domains.map(|domain| serde_json::json!({ "Domain": domain }))).await?;
/// # let added = table.add_enrichment(EnrichmentId(123)).map_column("domain", "Domain").await?;
/// let run = table.run(added.id).await?;
/// assert_eq!(run.processing_rows, Some(2));
/// let end = run.wait().await?;
/// assert_eq!((end.filled, end.open), (2, 0));
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TableRun {
    /// The state of the run in the service's words, such as `queued`.
    pub status: String,
    /// How many rows the run will process, if the service reports it.
    pub processing_rows: Option<u64>,
    table: Table,
    enrichment: TableEnrichmentId,
}

/// How many rows of a table have a result of an enrichment.
///
/// ```
/// # use databar_sandbox::{Clock, Sandbox};
/// # databar_sandbox::run_with(Sandbox::builder().clock(Clock::Manual), async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # use databar::EnrichmentId;
/// # let table = databar.create_table("Companies").columns(["Domain"]).await?;
/// # let domains = ["stripe.com", "github.com"];
/// # table.insert(domains.map(|domain| serde_json::json!({ "Domain": domain }))).await?;
/// # let added = table.add_enrichment(EnrichmentId(123)).map_column("domain", "Domain").await?;
/// let run = table.run(added.id).await?;
/// # sandbox.advance(std::time::Duration::from_millis(200));
/// // After a while:
/// let progress = run.watch().try_next().await?.ok_or("it is done")?;
/// assert_eq!((progress.filled, progress.open), (1, 1));
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableRunProgress {
    /// The number of rows with a value in a column that the enrichment fills.
    pub filled: u64,
    /// The number of rows without one.
    pub open: u64,
}

impl TableRun {
    /// Waits until every row of the table has a result, or nothing has changed for a while.
    ///
    /// The API has no task for such a run. Only the columns that the enrichment fills show its progress. The
    /// wait counts the rows that have no value in any of these columns, with the filter `is_empty` and
    /// without reading the table. **The counts do not show** whether a row without a value is still being
    /// processed, has no result, or failed, nor whether an existing value is being replaced. Rows that the
    /// run does not process are counted too. So if some rows get no result, the wait usually ends by its
    /// [`patience`](TableRunWait::patience).
    pub fn wait(&self) -> TableRunWait {
        TableRunWait {
            run: self.clone(),
            deadline: DEFAULT_DEADLINE,
            patience: DEFAULT_PATIENCE,
        }
    }

    /// Watches how many rows are filled and open, and reports each change until no row is open; see
    /// [`wait`](Self::wait). The stream does not end if rows stay open.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # use databar::EnrichmentId;
    /// # let table = databar.create_table("Companies").columns(["Domain"]).await?;
    /// # let domains = ["stripe.com", "github.com"];
    /// # table.insert(domains.map(|domain| serde_json::json!({ "Domain": domain }))).await?;
    /// # let added = table.add_enrichment(EnrichmentId(123)).map_column("domain", "Domain").await?;
    /// let mut watch = table.run(added.id).await?.watch();
    /// let mut filled = 0;
    /// while let Some(progress) = watch.try_next().await? {
    ///     assert_eq!(progress.filled + progress.open, 2);
    ///     filled = progress.filled;
    /// }
    /// assert_eq!(filled, 2);
    /// # Ok(()) });
    /// ```
    pub fn watch(&self) -> Watch<TableRunProgress> {
        let start = State::Start(self.clone());
        Watch::new(stream::try_unfold(start, |state| async move {
            let (looks, progress) = match state {
                State::Start(run) => {
                    let mut looks = Looks::new(run).await?;
                    let progress = looks.look().await?;
                    (looks, progress)
                }
                State::Looking(mut looks, before) => {
                    let progress = looks.change(before).await?;
                    (looks, progress)
                }
                State::End => return Ok(None),
            };
            let next = match progress.open {
                0 => State::End,
                _ => State::Looking(looks, progress),
            };
            Ok(Some((progress, next)))
        }))
    }
}

enum State {
    Start(TableRun),
    Looking(Looks, TableRunProgress),
    End,
}

/// Polls a run.
struct Looks {
    table: Table,
    /// Matches rows without a result.
    is_open: Filter,
    pauses: Pauses,
}

impl Looks {
    async fn new(run: TableRun) -> Result<Self, Error> {
        let columns = run.table.columns().await?;
        let id = run.enrichment.to_string();
        let filled: BTreeSet<String> = columns
            .into_iter()
            .filter(|column| {
                column
                    .data_processor_id
                    .is_some_and(|filler| filler.to_string() == id)
            })
            .map(|column| column.additional_intenal_name.unwrap_or(column.name))
            .collect();
        let is_open = filled
            .into_iter()
            .map(|name| column(name).is_empty())
            .reduce(|all, one| all & one);
        let Some(is_open) = is_open else {
            let what = format!(
                "{id} fills no column of table {}, so there is nothing to wait for",
                run.table.id()
            );
            return Err(invalid(what));
        };
        Ok(Self {
            pauses: Pauses::new(run.table.client()),
            table: run.table,
            is_open,
        })
    }

    async fn look(&mut self) -> Result<TableRunProgress, Error> {
        let open = self.table.rows().filter(self.is_open.clone()).count().await?;
        let all = self.table.rows().count().await?;
        Ok(TableRunProgress {
            filled: all.saturating_sub(open),
            open,
        })
    }

    /// Polls until the progress changes.
    async fn change(&mut self, before: TableRunProgress) -> Result<TableRunProgress, Error> {
        loop {
            let progress = self.next(before).await?;
            if progress != before {
                return Ok(progress);
            }
        }
    }

    /// Polls after a pause. After a change the pauses start short again.
    async fn next(&mut self, before: TableRunProgress) -> Result<TableRunProgress, Error> {
        self.pauses.pause().await;
        let progress = self.look().await?;
        if progress != before {
            self.pauses = Pauses::new(self.table.client());
        }
        Ok(progress)
    }
}

/// A wait for a run on a table, created by [`TableRun::wait`].
///
/// It returns how many rows are filled and how many are still open. Rows are open only if its patience has
/// ended. Dropping the future stops the waiting, not the run.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # use databar::EnrichmentId;
/// # let table = databar.create_table("Companies").columns(["Domain"]).await?;
/// # table.insert([serde_json::json!({ "Domain": "stripe.com" }), serde_json::json!({ "Domain": "nobody.test" })]).await?;
/// # let added = table.add_enrichment(EnrichmentId(123)).map_column("domain", "Domain").await?;
/// use std::time::Duration;
///
/// let run = table.run(added.id).await?;
/// let wait = run.wait().deadline(Duration::from_secs(300)).patience(Duration::from_secs(1));
/// let end = wait.await?;
/// assert_eq!((end.filled, end.open), (1, 1), "nothing is known about one company");
/// # Ok(()) });
/// ```
///
/// # Errors
///
/// [`ErrorKind::WaitTimedOut`] when the deadline passed while rows were still being filled;
/// [`ErrorKind::InvalidInput`] when what was run fills no column, as with exporters; and the errors of the
/// requests.
#[must_use = "nothing is waited for unless it is awaited"]
pub struct TableRunWait {
    run: TableRun,
    deadline: Duration,
    patience: Duration,
}

impl TableRunWait {
    /// Sets the longest time to wait, counted from when it is awaited. Default: 10 minutes.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets how long to wait for a change. Without one, the wait ends and reports the open rows. Default:
    /// 60 s.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    async fn end(self, seen: &mut Option<TableRunProgress>) -> Result<TableRunProgress, Error> {
        let client = self.run.table.client().clone();
        let mut looks = Looks::new(self.run).await?;
        let mut progress = looks.look().await?;
        let mut changed = client.clock().monotonic();
        loop {
            *seen = Some(progress);
            let is_settled = client.clock().monotonic().saturating_sub(changed) >= self.patience;
            if progress.open == 0 || is_settled {
                return Ok(progress);
            }
            let now = looks.next(progress).await?;
            if now != progress {
                changed = client.clock().monotonic();
            }
            progress = now;
        }
    }
}

impl fmt::Debug for TableRunWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableRunWait")
            .field("run", &self.run)
            .field("deadline", &self.deadline)
            .field("patience", &self.patience)
            .finish()
    }
}

impl IntoFuture for TableRunWait {
    type Output = Result<TableRunProgress, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (deadline, client) = (self.deadline, self.run.table.client().clone());
            let mut seen = None;
            let ended = client.within(deadline, self.end(&mut seen)).await;
            ended.unwrap_or_else(|| {
                let what = match seen {
                    Some(TableRunProgress { filled, open }) => {
                        format!(
                            "{filled} of {} rows had a result after {deadline:?}; the others are not done, or nothing \
                             was found for them",
                            filled + open
                        )
                    }
                    None => format!("no answer within {deadline:?}"),
                };
                Err(Error::new(ErrorKind::WaitTimedOut, what))
            })
        })
    }
}
