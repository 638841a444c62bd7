//! Middleware: the user's code that sees each request before it leaves, and its answer. It never sees the
//! key.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Request, Url};

use crate::answer::Answer;
use crate::error::Error;
use crate::key::ApiKey;
use crate::operations::Operation;

/// Sees every call of an operation by a [`Client`](crate::Client), for example for request ids, metrics or
/// recordings.
///
/// The client calls [`before`](Self::before) just before a request leaves, and [`after`](Self::after) when
/// its answer has been read or the attempt has failed. Both are called for each attempt of a retried request.
/// They run on the task that sends the request, so they should return quickly; move slow work to another
/// task. If the future of a call is dropped, `after` is not called for the attempt under way.
///
/// Neither method sees the API key. It is added to the request after `before`, and replaced by `[redacted]`
/// where the service repeats it. Downloads of exported files do not pass through middleware, because they are
/// not operations of the API.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// # use databar_api as databar;
/// use databar::{Attempt, Middleware, AttemptOutcome};
///
/// /// Counts what failed.
/// #[derive(Debug, Default)]
/// struct Failures(AtomicU64);
///
/// impl Middleware for Failures {
///     fn after(&self, _: &Attempt, outcome: &AttemptOutcome<'_>) {
///         if outcome.error().is_some() {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// ```
pub trait Middleware: fmt::Debug + Send + Sync + 'static {
    /// Called before each attempt. It can add headers.
    fn before(&self, attempt: &mut Attempt) {
        let _ = attempt;
    }

    /// Called after each attempt, with its outcome.
    fn after(&self, attempt: &Attempt, outcome: &AttemptOutcome<'_>) {
        let _ = (attempt, outcome);
    }
}

/// An `Arc` lets a program keep a handle on the middleware that it gives to a client.
impl<M: Middleware + ?Sized> Middleware for Arc<M> {
    fn before(&self, attempt: &mut Attempt) {
        (**self).before(attempt);
    }

    fn after(&self, attempt: &Attempt, outcome: &AttemptOutcome<'_>) {
        (**self).after(attempt, outcome);
    }
}

/// An attempt to send a request. It does not contain the key.
pub struct Attempt {
    operation: &'static Operation,
    call: u64,
    number: u32,
    request: Request,
}

impl Attempt {
    /// The operation being called.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The number of the call on its client, counted from 1. All attempts of a call have the same number.
    #[must_use]
    pub fn call(&self) -> u64 {
        self.call
    }

    /// The number of the attempt, counted from 1; 2 is the first retry.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The address. Its path and query can contain the user's data.
    #[must_use]
    pub fn url(&self) -> &Url {
        self.request.url()
    }

    /// The headers, without the key and without those that the HTTP client adds, such as `User-Agent`.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// The headers, which [`Middleware::before`] can change. The header of the key is overwritten when the
    /// request leaves.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        self.request.headers_mut()
    }

    /// The body, if there is one.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.request.body().and_then(reqwest::Body::as_bytes)
    }
}

/// Shows only the operation, the attempt and the call, because headers and bodies are the user's data.
impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("operation", &self.operation.id)
            .field("call", &self.call)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// The outcome of an attempt: a success or an error.
pub struct AttemptOutcome<'a> {
    elapsed: Duration,
    result: Result<(&'a Answer, HeaderMap), &'a Error>,
    key: &'a ApiKey,
}

impl AttemptOutcome<'_> {
    /// The time from when the request left until its answer was fully read, or the attempt failed.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match &self.result {
            Ok((answer, _)) => Some(answer.status().as_u16()),
            Err(error) => error.status(),
        }
    }

    /// The error of the attempt; `None` for a success. The call itself fails with it only if it is not
    /// retried.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.result.as_ref().err().copied()
    }

    /// The headers of a success.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.result.as_ref().ok().map(|(_, headers)| headers)
    }

    /// The body of a success, decompressed. For an error, [`Error::excerpt`] has the beginning of the body.
    #[must_use]
    pub fn body(&self) -> Option<Cow<'_, [u8]>> {
        let (answer, _) = self.result.as_ref().ok()?;
        Some(self.key.mask(answer.body()))
    }
}

/// Shows the status or the kind of the error, and the time.
impl fmt::Debug for AttemptOutcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptOutcome")
            .field("status", &self.status())
            .field("error", &self.error().map(Error::kind))
            .field("elapsed", &self.elapsed)
            .finish_non_exhaustive()
    }
}

/// The middleware of a client, in the order in which it was added.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    list: Vec<Arc<dyn Middleware>>,
    /// The number of calls so far.
    calls: AtomicU64,
}

impl Stack {
    pub(crate) fn push(&mut self, middleware: impl Middleware) {
        self.list.push(Arc::new(middleware));
    }

    /// Returns the number of the call that begins; 0 if there is no middleware.
    pub(crate) fn begin_call(&self) -> u64 {
        match self.list.is_empty() {
            true => 0,
            false => self.calls.fetch_add(1, Ordering::Relaxed) + 1,
        }
    }

    /// Calls `before` of each middleware and adds their headers to the request. Returns the attempt to show
    /// to `after`, or `None` if there is no middleware.
    pub(crate) fn before(
        &self,
        operation: &'static Operation,
        call: u64,
        number: u32,
        request: &mut Request,
    ) -> Option<Attempt> {
        if self.list.is_empty() {
            return None;
        }
        let mut attempt = Attempt {
            operation,
            call,
            number,
            request: copy(request),
        };
        for middleware in &self.list {
            middleware.before(&mut attempt);
        }
        request.headers_mut().clone_from(attempt.headers());
        Some(attempt)
    }

    /// Calls `after` of each middleware, the last one first.
    pub(crate) fn after(
        &self,
        attempt: &Attempt,
        elapsed: Duration,
        result: Result<&Answer, &Error>,
        key: &ApiKey,
    ) {
        let result = result.map(|answer| (answer, key.masked_headers(answer.headers())));
        let outcome = AttemptOutcome { elapsed, result, key };
        for middleware in self.list.iter().rev() {
            middleware.after(attempt, &outcome);
        }
    }
}

/// Copies the request. The bodies in this crate are in memory and shared.
fn copy(request: &Request) -> Request {
    request.try_clone().unwrap_or_else(|| {
        let mut copy = Request::new(request.method().clone(), request.url().clone());
        *copy.headers_mut() = request.headers().clone();
        copy
    })
}
