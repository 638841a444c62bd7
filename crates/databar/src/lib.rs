#![doc = include_str!("../README.md")]

mod add_enrichment;
mod call;
mod client;
mod config;
mod enrichments;
mod error;
mod filter;
mod ids;
mod insert;
mod mapping;
mod rows;
mod table;
mod table_run;
mod task;
mod wait;

pub use add_enrichment::{AddEnrichment, AddWaterfall, TableEnrichment};
pub use client::{Client, ClientBuilder};
pub use databar_api::{self as api, Clock, ErrorBody, FieldError, RetryPolicy, Sleep, SystemClock, types};
pub use enrichments::{BulkRunEnrichment, EnrichmentHandle, ListEnrichments, RunEnrichment};
pub use error::{Error, ErrorKind};
pub use filter::{Condition, Filter, column};
pub use ids::{
    ColumnId, EnrichmentId, FlowId, InvalidId, RowId, TableEnrichmentId, TableId, TaskId, WaterfallId,
};
pub use insert::{InDoubt, Insert, InsertError, InsertOutcome, InsertReport, InsertedRow};
pub use mapping::ColumnRef;
pub use reqwest;
pub use rows::Rows;
pub use secrecy::SecretString;
pub use table::{CreateTable, Table};
pub use table_run::{RunTableEnrichment, TableRun};
pub use task::{BulkTask, TaskHandle, TaskStatus};
pub use uuid;
pub use wait::{BulkWait, Finished, Wait};

/// The examples of the repository's front page.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct FrontPage;
