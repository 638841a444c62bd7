#![doc = include_str!("guide.md")]

#[cfg(feature = "blocking")]
mod blocking;
mod client;
mod column;
mod config;
mod connector;
mod counted;
mod created;
mod enrichment;
mod export;
mod exporter;
mod filter;
mod flow;
mod folder;
mod install;
mod invalid;
mod mapping;
mod price;
mod rows;
mod run;
mod status;
mod table;
mod table_run;
mod task;
mod trash;
mod wait;
mod watch;
mod waterfall;
mod workbook;
mod write;

#[cfg(feature = "blocking")]
pub use blocking::{Block, BlockIter, BlockStream};
pub use client::{Client, ClientBuilder};
pub use column::Column;
pub use connector::Connector;
pub use created::{Create, Created};
pub use databar_api::{
    self as api, Arguments, Attempt, AttemptOutcome, Cells, Clock, ColumnId, ConnectorId, EnrichmentId,
    Error, ErrorBody, ErrorKind, ExporterId, FieldError, FlowId, FolderId, InvalidId, Items, Middleware,
    Nullable, Response, RetryPolicy, RowId, Sleep, SystemClock, TableEnrichmentId, TableExporterId, TableId,
    TaskId, WaterfallId, WorkbookId, types,
};
pub use enrichment::Enrichment;
pub use export::{Export, ExportFormat, ExportedFile};
pub use exporter::Exporter;
pub use filter::{Condition, Filter, column};
pub use flow::Flow;
pub use folder::Folder;
pub use install::{AddEnrichment, AddExporter, AddWaterfall, TableEnrichment, TableExporter};
pub use mapping::ColumnRef;
pub use price::{Price, WaterfallPrice};
pub use reqwest;
pub use rows::{RowStream, Rows};
pub use run::{
    BulkRunEnrichment, BulkRunFlow, BulkRunWaterfall, Run, RunEnrichment, RunFlow, RunWaterfall, Runnable,
};
pub use secrecy::SecretString;
pub use status::TaskStatus;
pub use table::{CreateTable, Table};
pub use table_run::{RunTableEnrichment, TableRun, TableRunProgress, TableRunWait};
pub use task::{BulkTask, OfWaterfall, Plain, Shape, Task, WaterfallResult, WaterfallStep};
pub use uuid;
pub use wait::{BulkResults, BulkWait, Finished, Outcome, PartialResults, Wait};
pub use watch::{Counts, Progress, Watch};
pub use waterfall::Waterfall;
pub use workbook::Workbook;
pub use write::{
    Delete, Deleting, InDoubt, Insert, Inserting, Kind, RowOutcome, Update, Updating, Upsert, Upserting,
    Write, WriteError, WriteReport, WrittenRow,
};

/// The examples of the repository's front page.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct FrontPage;
