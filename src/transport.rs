//! Sends requests: adds the key, retries where that is safe, and enforces the limits.
//!
//! It knows HTTP and the table of operations. `answer` reads the answers, and `retry` decides what may be
//! sent again.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::Request;
use reqwest::header::HeaderName;
use tracing::Instrument;

use crate::answer::{Answer, Reader, lost, unfit_item};
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, ErrorKind};
use crate::generated::runtime::{Misfit, Sending};
use crate::key::ApiKey;
use crate::middleware::{Middleware, Stack};
use crate::operations::Operation;
use crate::pace::Pace;
use crate::retry::{self, RetryPolicy};

/// The header that carries the key.
const KEY_HEADER: HeaderName = HeaderName::from_static("x-apikey");
/// The time limit of a download.
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(60 * 60);
const USER_AGENT: &str = concat!("databar-rs/", env!("CARGO_PKG_VERSION"));

/// Sends the requests of a [`Client`](crate::Client). It handles the key, retries, pace, limits, counting and
/// tracing.
///
/// Cloning is cheap. Clones share the key, the counter and the pace, which [`RetryPolicy`] describes.
/// Redirects are never followed, because they would send the key to their target.
#[derive(Clone)]
pub struct Transport(Arc<Parts>);

struct Parts {
    key: ApiKey,
    http: reqwest::Client,
    timeout: Duration,
    response_limit: usize,
    retry: RetryPolicy,
    clock: Arc<dyn Clock>,
    middleware: Stack,
    allow_http: bool,
    pace: Pace,
    requests_sent: AtomicU64,
}

/// The settings of a [`Transport`], each with a default.
#[derive(Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct TransportBuilder {
    key: ApiKey,
    http: reqwest::ClientBuilder,
    user_agent: Option<String>,
    timeout: Duration,
    connect_timeout: Duration,
    response_limit: usize,
    retry: RetryPolicy,
    clock: Arc<dyn Clock>,
    middleware: Stack,
    allow_http: bool,
}

impl TransportBuilder {
    /// Sets the underlying HTTP client: its proxy, certificates and connection pool. This takes a builder
    /// because redirects are turned off on it. The client's name, the time limit of a request and the time
    /// limit for connecting always come from this builder, whatever `http` sets.
    pub fn http(mut self, http: reqwest::ClientBuilder) -> Self {
        self.http = http;
        self
    }

    /// Sets the name of the program, such as `leads/1.2`. It comes before the name of this crate in the
    /// `User-Agent` header.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// Sets the time limit of a request, from when it leaves to the last byte of its answer. Each attempt of
    /// a retried request has the full time. Default: 60 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the time limit for connecting. At most nine tenths of the [timeout](Self::timeout) are used, so a
    /// connection that takes too long ends with a connect error and the request is known not to have been
    /// sent. Default: 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how many bytes the body of a success may have after decompression. A larger body is an error of
    /// kind [`TooLarge`](ErrorKind::TooLarge). Default: 64 MiB.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// Sets how often requests are retried when that is safe. Default: [`RetryPolicy::default`].
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Sets the source of time. Default: [`SystemClock`].
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Adds middleware, which sees each request and its outcome, but not the key. Its
    /// [`before`](Middleware::before) is called after that of middleware added earlier, its
    /// [`after`](Middleware::after) before theirs. Default: none.
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middleware.push(middleware);
        self
    }

    /// Sets whether files may be [downloaded](Transport::download) over plain HTTP from hosts other than this
    /// machine. Default: no.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// Builds the transport. Sends no request.
    ///
    /// # Errors
    /// When the connection settings do not work, such as certificates that cannot be loaded.
    pub fn build(self) -> reqwest::Result<Transport> {
        let user_agent = match self.user_agent {
            Some(name) => format!("{name} {USER_AGENT}"),
            None => USER_AGENT.to_owned(),
        };
        // The time limit of the request starts before the connection. If the two were equal, it would end
        // first.
        let connect_timeout = self.connect_timeout.min(self.timeout - self.timeout / 10);
        // reqwest drops `Authorization` when it follows a redirect to another host, but not our header.
        // Retries are decided in this crate alone.
        let http = self
            .http
            .user_agent(user_agent)
            .timeout(self.timeout)
            .connect_timeout(connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            // Verbose logging would write the bytes of the request, including the key, to the log.
            .connection_verbose(false)
            .retry(reqwest::retry::never())
            .build()?;
        Ok(Transport(Arc::new(Parts {
            key: self.key,
            http,
            timeout: self.timeout,
            response_limit: self.response_limit,
            retry: self.retry,
            clock: self.clock,
            middleware: self.middleware,
            allow_http: self.allow_http,
            pace: Pace::default(),
            requests_sent: AtomicU64::new(0),
        })))
    }
}

impl Transport {
    /// Creates a builder with a key and the default settings.
    pub fn builder(key: ApiKey) -> TransportBuilder {
        TransportBuilder {
            key,
            http: reqwest::Client::builder(),
            user_agent: None,
            timeout: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(10),
            response_limit: 64 * 1024 * 1024,
            retry: RetryPolicy::default(),
            clock: Arc::new(SystemClock::new()),
            middleware: Stack::default(),
            allow_http: false,
        }
    }

    /// Creates the generated client on this transport. `base_url` is scheme, host and port, such as
    /// `https://api.databar.ai`; the paths of the operations contain the version.
    #[must_use]
    pub fn client(&self, base_url: &str) -> crate::Client {
        crate::Client::new_with_client(base_url, self.0.http.clone(), self.clone())
    }

    /// The source of time.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    /// The number of requests sent so far, including retries, by all clones together.
    #[must_use]
    pub fn requests_sent(&self) -> u64 {
        self.0.requests_sent.load(Ordering::Relaxed)
    }

    /// How long no clone will send a request because the service answered 429; zero when requests can leave.
    #[must_use]
    pub fn held(&self) -> Duration {
        self.0.pace.held(self.0.clock.monotonic())
    }

    /// Masks the key in a text from the service, so that errors can print the text.
    #[must_use]
    pub fn without_key<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.0.key.mask(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(masked) => Cow::Owned(String::from_utf8_lossy(&masked).into_owned()),
        }
    }

    /// Requests a file from an address that the service returned, perhaps on another host. The key is not
    /// sent, and the time limit of requests does not apply because large files can take longer. The address
    /// may contain a signature, so no error shows it.
    ///
    /// # Errors
    ///
    /// When the address is neither `https` nor on this machine, when there is no answer, or when it is not a
    /// success.
    pub async fn download(&self, address: &str) -> Result<Download, Error> {
        let invalid = |what: &str| Error::new(ErrorKind::Inconsistent, what);
        let url = reqwest::Url::parse(address)
            .map_err(|_| invalid("the service returned an address of a file that is not a URL"))?;
        let is_local = url
            .host_str()
            .is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]"));
        if url.scheme() != "https" && !is_local && !self.0.allow_http {
            return Err(invalid(
                "the service returned an address of a file that is not https",
            ));
        }
        in_a_runtime()?;
        self.0.requests_sent.fetch_add(1, Ordering::Relaxed);
        let request = self.0.http.get(url).timeout(DOWNLOAD_TIMEOUT);
        let response = request.send().await.map_err(Download::lost)?;
        match response.status() {
            status if status.is_success() => Ok(Download(response)),
            status => {
                let what = format!(
                    "the file cannot be downloaded: its host answered with status {}",
                    status.as_u16()
                );
                let kind = match status.as_u16() {
                    404 => ErrorKind::NotFound,
                    403 | 410 => ErrorKind::Expired,
                    _ => ErrorKind::UnexpectedStatus,
                };
                Err(Error::new(kind, what).with_status(status.as_u16()))
            }
        }
    }

    /// The error for an item of a list that does not fit the requested type.
    pub(crate) fn unfit(
        &self,
        operation: &'static Operation,
        what: &str,
        misfit: Misfit,
        item: String,
    ) -> Error {
        unfit_item(operation, what, misfit, &item, &self.0.key)
    }

    /// Sends the request of an operation, and the requests that `again` makes where retrying is safe.
    ///
    /// # Errors
    ///
    /// When there is no answer, or it is not a success or cannot be read.
    // Boxed, because otherwise the future of every call would be as large as everything that a retried
    // request needs.
    pub(crate) fn call(
        self,
        operation: &'static Operation,
        request: Request,
        again: impl FnMut() -> Option<Request> + Send + 'static,
    ) -> Sending<Answer> {
        let span = tracing::debug_span!("databar", operation = operation.id, method = operation.method);
        Box::pin(async move { self.send(operation, request, again).await }.instrument(span))
    }

    async fn send(
        &self,
        operation: &'static Operation,
        mut request: Request,
        mut again: impl FnMut() -> Option<Request>,
    ) -> Result<Answer, Error> {
        in_a_runtime().map_err(|error| error.with_operation(operation.id))?;
        let time = request.timeout().copied().unwrap_or(self.0.timeout);
        let mut delays = self.0.retry.delays();
        let mut attempt = 1_u32;
        let mut earlier_may_have_run = false;
        let middleware = &self.0.middleware;
        let call = middleware.begin_call();
        loop {
            let permit = self.0.pace.enter(self.0.clock.as_ref(), time).await;
            let seen = middleware.before(operation, call, attempt, &mut request);
            let start = self.0.clock.monotonic();
            request.headers_mut().insert(KEY_HEADER, self.0.key.header());
            self.0.requests_sent.fetch_add(1, Ordering::Relaxed);
            let reader = Reader {
                operation,
                key: &self.0.key,
                clock: self.0.clock.as_ref(),
                limit: self.0.response_limit,
                deadline: Instant::now().checked_add(time),
            };
            let outcome = match self.0.http.execute(request).await {
                Ok(response) => reader.read(response).await,
                Err(error) => Err(lost(operation, error)),
            };
            if let Some(seen) = seen {
                let elapsed = self.0.clock.monotonic().saturating_sub(start);
                middleware.after(&seen, elapsed, outcome.as_ref(), &self.0.key);
            }
            let error = match outcome {
                Ok(answer) => {
                    permit.succeeded();
                    tracing::debug!(attempt, status = answer.status().as_u16(), "answered");
                    return Ok(answer);
                }
                Err(error) => error,
            };
            tracing::debug!(attempt, status = error.status(), failure = ?error.kind(), "no usable answer");
            let wait = match retry::may_repeat(operation.idempotent, &error) {
                true => delays
                    .next()
                    .and_then(|delay| self.0.retry.wait(error.retry_after(), delay)),
                false => None,
            };
            let is_rate_limited = error.kind() == ErrorKind::RateLimited;
            match wait {
                Some(wait) if is_rate_limited => {
                    permit.slow_down(self.0.clock.monotonic().saturating_add(wait));
                }
                _ => drop(permit),
            }
            let Some((next, wait)) = wait.and_then(|wait| Some((again()?, wait))) else {
                let is_gone = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Expired);
                return Err(
                    if is_gone && earlier_may_have_run && operation.method == "DELETE" {
                        error.after_a_lost_attempt()
                    } else {
                        error
                    },
                );
            };
            earlier_may_have_run |= !matches!(error.kind(), ErrorKind::Connect | ErrorKind::RateLimited);
            drop(error);
            tracing::info!(attempt, wait_ms = wait.as_millis(), "sending again after a wait");
            // After a 429, the pace waits, for this request and all others.
            if !is_rate_limited {
                self.0.clock.sleep(wait).await;
            }
            request = next;
            attempt += 1;
        }
    }
}

/// A file being downloaded, returned by [`Transport::download`].
#[derive(Debug)]
pub struct Download(reqwest::Response);

impl Download {
    /// The size of the file in bytes, if its host reports it.
    pub fn length(&self) -> Option<u64> {
        self.0.content_length()
    }

    /// Returns the next part of the file, or `None` at its end.
    ///
    /// # Errors
    ///
    /// When the connection breaks.
    pub async fn chunk(&mut self) -> Result<Option<bytes::Bytes>, Error> {
        self.0.chunk().await.map_err(Self::lost)
    }

    fn lost(error: reqwest::Error) -> Error {
        let kind = match &error {
            error if error.is_connect() => ErrorKind::Connect,
            error if error.is_timeout() => ErrorKind::Timeout,
            _ => ErrorKind::Connection,
        };
        let error = error.without_url();
        Error::new(kind, format!("the download broke off ({error})")).with_source(error)
    }
}

/// Written by hand so that only harmless parts are shown.
impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("retry", &self.0.retry)
            .field("requests_sent", &self.requests_sent())
            .finish_non_exhaustive()
    }
}

/// Checks that there is a runtime to send requests in, because tokio panics without one.
fn in_a_runtime() -> Result<(), Error> {
    match tokio::runtime::Handle::try_current() {
        Ok(_) => Ok(()),
        Err(_) => {
            let what = "no tokio runtime is running, so nothing was sent; make the call inside one, such as the one that \
                        `#[tokio::main]` starts";
            Err(Error::new(ErrorKind::Configuration, what))
        }
    }
}
