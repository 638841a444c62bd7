//! What a job runs for each input.

use databar::{Client, EnrichmentId, FlowId, Price, TaskId, WaterfallId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a job runs for each input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Target {
    /// An enrichment of the catalogue.
    Enrichment {
        /// Its number in the catalogue.
        id: EnrichmentId,
        /// How many pages of the result to fetch for each input: 1 to 100. Each page is billed.
        pages: u32,
    },
    /// A waterfall. Its results read as a [`WaterfallResult`](databar::WaterfallResult).
    Waterfall {
        /// Its name.
        id: WaterfallId,
        /// The providers to ask, in this order. If the list is empty, the providers that are on by default
        /// are asked.
        providers: Vec<EnrichmentId>,
        /// The enrichment that verifies the email addresses found.
        email_verifier: Option<EnrichmentId>,
    },
    /// A flow.
    Flow {
        /// Its id.
        id: FlowId,
    },
}

impl Target {
    /// An enrichment, with one page of results for each input.
    #[must_use]
    pub fn enrichment(id: EnrichmentId) -> Self {
        Self::Enrichment { id, pages: 1 }
    }

    /// A waterfall, with its default providers.
    #[must_use]
    pub fn waterfall(id: WaterfallId) -> Self {
        Self::Waterfall {
            id,
            providers: Vec::new(),
            email_verifier: None,
        }
    }

    /// A flow.
    #[must_use]
    pub fn flow(id: FlowId) -> Self {
        Self::Flow { id }
    }

    /// The prices with which the maximum cost of an input is calculated.
    pub(crate) async fn price(&self, client: &Client) -> Result<Price, databar::Error> {
        match self {
            Self::Enrichment { id, pages } => Ok(client.enrichment(*id).price().await?.pages(*pages)),
            Self::Waterfall {
                id,
                providers,
                email_verifier,
            } => {
                let mut price = client.waterfall(id.clone()).price();
                if !providers.is_empty() {
                    price = price.providers(providers.iter().copied());
                }
                if let Some(verifier) = email_verifier {
                    price = price.email_verifier(*verifier);
                }
                price.await
            }
            Self::Flow { id } => client.flow(id.clone()).price().await,
        }
    }

    /// Starts a task for these inputs. It costs credits.
    pub(crate) async fn submit(
        &self,
        client: &Client,
        inputs: Vec<Map<String, Value>>,
    ) -> Result<TaskId, databar::Error> {
        match self {
            Self::Enrichment { id, pages } => {
                let mut run = client.enrichment(*id).run_bulk(inputs);
                if *pages != 1 {
                    run = run.pages(*pages);
                }
                Ok(run.await?.id().clone())
            }
            Self::Waterfall {
                id,
                providers,
                email_verifier,
            } => {
                let mut run = client.waterfall(id.clone()).run_bulk(inputs);
                if !providers.is_empty() {
                    run = run.providers(providers.iter().copied());
                }
                if let Some(verifier) = email_verifier {
                    run = run.email_verifier(*verifier);
                }
                Ok(run.await?.id().clone())
            }
            Self::Flow { id } => Ok(client.flow(id.clone()).run_bulk(inputs).await?.id().clone()),
        }
    }
}
