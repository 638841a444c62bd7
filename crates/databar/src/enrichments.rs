//! The catalogue of enrichments: looking through it, and running one of them outside of any table.
//!
//! Enrichments that are installed on a table are in `table_run`.

use std::future::IntoFuture;
use std::num::NonZeroU64;

use databar_api::prelude::*;
use databar_api::types::{
    BulkRunEnrichmentTaskRequest, Enrichment, EnrichmentSummary, ListEnrichmentsResponse, PaginationOptions,
    RunEnrichmentTaskRequest,
};
use futures::future::BoxFuture;
use futures::{Stream, TryStreamExt, stream};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::client::Client;
use crate::task::{BulkTask, TaskHandle};
use crate::{EnrichmentId, Error, ErrorKind, TaskId};

/// What one request asks for, when nothing else is set.
const DEFAULT_PAGE_SIZE: u64 = 100;
/// The most that the service gives at once.
const MAX_PAGE_SIZE: u64 = 500;
/// The most pages of a result that the service fetches for one input.
const MAX_PAGES: u32 = 100;
/// No catalogue has so many pages; a service that never says that there are no more is stopped here.
const PAGES_AT_MOST: u64 = 10_000;

/// The catalogue, to be searched and read; made by [`Client::enrichments`].
#[derive(Debug, Clone)]
#[must_use = "nothing is read before `stream` or `all`"]
pub struct ListEnrichments {
    client: Client,
    query: Option<String>,
    category: Option<String>,
    authorized_only: bool,
    page_size: u64,
}

impl ListEnrichments {
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            query: None,
            category: None,
            authorized_only: true,
            page_size: DEFAULT_PAGE_SIZE,
        }
    }

    /// Only what is found by these words.
    pub fn query(mut self, words: impl Into<String>) -> Self {
        self.query = Some(words.into());
        self
    }

    /// Only this category, by its name, such as `Company Data`.
    pub fn category(mut self, name: impl Into<String>) -> Self {
        self.category = Some(name.into());
        self
    }

    /// Also those whose provider has to be connected first.
    pub fn include_unauthorized(mut self) -> Self {
        self.authorized_only = false;
        self
    }

    /// How many one request asks for: 1 to 500, 100 when not set.
    pub fn page_size(mut self, size: u64) -> Self {
        self.page_size = size;
        self
    }

    /// The enrichments, page by page as they are read.
    ///
    /// # Errors
    /// An error is the last item. A page size out of range is refused before any request.
    pub fn stream(self) -> impl Stream<Item = Result<EnrichmentSummary, Error>> + Send {
        let start = Pages {
            next: Some(1),
            last_ids: Vec::new(),
            list: self,
        };
        stream::try_unfold(start, |mut pages| async move {
            let Some(number) = pages.next else {
                return Ok::<_, Error>(None);
            };
            let items = pages.read(number).await?;
            Ok(Some((stream::iter(items.into_iter().map(Ok)), pages)))
        })
        .try_flatten()
    }

    /// All of them.
    ///
    /// # Errors
    /// As for [`stream`](Self::stream).
    pub async fn all(self) -> Result<Vec<EnrichmentSummary>, Error> {
        self.stream().try_collect().await
    }
}

struct Pages {
    list: ListEnrichments,
    next: Option<u64>,
    last_ids: Vec<i64>,
}

impl Pages {
    async fn read(&mut self, number: u64) -> Result<Vec<EnrichmentSummary>, Error> {
        let ListEnrichments {
            client,
            query,
            category,
            authorized_only,
            page_size,
        } = &self.list;
        let sizes = 1..=MAX_PAGE_SIZE;
        let (Some(page), Some(limit)) = (
            NonZeroU64::new(number),
            NonZeroU64::new(*page_size).filter(|_| sizes.contains(page_size)),
        ) else {
            let what =
                format!("a page of {page_size} enrichments cannot be asked for; 1 to {MAX_PAGE_SIZE} can");
            return Err(Error::new(ErrorKind::InvalidInput, what).with_operation("list_enrichments"));
        };
        let mut request = client.api().list_enrichments().page(page).limit(limit);
        if let Some(query) = query {
            request = request.q(query);
        }
        if let Some(category) = category {
            request = request.category(category);
        }
        if !authorized_only {
            request = request.authorized_only(false);
        }
        let (items, more) = match request.send().await?.into_inner() {
            // A service that does not divide the list sends all of it, as an array.
            ListEnrichmentsResponse::Array(items) => (items, false),
            ListEnrichmentsResponse::EnrichmentListResponse(page) => (page.items, page.has_next_page),
        };
        if more && items.is_empty() {
            let what = format!("page {number} is empty and says that there are more");
            return Err(Error::new(ErrorKind::Inconsistent, what).with_operation("list_enrichments"));
        }
        self.next = more.then_some(number + 1);
        let ids: Vec<i64> = items.iter().map(|item| item.id).collect();
        let repeats = !ids.is_empty() && ids == self.last_ids;
        if self.next.is_some() && (repeats || number >= PAGES_AT_MOST) {
            let what =
                format!("the list does not end: page {number} is like the one before it, or one too many");
            return Err(Error::new(ErrorKind::Inconsistent, what).with_operation("list_enrichments"));
        }
        self.last_ids = ids;
        Ok(items)
    }
}

/// One enrichment of the catalogue; made by [`Client::enrichment`].
#[derive(Debug, Clone)]
pub struct EnrichmentHandle {
    client: Client,
    id: EnrichmentId,
}

impl EnrichmentHandle {
    pub(crate) fn new(client: Client, id: EnrichmentId) -> Self {
        Self { client, id }
    }

    /// Its number in the catalogue.
    #[must_use]
    pub fn id(&self) -> EnrichmentId {
        self.id
    }

    /// What it needs, what it gives, and what it costs.
    ///
    /// # Errors
    /// [`Error::is_not_found`] when there is no such enrichment.
    pub async fn get(&self) -> Result<Enrichment, Error> {
        let request = self.client.api().get_enrichment().enrichment_id(self.id.0);
        Ok(request.send().await?.into_inner())
    }

    /// Runs it for one input: anything that serialises to a JSON object with a member for each parameter.
    ///
    /// It costs credits, so it is sent once; see [`Error::may_have_run`].
    ///
    /// ```
    /// # async fn example(databar: databar::Client) -> Result<(), databar::Error> {
    /// use databar::EnrichmentId;
    /// use serde_json::{Value, json};
    ///
    /// let task = databar.enrichment(EnrichmentId(123)).run(json!({"email": "ada@example.com"})).await?;
    /// println!("{:?}", task.wait::<Value>().await?.data);
    /// # Ok(())
    /// # }
    /// ```
    pub fn run(&self, params: impl Serialize) -> RunEnrichment {
        RunEnrichment {
            handle: self.clone(),
            params: object(&params, "the input"),
            pages: None,
        }
    }

    /// Runs it for many inputs, each as for [`run`](Self::run); the results come in their order.
    ///
    /// It costs credits, so it is sent once; see [`Error::may_have_run`].
    pub fn run_bulk<I>(&self, inputs: I) -> BulkRunEnrichment
    where
        I: IntoIterator,
        I::Item: Serialize,
    {
        let params = inputs
            .into_iter()
            .enumerate()
            .map(|(index, input)| object(&input, &format!("input {}", index + 1)))
            .collect();
        BulkRunEnrichment {
            handle: self.clone(),
            params,
            pages: None,
        }
    }
}

/// Starts a run when awaited; see [`EnrichmentHandle::run`].
///
/// # Errors
/// [`ErrorKind::InvalidInput`], before any request, when the input is no JSON object or the number of pages is out of
/// range; [`Error::is_validation`] when a parameter is missing or wrong; [`Error::is_out_of_credits`].
#[derive(Debug)]
#[must_use = "nothing is run unless it is awaited"]
pub struct RunEnrichment {
    handle: EnrichmentHandle,
    params: Result<Map<String, Value>, Error>,
    pages: Option<u32>,
}

impl RunEnrichment {
    /// How many pages of the result to fetch: 1 to 100, 1 when not set. Each page is billed.
    pub fn pages(mut self, pages: u32) -> Self {
        self.pages = Some(pages);
        self
    }
}

impl IntoFuture for RunEnrichment {
    type Output = Result<TaskHandle, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        const OPERATION: &str = "run_enrichment";
        let Self {
            handle: EnrichmentHandle { client, id },
            params,
            pages,
        } = self;
        Box::pin(async move {
            let refused = |error: Error| error.with_operation(OPERATION);
            let body = RunEnrichmentTaskRequest {
                params: params.map_err(refused)?,
                pagination: pagination(pages).map_err(refused)?,
            };
            let request = client.api().run_enrichment().enrichment_id(id.0).body(body);
            let started = request.send().await?.into_inner();
            Ok(client.task(task_id(OPERATION, started.task_id)?))
        })
    }
}

/// Starts a bulk run when awaited; see [`EnrichmentHandle::run_bulk`].
///
/// # Errors
/// Those of [`RunEnrichment`], and [`ErrorKind::InvalidInput`] when there are no inputs.
#[derive(Debug)]
#[must_use = "nothing is run unless it is awaited"]
pub struct BulkRunEnrichment {
    handle: EnrichmentHandle,
    params: Result<Vec<Map<String, Value>>, Error>,
    pages: Option<u32>,
}

impl BulkRunEnrichment {
    /// How many pages of the result to fetch for each input: 1 to 100, 1 when not set. Each page is billed.
    pub fn pages(mut self, pages: u32) -> Self {
        self.pages = Some(pages);
        self
    }
}

impl IntoFuture for BulkRunEnrichment {
    type Output = Result<BulkTask, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        const OPERATION: &str = "bulk_run_enrichment";
        let Self {
            handle: EnrichmentHandle { client, id },
            params,
            pages,
        } = self;
        Box::pin(async move {
            let refused = |error: Error| error.with_operation(OPERATION);
            let params = params.map_err(refused)?;
            if params.is_empty() {
                return Err(refused(Error::new(
                    ErrorKind::InvalidInput,
                    "there are no inputs to run it for",
                )));
            }
            let inputs = params.len();
            let body = BulkRunEnrichmentTaskRequest {
                params,
                pagination: pagination(pages).map_err(refused)?,
            };
            let request = client.api().bulk_run_enrichment().enrichment_id(id.0).body(body);
            let started = request.send().await?.into_inner();
            Ok(client
                .task(task_id(OPERATION, started.task_id)?)
                .into_bulk(inputs))
        })
    }
}

fn object(input: &impl Serialize, name: &str) -> Result<Map<String, Value>, Error> {
    match serde_json::to_value(input) {
        Ok(Value::Object(params)) => Ok(params),
        Ok(_) => {
            let what = format!("{name} is no JSON object with a member for each parameter");
            Err(Error::new(ErrorKind::InvalidInput, what))
        }
        Err(error) => {
            let what = format!("{name} cannot be written as JSON: {error}");
            Err(Error::new(ErrorKind::InvalidInput, what).with_source(error))
        }
    }
}

fn pagination(pages: Option<u32>) -> Result<Option<PaginationOptions>, Error> {
    let Some(pages) = pages else { return Ok(None) };
    match NonZeroU64::new(u64::from(pages)) {
        Some(number) if pages <= MAX_PAGES => Ok(Some(PaginationOptions { pages: number })),
        _ => {
            let what = format!("{pages} pages cannot be asked for; 1 to {MAX_PAGES} can");
            Err(Error::new(ErrorKind::InvalidInput, what))
        }
    }
}

/// The id of a run that was accepted. One that could not be asked for again is an error, but the run goes on.
fn task_id(operation: &'static str, id: String) -> Result<TaskId, Error> {
    TaskId::new(id).map_err(|error| {
        let what = format!("the run was started, but {error}");
        Error::new(ErrorKind::Decode, what)
            .with_operation(operation)
            .with_may_have_run(true)
            .with_source(error)
    })
}
