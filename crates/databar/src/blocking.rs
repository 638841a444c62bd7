//! Waiting without a runtime: `.block()` where there would be `.await`, and iterators where there would be streams.

use std::future::IntoFuture;
use std::sync::OnceLock;

use futures::{Stream, StreamExt};
use tokio::runtime::{Builder, Handle, Runtime};

use crate::{Error, ErrorKind, Kind, Write, WriteError, WriteReport};

/// Waits for anything that can be awaited, in a program without a runtime. Needs the feature `blocking`.
///
/// The first wait starts a runtime with one thread in the background, which serves all later ones. Connections are kept there
/// between the waits.
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
    /// Waits for the end of it on this thread.
    ///
    /// # Errors
    ///
    /// Those of what is waited for; and one of kind [`Configuration`](ErrorKind::Configuration) inside of a `tokio` runtime,
    /// whose thread the wait would hold up. Nothing is sent then: `.await` it there, and on a thread of
    /// `tokio::task::spawn_blocking` give it to `Handle::block_on`.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use databar::Block;
    ///
    /// // Here is a runtime.
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

/// The error holds the rows, also where there is a runtime.
impl<K: Kind> Block for Write<K> {
    fn block(self) -> Result<WriteReport, WriteError<K>> {
        match runtime() {
            Ok(runtime) => runtime.block_on(self.into_future()),
            Err(error) => Err(self.not_sent(error)),
        }
    }
}

/// Iterates over a stream, in a program without a runtime. Needs the feature `blocking`.
pub trait BlockStream: Stream + Sized {
    /// The items of the stream; each is waited for on this thread, as [`Block`] does.
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

/// The items of a stream; made by [`BlockStream::block_iter`].
///
/// Inside of a `tokio` runtime the only item is an error of kind [`Configuration`](ErrorKind::Configuration).
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
        let stream = self.0.as_mut()?;
        let item = match runtime() {
            Ok(runtime) => runtime.block_on(stream.next()),
            Err(error) => {
                self.0 = None;
                return Some(Err(error.into()));
            }
        };
        if item.is_none() {
            self.0 = None;
        }
        item
    }
}

/// The runtime of all waits.
fn runtime() -> Result<&'static Runtime, Error> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if Handle::try_current().is_ok() {
        let what = "`block` was called inside of a tokio runtime, so nothing was sent; use `.await` there";
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
            let what = format!("a runtime for `block` cannot be started: {error}");
            Error::new(ErrorKind::Configuration, what).with_source(error)
        })?;
    Ok(RUNTIME.get_or_init(|| made))
}
