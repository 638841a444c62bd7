#![doc = include_str!("../README.md")]

mod add_enrichment;
mod client;
mod config;
mod enrichments;
mod filter;
mod insert;
mod mapping;
mod rows;
mod table;
mod table_run;
mod task;
mod wait;

pub use add_enrichment::{AddEnrichment, AddWaterfall, TableEnrichment};
pub use client::{Client, ClientBuilder};
pub use databar_api::{
    self as api, Clock, ColumnId, ConnectorId, EnrichmentId, Error, ErrorBody, ErrorKind, ExporterId,
    FieldError, FlowId, FolderId, InvalidId, Items, Nullable, Response, RetryPolicy, RowId, Sleep,
    SystemClock, TableEnrichmentId, TableExporterId, TableId, TaskId, WaterfallId, WorkbookId, types,
};
pub use enrichments::{BulkRunEnrichment, EnrichmentHandle, ListEnrichments, RunEnrichment};
pub use filter::{Condition, Filter, column};
pub use insert::{InDoubt, Insert, InsertError, InsertOutcome, InsertReport, InsertedRow};
pub use mapping::ColumnRef;
pub use reqwest;
pub use rows::{RowStream, Rows};
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
