//! Blocking calls for programs without a runtime: `.block()` instead of `.await`, and iterators instead of
//! streams.

use std::future::IntoFuture;
use std::sync::OnceLock;

use futures::{Stream, StreamExt};
use tokio::runtime::{Builder, Handle, Runtime};

use crate::{Error, ErrorKind, Kind, Write, WriteError, WriteReport};

/// Waits for anything that can be awaited, in a program without a runtime. Requires the feature `blocking`.
///
/// The first wait starts a `tokio` runtime with one background thread, which all later waits share. The
/// thread keeps connections open between waits.
///
/// ```
/// use databar::{Block, BlockStream, Client};
/// use serde_json::{Value, json};
///
/// # let runtime = tokio::runtime::Runtime::new()?;
/// # let sandbox = runtime.block_on(databar_sandbox::Sandbox::start())?;
/// # let databar = Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// let table = databar.create_table("Leads").columns(["Email"]).block()?;
/// let report = table.insert([json!({ "Email": "ada@example.com" })]).block()?;
/// assert_eq!(report.created(), 1);
/// for lead in table.rows().stream::<Value>().block_iter() {
///     assert_eq!(lead?["Email"], "ada@example.com");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Block: IntoFuture {
    /// Blocks the current thread until the result is available.
    ///
    /// # Errors
    ///
    /// The errors of the awaited call. Inside a `tokio` runtime, an error of kind
    /// [`Configuration`](ErrorKind::Configuration), because blocking would hold up a thread of that runtime;
    /// nothing is sent. Use `.await` there, or `Handle::block_on` on a thread of
    /// `tokio::task::spawn_blocking`.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use databar::Block;
    ///
    /// // This block runs inside a runtime.
    /// let error = databar.user().block().unwrap_err();
    /// assert_eq!(error.kind(), databar::ErrorKind::Configuration);
    /// assert_eq!(databar.requests_sent(), 0);
    /// # Ok(()) });
    /// ```
    fn block(self) -> Self::Output;
}

impl<F, T, E> Block for F
where
    F: IntoFuture<Output = Result<T, E>>,
    E: From<Error>,
{
    fn block(self) -> Result<T, E> {
        runtime()?.block_on(self.into_future())
    }
}

/// A separate implementation, so that the error keeps the rows even if `block` is called inside a runtime.
impl<K: Kind> Block for Write<K> {
    fn block(self) -> Result<WriteReport, WriteError<K>> {
        match runtime() {
            Ok(runtime) => runtime.block_on(self.into_future()),
            Err(error) => Err(self.not_sent(error)),
        }
    }
}

/// Iterates over a stream, in a program without a runtime. Requires the feature `blocking`.
pub trait BlockStream: Stream + Sized {
    /// Returns an iterator over the items of the stream. It blocks this thread for each item, as [`Block`]
    /// does.
    fn block_iter(self) -> BlockIter<Self>;
}

impl<S, T, E> BlockStream for S
where
    S: Stream<Item = Result<T, E>> + Unpin,
    E: From<Error>,
{
    fn block_iter(self) -> BlockIter<S> {
        BlockIter(Some(self))
    }
}

/// An iterator over the items of a stream, created by [`BlockStream::block_iter`].
///
/// Inside a `tokio` runtime, its only item is an error of kind [`Configuration`](ErrorKind::Configuration).
#[derive(Debug)]
#[must_use = "iterators are lazy"]
pub struct BlockIter<S>(Option<S>);

impl<S, T, E> Iterator for BlockIter<S>
where
    S: Stream<Item = Result<T, E>> + Unpin,
    E: From<Error>,
{
    type Item = Result<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut stream = self.0.take()?;
        let runtime = match runtime() {
            Ok(runtime) => runtime,
            Err(error) => return Some(Err(error.into())),
        };
        let item = runtime.block_on(stream.next())?;
        self.0 = Some(stream);
        Some(item)
    }
}

/// The runtime that all waits share.
fn runtime() -> Result<&'static Runtime, Error> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if Handle::try_current().is_ok() {
        let what = "`block` was called inside a tokio runtime, so nothing was sent; use `.await` there";
        return Err(Error::new(ErrorKind::Configuration, what));
    }
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let made = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("databar-blocking")
        .enable_all()
        .build()
        .map_err(|error| {
            let what = format!("could not start the runtime for `block`: {error}");
            Error::new(ErrorKind::Configuration, what).with_source(error)
        })?;
    Ok(RUNTIME.get_or_init(|| made))
}
