//! The result of creating something: a handle on it, and the service's answer.

use std::fmt;
use std::ops::Deref;

use futures::future::BoxFuture;

use crate::Error;

/// A resource that was created. It dereferences to its handle.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// let folder = databar.create_folder("Leads").await?;
/// assert_eq!(folder.data.name, "Leads");
/// assert_eq!(folder.rename("Old leads").await?.name, "Old leads");
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Created<H, D> {
    /// The handle.
    pub handle: H,
    /// The service's answer.
    pub data: D,
}

impl<H, D> Deref for Created<H, D> {
    type Target = H;

    fn deref(&self) -> &H {
        &self.handle
    }
}

/// Makes a handle from an answer.
type Handle<H, D> = Box<dyn FnOnce(&D) -> Result<H, Error> + Send>;

/// A request to create something: `B` is the call of the generated client, `H` the handle that it returns,
/// and `D` the answer. It is sent once, when it is awaited; see [`Error::may_have_run`].
#[must_use = "nothing is created until it is awaited"]
pub struct Create<B, H, D> {
    request: B,
    handle: Handle<H, D>,
}

impl<B, H, D> Create<B, H, D> {
    pub(crate) fn new(request: B, handle: impl FnOnce(&D) -> Result<H, Error> + Send + 'static) -> Self {
        Self {
            request,
            handle: Box::new(handle),
        }
    }

    /// Sets options with the methods of the call.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let config = databar_sandbox::example_flow();
    /// let flow = databar
    ///     .create_flow("Find emails", config)
    ///     .with(|flow| flow.description("From names and domains"))
    ///     .await?;
    /// assert_eq!(flow.data.description, "From names and domains");
    /// # Ok(()) });
    /// ```
    pub fn with(self, options: impl FnOnce(B) -> B) -> Self {
        Self {
            request: options(self.request),
            ..self
        }
    }
}

impl<B, H, D> IntoFuture for Create<B, H, D>
where
    B: IntoFuture<Output = Result<D, Error>>,
    B::IntoFuture: Send + 'static,
    H: 'static,
    D: Send + 'static,
{
    type Output = Result<Created<H, D>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { request, handle } = self;
        let answer = request.into_future();
        Box::pin(async move {
            let data = answer.await?;
            let handle = handle(&data)?;
            Ok(Created { handle, data })
        })
    }
}

impl<B: fmt::Debug, H, D> fmt::Debug for Create<B, H, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Create").field(&self.request).finish()
    }
}
