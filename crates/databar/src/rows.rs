//! Reading the rows of a table: a page at a time behind one stream.

use std::{iter::Enumerate, vec};

use databar_api::{Misfit, TableRow, misfit, prelude::*, types};
use futures::{Stream, TryStreamExt, stream};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Client, Error, ErrorKind, Filter, TableId};

const OPERATION: &str = "list_rows";
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
    /// ```
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
    /// fit `T` is an error of kind [`Decode`](ErrorKind::Decode) that has the row in
    /// [`data`](Error::data) and the place in [`json_path`](Error::json_path); the rows before it are given out first.
    /// A service that gives the same page again, another than was asked for, or an empty one that says there are more, is
    /// one of kind [`Inconsistent`](ErrorKind::Inconsistent).
    ///
    /// Rows that are inserted or deleted by others while the stream is read can be seen twice or not at all: the
    /// service numbers pages, it has no cursor.
    pub fn stream<T>(self) -> impl Stream<Item = Result<T, Error>> + Send
    where
        T: DeserializeOwned + Send,
    {
        stream::try_unfold(Pages::new(self), |mut pages| async move {
            let row = pages.next_row::<T>().await?;
            Ok(row.map(|row| (row, pages)))
        })
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
            .ok_or_else(|| {
                Error::new(ErrorKind::Decode, "the answer has no total_count").with_operation(OPERATION)
            })
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
        Ok(request.send().await?.into_inner())
    }
}

/// Where a stream of rows is.
struct Pages {
    rows: Rows,
    /// What is left of the page that is being read, with the places on the page.
    page: Enumerate<vec::IntoIter<TableRow>>,
    /// The number of that page; 0 before the first.
    number: u64,
    last: bool,
    /// How many rows came, on all pages together.
    seen: usize,
    /// What that page is recognised by, should it come again: its length, its first row and its last.
    mark: Option<(usize, TableRow, TableRow)>,
}

impl Pages {
    fn new(rows: Rows) -> Self {
        Self {
            rows,
            page: Vec::new().into_iter().enumerate(),
            number: 0,
            last: false,
            seen: 0,
            mark: None,
        }
    }

    async fn next_row<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Error> {
        loop {
            if let Some((index, row)) = self.page.next() {
                return match row.decode() {
                    Ok(value) => Ok(Some(value)),
                    Err(_) => Err(self.misfit::<T>(index, &row)),
                };
            }
            if self.last {
                return Ok(None);
            }
            self.turn().await?;
        }
    }

    async fn turn(&mut self) -> Result<(), Error> {
        self.number += 1;
        let size = self.rows.page_size;
        let page = self.rows.page(self.number, size).await?;
        let rows = page.data;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            let total = page.total_count.and_then(|total| usize::try_from(total).ok());
            let more = page
                .has_next_page
                .unwrap_or_else(|| total.is_some_and(|total| total > self.seen));
            if more {
                return Err(
                    self.inconsistent("the answer is an empty page that says there are more".to_owned())
                );
            }
            self.last = true;
            return Ok(());
        };
        if let Some(other) = page.page.filter(|other| u64::try_from(*other) != Ok(self.number)) {
            return Err(self.inconsistent(format!("the answer is page {other}")));
        }
        let repeated = self.mark.as_ref().is_some_and(|(length, top, bottom)| {
            *length == rows.len() && top.json() == first.json() && bottom.json() == last.json()
        });
        if repeated {
            return Err(self.inconsistent("the answer is the page before it once more".to_owned()));
        }
        self.mark = Some((rows.len(), first.clone(), last.clone()));
        self.seen += rows.len();
        let more = page.has_next_page.unwrap_or_else(|| {
            let full = u32::try_from(rows.len()).is_ok_and(|length| length >= size);
            let total = page.total_count.and_then(|total| usize::try_from(total).ok());
            full || total.is_some_and(|total| total > self.seen)
        });
        self.last = !more;
        self.page = rows.into_iter().enumerate();
        Ok(())
    }

    fn inconsistent(&self, but: String) -> Error {
        let Self { rows, number, .. } = self;
        let what = format!("page {number} of table {} was asked for, but {but}", rows.table);
        Error::new(ErrorKind::Inconsistent, what).with_operation(OPERATION)
    }

    /// The error for a row that is no `T`.
    fn misfit<T: DeserializeOwned>(&self, index: usize, row: &TableRow) -> Error {
        // Messages of serde repeat what does not fit, so it is decoded without the key.
        let json = self.rows.client.without_key(row.json());
        let found = misfit::<T>(json.as_bytes());
        let (path, error) = match &found {
            Some(Misfit { path, error, .. }) if path == "." => (format!("data[{index}]"), error.to_string()),
            Some(Misfit { path, error, .. }) => (format!("data[{index}].{path}"), error.to_string()),
            None => (format!("data[{index}]"), "it has the key in it".to_owned()),
        };
        let what = format!(
            "row {index} of page {} of table {} does not fit the type that was asked for: {error}; \
             a type with an optional member, or one of another type, may take it",
            self.number, self.rows.table
        );
        let error = Error::new(ErrorKind::Decode, what)
            .with_operation(OPERATION)
            .with_json_path(path)
            .with_excerpt(json.as_bytes())
            .with_data(serde_json::from_str::<Value>(row.json()).ok());
        match found {
            Some(Misfit { error: cause, .. }) => error.with_source(cause),
            None => error,
        }
    }
}
