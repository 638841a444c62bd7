//! Bindings for the REST API of [Databar.ai](https://databar.ai), generated at compile time from the
//! provider's OpenAPI document: a method and a builder for each operation, a type for each schema.
//!
//! Most programs should use the facade, the crate `databar`, which is built on this crate. This crate has
//! every operation of the document as a method of [`Client`]. The method takes the required arguments and
//! returns a call, which has a method for each option and is sent by awaiting it. The call types are in
//! [`builder`], in one module per tag.
//!
//! The hand-written part is the transport: [`Transport`] adds the key, decides what is safe to send again,
//! reads answers within limits, and reports every failure as one type, [`Error`].

mod answer;
mod cells;
mod clock;
mod error;
mod error_body;
mod generated;
mod ids;
mod key;
mod middleware;
mod not_found;
mod pace;
mod retry;
mod table_row;
mod transport;

pub use cells::Cells;
pub use clock::{Clock, Sleep, SystemClock};
pub use error::{Error, ErrorKind};
pub use error_body::{ErrorBody, FieldError};
pub use generated::{
    Arguments, Client, Items, Nullable, Request, Response, builder, operations,
    runtime::{InvalidTimestamp, Timestamp},
    types,
};
pub use ids::{
    ColumnId, ConnectorId, EnrichmentId, ExporterId, FlowId, FolderId, InvalidId, RowId, TableEnrichmentId,
    TableExporterId, TableId, TaskId, WaterfallId, WorkbookId,
};
pub use key::{ApiKey, InvalidKey};
pub use middleware::{Attempt, AttemptOutcome, Middleware};
pub use retry::{RetryPolicy, backoff, retry_after};
pub use table_row::TableRow;
pub use transport::{Download, Transport, TransportBuilder};
