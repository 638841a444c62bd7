//! The catalogue of enrichments: looking through it, and running one of them outside of any table.
//!
//! Enrichments that are installed on a table are in `table_run`.

use std::future::IntoFuture;

use databar_api::Items;
use databar_api::types::{Enrichment, EnrichmentSummary, PaginationOptions};
use futures::future::BoxFuture;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::client::Client;
use crate::task::{BulkTask, TaskHandle};
use crate::{EnrichmentId, Error, ErrorKind};

/// What one request asks for, when nothing else is set.
const DEFAULT_PAGE_SIZE: i64 = 100;
/// The most pages of a result that the service fetches for one input.
const MAX_PAGES: u32 = 100;

/// The catalogue, to be searched and read; made by [`Client::enrichments`].
#[derive(Debug, Clone)]
#[must_use = "nothing is read before `stream` or `all`"]
pub struct ListEnrichments {
    client: Client,
    query: Option<String>,
    category: Option<String>,
    authorized_only: bool,
    page_size: i64,
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
    pub fn page_size(mut self, size: i64) -> Self {
        self.page_size = size;
        self
    }

    /// The enrichments, page by page as they are read.
    ///
    /// # Errors
    ///
    /// An error is the last item. A page size out of range is refused before any request.
    pub fn stream(self) -> Items<EnrichmentSummary> {
        let mut request = self.client.api().list_enrichments().limit(self.page_size);
        if let Some(query) = self.query {
            request = request.q(query);
        }
        if let Some(category) = self.category {
            request = request.category(category);
        }
        if !self.authorized_only {
            request = request.authorized_only(false);
        }
        request.stream()
    }

    /// All of them.
    ///
    /// # Errors
    ///
    /// As for [`stream`](Self::stream).
    pub async fn all(self) -> Result<Vec<EnrichmentSummary>, Error> {
        self.stream().all().await
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
        self.client.api().get_enrichment(self.id).await
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
            let mut request = client.api().run_enrichment(id, params.map_err(refused)?);
            if let Some(pages) = pagination(pages).map_err(refused)? {
                request = request.pagination(pages);
            }
            Ok(client.task(request.await?.task_id))
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
            let mut request = client.api().bulk_run_enrichment(id, params);
            if let Some(pages) = pagination(pages).map_err(refused)? {
                request = request.pagination(pages);
            }
            Ok(client.task(request.await?.task_id).into_bulk(inputs))
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
    match pages {
        None => Ok(None),
        Some(pages) if (1..=MAX_PAGES).contains(&pages) => {
            Ok(Some(PaginationOptions::new().pages(i64::from(pages))))
        }
        Some(pages) => {
            let what = format!("{pages} pages cannot be asked for; 1 to {MAX_PAGES} can");
            Err(Error::new(ErrorKind::InvalidInput, what))
        }
    }
}
