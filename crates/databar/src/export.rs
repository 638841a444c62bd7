//! Exports a table as a file: starts the export, waits for the file, and downloads it.

use std::time::Duration;

use databar_api::builder::table::GetTableExport;
use databar_api::{Download, types};
use futures::future::BoxFuture;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::table::Table;
use crate::wait::DEFAULT_DEADLINE;
use crate::watch::Pauses;
use crate::{Client, Error, ErrorKind};

pub use databar_api::types::ExportTableRequestFormat as ExportFormat;

impl Table {
    /// Exports the table as a file. [`Export::format`] sets the format; awaiting the export waits until the
    /// file is there.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// # table.insert([serde_json::json!({ "Email": "ada@example.com" })]).await?;
    /// let mut csv = Vec::new();
    /// table.export().await?.download(&mut csv).await?;
    /// assert_eq!(String::from_utf8(csv)?.lines().nth(1), Some("ada@example.com"));
    /// # Ok(()) });
    /// ```
    pub fn export(&self) -> Export {
        Export {
            table: self.clone(),
            format: ExportFormat::Csv,
            deadline: DEFAULT_DEADLINE,
        }
    }

    /// Reads the state of the latest export.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// let file = table.export().await?;
    /// let latest = table.latest_export().await?;
    /// assert_eq!(latest.file.as_deref(), Some(file.address()));
    /// # Ok(()) });
    /// ```
    pub fn latest_export(&self) -> GetTableExport {
        self.client().api().get_table_export(self.id())
    }
}

/// A request to export a table, created by [`Table::export`]. Awaiting it starts the export and waits for the
/// file.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("Leads").columns(["Email"]).await?;
/// use databar::ExportFormat;
/// use std::time::Duration;
///
/// let file = table.export().format(ExportFormat::Xlsx).deadline(Duration::from_secs(60)).await?;
/// let mut xlsx = Vec::new();
/// file.download(&mut xlsx).await?;
/// assert!(xlsx.starts_with(b"PK"), "it is a ZIP archive");
/// # Ok(()) });
/// ```
///
/// # Errors
///
/// [`ErrorKind::WaitTimedOut`] when there is no file by the deadline; [`ErrorKind::TaskFailed`] when the
/// service reports that the export failed; [`ErrorKind::Inconsistent`] when another export of the table has
/// replaced this one; and the errors of the requests.
#[derive(Debug, Clone)]
#[must_use = "nothing is exported until it is awaited"]
pub struct Export {
    table: Table,
    format: ExportFormat,
    deadline: Duration,
}

impl Export {
    /// Sets the format. Default: CSV.
    pub fn format(mut self, format: ExportFormat) -> Self {
        self.format = format;
        self
    }

    /// Sets the longest time to wait for the file, counted from when the export is awaited. Default:
    /// 10 minutes.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    async fn file(table: Table, format: ExportFormat) -> Result<ExportedFile, Error> {
        let api = table.client().api();
        let mut export = api.start_table_export(table.id()).format(format).await?;
        let (mut pauses, started) = (Pauses::new(table.client()), export.file_id);
        loop {
            let other = export
                .file_id
                .filter(|_| started.is_some() && export.file_id != started);
            if let Some(other) = other {
                let what = format!("another export of the table, {other}, has replaced this one");
                return Err(Error::new(ErrorKind::Inconsistent, what).with_operation("get_table_export"));
            }
            if let Some(address) = export.file {
                let client = table.client().clone();
                return Ok(ExportedFile { client, address });
            }
            if has_failed(&export) {
                let words = export.message.unwrap_or_default();
                let what = format!("the export has the status {}: {words}", export.status);
                let error = Error::new(ErrorKind::TaskFailed, table.client().without_key(&what));
                return Err(error.with_operation("get_table_export"));
            }
            pauses.pause().await;
            export = table.latest_export().await?;
        }
    }
}

/// The API does not document the states of an export.
fn has_failed(export: &types::ExportStatus) -> bool {
    matches!(export.status.as_str(), "failed" | "error" | "cancelled")
}

impl IntoFuture for Export {
    type Output = Result<ExportedFile, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Self {
                table,
                format,
                deadline,
            } = self;
            let file = Self::file(table.clone(), format);
            table.client().within(deadline, file).await.unwrap_or_else(|| {
                let what =
                    format!("there was no file after {deadline:?}; look for it with `Table::latest_export`");
                Err(Error::new(ErrorKind::WaitTimedOut, what))
            })
        })
    }
}

/// An exported file that can be downloaded; the result of awaiting an [`Export`].
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("Leads").columns(["Email"]).await?;
/// let file = table.export().await?;
/// assert!(file.address().starts_with("http"));
/// let mut csv = Vec::new();
/// let bytes = file.download(&mut csv).await?;
/// assert_eq!(bytes, csv.len() as u64);
/// # Ok(()) });
/// ```
#[derive(Clone)]
pub struct ExportedFile {
    client: Client,
    address: String,
}

impl ExportedFile {
    /// The address of the file. It may be signed, so anybody who has it can download the file.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Downloads the file into a writer and returns the number of bytes. The API key is not sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Expired`] when the file's host refuses the download, [`ErrorKind::Connection`] when it
    /// breaks off, and [`ErrorKind::InvalidInput`] when the writer fails. Part of the file may have been
    /// written by then.
    pub async fn download<W: AsyncWrite + Unpin>(&self, writer: &mut W) -> Result<u64, Error> {
        let mut download: Download = self.client.transport().download(&self.address).await?;
        let mut written = 0;
        while let Some(chunk) = download.chunk().await? {
            writer.write_all(&chunk).await.map_err(unwritten)?;
            written += chunk.len() as u64;
        }
        writer.flush().await.map_err(unwritten)?;
        Ok(written)
    }
}

fn unwritten(error: std::io::Error) -> Error {
    let what = format!("the file cannot be written: {error}");
    Error::new(ErrorKind::InvalidInput, what).with_source(error)
}

/// Hides the address, because it may be signed.
impl std::fmt::Debug for ExportedFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExportedFile").finish_non_exhaustive()
    }
}
