//! Sends requests: adds the key, sends again where that is safe, and keeps the limits.
//!
//! It knows what the operations table says of an operation, and HTTP. How an answer is read is in `answer`, what may be sent
//! again in `retry`.

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
/// The longest time that a download may take.
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(60 * 60);
const USER_AGENT: &str = concat!("databar-rs/", env!("CARGO_PKG_VERSION"));

/// Sends the requests of a [`Client`](crate::Client): key, retries, pace, limits, counting, tracing.
///
/// Cheap to clone; clones share the key, the counter and the pace, which [`RetryPolicy`] describes. Redirects are never
/// followed: they would take the key to wherever they lead.
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

/// The parts of a [`Transport`], each with a default.
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
    /// The settings of the connection: proxy, certificates, pool. Taken as a builder because redirects are turned off on it;
    /// the name of the client and the time for a request and for connecting are those of this builder, whatever is set on it.
    pub fn http(mut self, http: reqwest::ClientBuilder) -> Self {
        self.http = http;
        self
    }

    /// The name of the program, such as `leads/1.2`. Requests have it before the name of this crate in their `User-Agent`.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// The longest time that a request may take, from when it leaves to the last byte of its answer; each attempt of a
    /// repeated request has it anew. Default: 60 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The longest time that connecting may take, and never more than nine tenths of the [time](Self::timeout) for the
    /// request: a connection that takes too long is then known to be none, and so the request to be not sent. Default: 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How many bytes the body of a success may have, counted after decompression; a larger one is an error of the kind
    /// [`TooLarge`](ErrorKind::TooLarge). Default: 64 MiB.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// How often to send again what can be sent again. Default: [`RetryPolicy::default`].
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// The source of time. Default: [`SystemClock`].
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Adds middleware, which sees each request and what came of it, but not the key. It is called after what was added before,
    /// and its [`after`](Middleware::after) first. Default: none.
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middleware.push(middleware);
        self
    }

    /// Whether files may be [downloaded](Transport::download) over plain HTTP from hosts other than this machine. Default: no.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// Makes the transport; nothing is sent.
    ///
    /// # Errors
    /// When the settings of the connection do not work, such as certificates that cannot be loaded.
    pub fn build(self) -> reqwest::Result<Transport> {
        let user_agent = match self.user_agent {
            Some(name) => format!("{name} {USER_AGENT}"),
            None => USER_AGENT.to_owned(),
        };
        // The time for the request begins before the connection; were the two equal, it would end first.
        let connect_timeout = self.connect_timeout.min(self.timeout - self.timeout / 10);
        // reqwest drops `Authorization` when it follows a redirect to another host, but not our header; and
        // what may be sent again is decided here alone.
        let http = self
            .http
            .user_agent(user_agent)
            .timeout(self.timeout)
            .connect_timeout(connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            // It would write the bytes of the request, the key among them, to the log.
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
    /// Starts from a key and the defaults.
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

    /// The generated client on this transport. `base_url` is scheme, host and port, such as
    /// `https://api.databar.ai`; the version belongs to the paths of the operations.
    #[must_use]
    pub fn client(&self, base_url: &str) -> crate::Client {
        crate::Client::new_with_client(base_url, self.0.http.clone(), self.clone())
    }

    /// The source of time.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    /// How many requests left so far, repetitions included; shared by all clones.
    #[must_use]
    pub fn requests_sent(&self) -> u64 {
        self.0.requests_sent.load(Ordering::Relaxed)
    }

    /// How long no clone sends, because the service answered 429; zero when requests leave.
    #[must_use]
    pub fn held(&self) -> Duration {
        self.0.pace.held(self.0.clock.monotonic())
    }

    /// Words of the service without the key, should they have it in them: for errors, which are printed.
    #[must_use]
    pub fn without_key<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.0.key.mask(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(masked) => Cow::Owned(String::from_utf8_lossy(&masked).into_owned()),
        }
    }

    /// Asks for a file that the service has laid down at an address, perhaps on another host: without the key, and without the
    /// time limit of requests, which large files would outlast. Its address may hold a signature, so that no error shows it.
    ///
    /// # Errors
    ///
    /// When the address is neither `https` nor on this machine, when there is no answer, or one that is not a success.
    pub async fn download(&self, address: &str) -> Result<Download, Error> {
        let invalid = |what: &str| Error::new(ErrorKind::Inconsistent, what);
        let url = reqwest::Url::parse(address)
            .map_err(|_| invalid("the service gave something for the address of a file that is not a URL"))?;
        let is_local = url
            .host_str()
            .is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]"));
        if url.scheme() != "https" && !is_local && !self.0.allow_http {
            return Err(invalid("the service gave an address of a file that is not https"));
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

    /// The error for an item of a list that does not fit the type that was asked for.
    pub(crate) fn unfit(
        &self,
        operation: &'static Operation,
        what: &str,
        misfit: Misfit,
        item: String,
    ) -> Error {
        unfit_item(operation, what, misfit, &item, &self.0.key)
    }

    /// Sends the request of an operation, and where that is safe the one that is made `again`.
    ///
    /// # Errors
    ///
    /// When there is no answer, or one that is not a success or cannot be read.
    // Boxed, since the future of every call would have the size of all that a repeated request may hold.
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
            // After a 429 the pace waits, for this request and all others.
            if !is_rate_limited {
                self.0.clock.sleep(wait).await;
            }
            request = next;
            attempt += 1;
        }
    }
}

/// A file that is being downloaded; made by [`Transport::download`].
#[derive(Debug)]
pub struct Download(reqwest::Response);

impl Download {
    /// How many bytes it has, if its host says so.
    pub fn length(&self) -> Option<u64> {
        self.0.content_length()
    }

    /// The next part of it; `None` at its end.
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

/// Written by hand so that only what is harmless is shown.
impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("retry", &self.0.retry)
            .field("requests_sent", &self.requests_sent())
            .finish_non_exhaustive()
    }
}

/// Whether there is a runtime to send anything in: without one, tokio panics.
fn in_a_runtime() -> Result<(), Error> {
    match tokio::runtime::Handle::try_current() {
        Ok(_) => Ok(()),
        Err(_) => {
            let what = "there is no tokio runtime here, so nothing was sent; call it from a task of one, as `#[tokio::main]` \
                        makes it";
            Err(Error::new(ErrorKind::Configuration, what))
        }
    }
}
