//! Reading the rows of a table: a page at a time behind one stream.

use databar_api::{prelude::*, types};
use futures::{Stream, TryStreamExt, stream};
use serde::de::DeserializeOwned;

use crate::{Client, Error, ErrorKind, Filter, TableId};

/// The largest page the service gives.
const MAX_PAGE_SIZE: u32 = 500;

/// The rows of a table, to be filtered and read; made by [`Table::rows`](crate::Table::rows).
#[derive(Debug, Clone)]
#[must_use = "rows are read by `stream`, `all` or `count`"]
pub struct Rows {
    client: Client,
    table: TableId,
    filter: Option<Filter>,
    page_size: u32,
}

impl Rows {
    pub(crate) fn new(client: Client, table: TableId) -> Self {
        Self {
            client,
            table,
            filter: None,
            page_size: MAX_PAGE_SIZE,
        }
    }

    /// Only rows for which the filter holds. A second filter is added to the first: both must hold.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(match self.filter {
            Some(first) => first.and(filter),
            None => filter,
        });
        self
    }

    /// How many rows one request asks for: 1 to 500, and 500 unless said otherwise.
    pub fn page_size(mut self, rows: u32) -> Self {
        self.page_size = rows;
        self
    }

    /// The rows, in the order of the table, each decoded from a JSON object that has the row's `id` and a member for
    /// each column, by the column's name. Pages are asked for as the stream is read; memory holds one page.
    ///
    /// ```no_run
    /// # // no_run: it needs a server.
    /// # async fn example(table: databar::Table) -> Result<(), databar::Error> {
    /// use databar::{RowId, column};
    /// use futures::TryStreamExt;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Lead {
    ///     id: RowId,
    ///     #[serde(rename = "Email")]
    ///     email: Option<String>,
    /// }
    ///
    /// let mut leads = std::pin::pin!(table.rows().filter(column("Email").is_not_empty()).stream::<Lead>());
    /// while let Some(lead) = leads.try_next().await? {
    ///     println!("{}: {:?}", lead.id, lead.email);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The stream ends with the first error. Bad arguments are its first item, before any request. A row that does not
    /// fit `T` is an error that names its place on the page.
    ///
    /// Rows that are inserted or deleted by others while the stream is read can be seen twice or not at all: the
    /// service numbers pages, it has no cursor.
    pub fn stream<T>(self) -> impl Stream<Item = Result<T, Error>> + Send
    where
        T: DeserializeOwned + Send,
    {
        stream::try_unfold(Some(1_u64), move |page| {
            let rows = self.clone();
            async move {
                let Some(number) = page else {
                    return Ok::<_, Error>(None);
                };
                let page = rows.page(number, rows.page_size).await?;
                let decoded: Vec<T> = page
                    .data
                    .iter()
                    .enumerate()
                    .map(|(index, row)| {
                        row.decode()
                            .map_err(|error| rows.undecodable(number, index, error))
                    })
                    .collect::<Result<_, _>>()?;
                // An empty page ends the stream whatever else it says, so that it cannot go on for ever.
                let more = page.has_next_page.unwrap_or(false) && !decoded.is_empty();
                Ok(Some((
                    stream::iter(decoded.into_iter().map(Ok)),
                    more.then_some(number + 1),
                )))
            }
        })
        .try_flatten()
    }

    /// All rows at once.
    ///
    /// # Errors
    ///
    /// As for [`stream`](Self::stream).
    pub async fn all<T>(self) -> Result<Vec<T>, Error>
    where
        T: DeserializeOwned + Send,
    {
        self.stream().try_collect().await
    }

    /// How many rows there are for which the filter holds, without reading them.
    ///
    /// # Errors
    ///
    /// As for [`stream`](Self::stream); and an error of kind
    /// [`Decode`](crate::ErrorKind::Decode) when the service does not tell the number.
    pub async fn count(self) -> Result<u64, Error> {
        let page = self.page(1, 1).await?;
        page.total_count
            .and_then(|count| u64::try_from(count).ok())
            .ok_or_else(|| Error::new(ErrorKind::Decode, "the answer to list_rows has no total_count"))
    }

    async fn page(&self, number: u64, size: u32) -> Result<types::RowsResponse, Error> {
        if !(1..=MAX_PAGE_SIZE).contains(&size) {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                format!("a page of {size} rows: the service gives 1 to {MAX_PAGE_SIZE}"),
            ));
        }
        let mut request = self
            .client
            .api()
            .list_rows()
            .table_uuid(self.table)
            .page(number)
            .per_page(u64::from(size));
        if let Some(filter) = &self.filter {
            request = request.filter(filter.to_parameter()?);
        }
        self.client.call("list_rows", request.send()).await
    }

    fn undecodable(&self, page: u64, index: usize, error: serde_json::Error) -> Error {
        Error::new(
            ErrorKind::Decode,
            format!(
                "row {index} of page {page} of table {} does not fit the type asked for: {error}",
                self.table
            ),
        )
        .with_source(error)
    }
}
