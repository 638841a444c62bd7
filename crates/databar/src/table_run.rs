//! Running what is on a table.

use databar_api::types;
use futures::future::BoxFuture;
use uuid::Uuid;

use crate::{Client, Error, ErrorKind, RowId, TableEnrichmentId, TableId};

/// A run to be started; made by [`Table::run`](crate::Table::run), started when it is awaited. **It spends credits.**
///
/// It is never sent twice unless the first attempt certainly was not processed; see [`Error::may_have_run`].
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`], before any request, when the list of [`rows`](Self::rows) is empty or has an id that is
/// not a UUID; [`is_not_found`](Error::is_not_found) when there is no such table, or no such enrichment on it;
/// [`is_out_of_credits`](Error::is_out_of_credits).
#[derive(Debug, Clone)]
#[must_use = "nothing runs until it is awaited"]
pub struct RunTableEnrichment {
    client: Client,
    table: TableId,
    enrichment: TableEnrichmentId,
    strategy: types::RunEnrichmentRequestRunStrategy,
    rows: Option<Vec<RowId>>,
}

/// What the service says of a run that it has taken on. There is no task to wait for: the rows fill one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableRun {
    /// The service's word for the state of the run, such as `queued`.
    pub status: String,
    /// How many rows it will work on, if the service tells.
    pub processing_rows: Option<u64>,
}

impl RunTableEnrichment {
    pub(crate) fn new(client: Client, table: TableId, enrichment: TableEnrichmentId) -> Self {
        Self {
            client,
            table,
            enrichment,
            strategy: types::RunEnrichmentRequestRunStrategy::RunAll,
            rows: None,
        }
    }

    /// Runs on every row, also on those that have a result. This is what happens without any of the three calls.
    pub fn all(mut self) -> Self {
        self.strategy = types::RunEnrichmentRequestRunStrategy::RunAll;
        self
    }

    /// Runs only on rows that have no result yet.
    pub fn only_empty(mut self) -> Self {
        self.strategy = types::RunEnrichmentRequestRunStrategy::RunEmpty;
        self
    }

    /// Runs only on rows that ended with an error.
    pub fn only_errors(mut self) -> Self {
        self.strategy = types::RunEnrichmentRequestRunStrategy::RunErrors;
        self
    }

    /// Runs only on these rows, and of them on those that the other choice allows. An empty list is an error, because
    /// for the service it would mean all rows.
    pub fn rows(mut self, rows: impl IntoIterator<Item = RowId>) -> Self {
        self.rows = Some(rows.into_iter().collect());
        self
    }

    async fn send(self) -> Result<TableRun, Error> {
        let rows = self.rows.map(row_ids).transpose()?;
        let request = self
            .client
            .api()
            .run_table_enrichment(self.table, self.enrichment);
        let mut request = request.run_strategy(self.strategy);
        if let Some(rows) = rows {
            request = request.row_ids(rows);
        }
        let started = request.await?;
        Ok(TableRun {
            status: started.status,
            processing_rows: started.processing_rows.and_then(|rows| u64::try_from(rows).ok()),
        })
    }
}

fn row_ids(rows: Vec<RowId>) -> Result<Vec<RowId>, Error> {
    let invalid = |message: String| Error::new(ErrorKind::InvalidInput, message);
    if rows.is_empty() {
        return Err(invalid(
            "the list of rows to run is empty; leave `rows` out to run on all".to_owned(),
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
