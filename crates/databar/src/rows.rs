//! Reads the rows of a table page by page, as one stream.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use databar_api::{Items, builder::table::ListRows};
use futures::Stream;
use serde::de::DeserializeOwned;

use crate::table::Table;
use crate::{Client, Error, ErrorKind, Filter, TableId};

/// The largest page that the service returns.
const MAX_PAGE_SIZE: u32 = 500;

/// A query for the rows of a table, created by [`Table::rows`].
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("Leads").columns(["Email", "Country"]).await?;
/// use databar::column;
/// use serde_json::{Value, json};
///
/// let lead = |email, country| json!({ "Email": email, "Country": country });
/// table.insert([lead("ada@example.com", "UK"), lead("bob@example.com", "US")]).await?;
/// let in_the_us = || table.rows().filter(column("Country").equals("US"));
/// assert_eq!(in_the_us().count().await?, 1);
/// let leads: Vec<Value> = in_the_us().filter(column("Email").is_not_empty()).page_size(100).all().await?;
/// assert_eq!(leads[0]["Email"], "bob@example.com");
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
#[must_use = "rows are read by `stream`, `all` or `count`"]
pub struct Rows {
    client: Client,
    table: TableId,
    filter: Option<Filter>,
    page_size: u32,
}

impl Table {
    /// Starts a query for the rows of the table.
    pub fn rows(&self) -> Rows {
        Rows {
            client: self.client().clone(),
            table: self.id(),
            filter: None,
            page_size: MAX_PAGE_SIZE,
        }
    }
}

impl Rows {
    /// Keeps only the rows that match the filter. With several filters, a row must match all of them.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(match self.filter {
            Some(first) => first.and(filter),
            None => filter,
        });
        self
    }

    /// Sets how many rows one request asks for: 1 to 500. Default: 500.
    pub fn page_size(mut self, rows: u32) -> Self {
        self.page_size = rows;
        self
    }

    /// Reads the rows in the order of the table. Each row is decoded from a JSON object that has the row's
    /// `id` and a member for each column, by the column's name. The stream requests pages as it is read, and
    /// keeps one page in memory.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// # table.insert([serde_json::json!({ "Email": "ada@example.com" }), serde_json::json!({ "Email": "" })]).await?;
    /// use databar::{RowId, column};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Lead {
    ///     id: RowId,
    ///     #[serde(rename = "Email")]
    ///     email: String,
    /// }
    ///
    /// let mut leads = table.rows().filter(column("Email").is_not_empty()).stream::<Lead>();
    /// let mut found = Vec::new();
    /// while let Some(lead) = leads.try_next().await? {
    ///     found.push((lead.id, lead.email));
    /// }
    /// assert_eq!(found.len(), 1);
    /// assert_eq!(found[0].1, "ada@example.com");
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// The stream ends with the first error. Invalid arguments are its first item, before any request. A row
    /// that does not fit `T` is an error of kind [`Decode`](ErrorKind::Decode), with the row in
    /// [`data`](Error::data) and the place in [`json_path`](Error::json_path); the rows before it come first.
    /// The error kind is [`Inconsistent`](ErrorKind::Inconsistent) when the service returns the same page
    /// twice, a page other than the requested one, or an empty page that says there are more.
    ///
    /// While others insert or delete rows, the stream can miss rows or return them twice, because the service
    /// numbers its pages and has no cursor.
    pub fn stream<T>(self) -> RowStream<T>
    where
        T: DeserializeOwned + Send + 'static,
    {
        match self.request() {
            Ok(request) => RowStream(Ok(request.stream_as())),
            Err(error) => RowStream(Err(Some(error))),
        }
    }

    /// Reads all rows into a vector.
    ///
    /// # Errors
    ///
    /// The same as for [`stream`](Self::stream).
    pub async fn all<T>(self) -> Result<Vec<T>, Error>
    where
        T: DeserializeOwned + Send + 'static,
    {
        self.request()?.stream_as().all().await
    }

    /// Counts the rows that match the filter, without reading them.
    ///
    /// # Errors
    ///
    /// The same as for [`stream`](Self::stream); also an error of kind [`Decode`](crate::ErrorKind::Decode)
    /// when the answer does not contain the count.
    pub async fn count(self) -> Result<u64, Error> {
        let page = self.page_size(1).request()?.await?;
        page.total_count
            .and_then(|count| u64::try_from(count).ok())
            .ok_or_else(|| {
                Error::new(ErrorKind::Decode, "the answer has no `total_count`").with_operation("list_rows")
            })
    }

    fn request(self) -> Result<ListRows, Error> {
        let request = self
            .client
            .api()
            .list_rows(self.table)
            .per_page(i64::from(self.page_size));
        Ok(match &self.filter {
            Some(filter) => request.filter(filter.to_parameter()?),
            None => request,
        })
    }
}

/// A stream of the rows of a table, created by [`Rows::stream`]. It requests one page at a time.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("Leads").columns(["Email"]).await?;
/// # use serde_json::json;
/// table.insert([json!({ "Email": "ada@example.com" }), json!({})]).await?;
/// #[derive(serde::Deserialize)]
/// struct Lead {
///     #[serde(rename = "Email")]
///     email: String,
/// }
///
/// let mut leads = table.rows().stream::<Lead>();
/// assert!(matches!(leads.next().await, Some(Ok(lead)) if lead.email == "ada@example.com"));
/// assert!(matches!(leads.next().await, Some(Err(error)) if error.kind() == databar::ErrorKind::Decode));
/// assert!(leads.next().await.is_none());
/// # Ok(()) });
/// ```
#[derive(Debug)]
#[must_use = "nothing is asked for until rows are taken"]
pub struct RowStream<T>(Result<Items<T>, Option<Error>>);

impl<T: DeserializeOwned + Send + 'static> RowStream<T> {
    /// Returns the next row, or `None` at the end.
    ///
    /// # Errors
    ///
    /// See [`Rows::stream`].
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        self.next().await.transpose()
    }

    /// Returns the next row or error, or `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        match &mut self.0 {
            Ok(items) => items.next().await,
            Err(error) => error.take().map(Err),
        }
    }
}

impl<T: DeserializeOwned + Send + 'static> Stream for RowStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.get_mut().0 {
            Ok(items) => Pin::new(items).poll_next(context),
            Err(error) => Poll::Ready(error.take().map(Err)),
        }
    }
}
