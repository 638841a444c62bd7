//! Sends requests: adds the key, sends again where that is safe, and reads a text answer to its end before handing it on.
//!
//! It knows what the operations table says of an operation, and HTTP. What an answer means is for its callers to say.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use progenitor_client::Error;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName};
use reqwest::{Request, Response, ResponseBuilderExt};
use tracing::Instrument;

use crate::clock::{Clock, SystemClock};
use crate::error_body::ErrorBody;
use crate::key::ApiKey;
use crate::operations::Operation;
use crate::retry::{self, RetryPolicy};

/// The header that carries the key.
const KEY_HEADER: HeaderName = HeaderName::from_static("x-apikey");
const USER_AGENT: &str = concat!("databar-rs/", env!("CARGO_PKG_VERSION"));
/// Of the body of an answer that is not a success, this much is read.
const ERROR_BODY_LIMIT: usize = 1024 * 1024;

/// Sends the requests of a [`Client`](crate::Client): key, retries, counting, tracing.
///
/// Cheap to clone; clones share the key and the counter. Redirects are never followed: they would take
/// the key to wherever they lead.
#[derive(Clone)]
pub struct Transport(Arc<Inner>);

struct Inner {
    key: ApiKey,
    http: reqwest::Client,
    retry: RetryPolicy,
    clock: Arc<dyn Clock>,
    requests_sent: AtomicU64,
}

/// The parts of a [`Transport`], each with a default.
#[derive(Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct TransportBuilder {
    key: ApiKey,
    http: reqwest::ClientBuilder,
    retry: RetryPolicy,
    clock: Arc<dyn Clock>,
}

impl TransportBuilder {
    /// The settings of the connection: timeouts, proxy, certificates. Taken as a builder because
    /// redirects are turned off on it. Default: [`default_http`].
    pub fn http(mut self, http: reqwest::ClientBuilder) -> Self {
        self.http = http;
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

    /// Makes the transport; nothing is sent.
    ///
    /// # Errors
    /// When the settings of the connection do not work, such as certificates that cannot be loaded.
    pub fn build(self) -> reqwest::Result<Transport> {
        // reqwest drops `Authorization` when it follows a redirect to another host, but not our header; and
        // what may be sent again is decided here alone.
        let http = self
            .http
            .redirect(reqwest::redirect::Policy::none())
            // It would write the bytes of the request, the key among them, to the log.
            .connection_verbose(false)
            .retry(reqwest::retry::never())
            .build()?;
        Ok(Transport(Arc::new(Inner {
            key: self.key,
            http,
            retry: self.retry,
            clock: self.clock,
            requests_sent: AtomicU64::new(0),
        })))
    }
}

/// The connection settings that are used when none are given: 10 s to connect, 60 s for a request from
/// its start to the last byte of its answer; the user agent is this crate.
pub fn default_http() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(60))
}

impl Transport {
    /// Starts from a key and the defaults.
    pub fn builder(key: ApiKey) -> TransportBuilder {
        TransportBuilder {
            key,
            http: default_http(),
            retry: RetryPolicy::default(),
            clock: Arc::new(SystemClock::new()),
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

    /// Sends the request of an operation, and again where that is safe.
    ///
    /// # Errors
    ///
    /// When there is no answer, or a text answer breaks off. An answer that is not a success is an answer.
    pub(crate) async fn call(
        &self,
        operation: &'static Operation,
        request: Request,
    ) -> Result<Response, Error<ErrorBody>> {
        let span = tracing::debug_span!("databar", operation = operation.id, method = operation.method);
        let answer = self.send(request, operation.idempotent).instrument(span).await;
        answer.map_err(Error::CommunicationError)
    }

    async fn send(&self, mut request: Request, idempotent: bool) -> reqwest::Result<Response> {
        request.headers_mut().insert(KEY_HEADER, self.0.key.header());
        let mut delays = self.0.retry.delays();
        let mut attempt = 1_u32;
        loop {
            let spare = request.try_clone();
            let outcome = self.send_once(request, attempt).await;
            let next = spare
                .filter(|_| retry::may_repeat(idempotent, &outcome))
                .zip(delays.next());
            let Some((again, delay)) = next else {
                return outcome;
            };
            let asked = outcome
                .as_ref()
                .ok()
                .and_then(|response| retry::retry_after(response.headers(), self.0.clock.now()));
            let Some(wait) = self.0.retry.wait(asked, delay) else {
                return outcome;
            };
            drop(outcome);
            tracing::info!(attempt, wait_ms = wait.as_millis(), "sending again after a wait");
            self.0.clock.sleep(wait).await;
            request = again;
            attempt += 1;
        }
    }

    async fn send_once(&self, request: Request, attempt: u32) -> reqwest::Result<Response> {
        self.0.requests_sent.fetch_add(1, Ordering::Relaxed);
        let outcome = match self.0.http.execute(request).await {
            Ok(response) => read_to_end(response).await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(response) => {
                tracing::debug!(attempt, status = response.status().as_u16(), "answered");
                Ok(response)
            }
            Err(mut error) => {
                tracing::debug!(attempt, failure = failure(&error), "no usable answer");
                // Queries can hold what somebody searched for; an error is printed in many places.
                if let Some(url) = error.url_mut() {
                    url.set_query(None);
                }
                Err(error)
            }
        }
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

fn failure(error: &reqwest::Error) -> &'static str {
    match error {
        e if e.is_connect() => "connect",
        e if e.is_timeout() => "timeout",
        e if e.is_body() || e.is_decode() => "body",
        _ => "request",
    }
}

/// Reads a text answer, or any that is not a success, to its end, so that a truncated one fails here, where the
/// request can be repeated. The beginning of an answer that is not a success is worth more than the knowledge that it was cut.
async fn read_to_end(mut response: Response) -> reqwest::Result<Response> {
    if response.status().is_success() && !is_text(response.headers()) {
        return Ok(response);
    }
    let (status, version, mut url) = (response.status(), response.version(), response.url().clone());
    // Queries can hold what somebody searched for, and `Debug` of a response prints its URL.
    url.set_query(None);
    let headers = std::mem::take(response.headers_mut());
    let extensions = std::mem::take(response.extensions_mut());
    let body = if status.is_success() {
        // Deletions and the like may answer with nothing: where any JSON is an answer, that is `null`.
        Some(response.bytes().await?)
            .filter(|body| !body.is_empty())
            .unwrap_or(Bytes::from_static(b"null"))
    } else {
        read_what_comes(response).await
    };
    let mut whole = whole(url, body);
    *whole.status_mut() = status;
    *whole.version_mut() = version;
    *whole.headers_mut() = headers;
    whole.extensions_mut().extend(extensions);
    Ok(whole.into())
}

#[expect(
    clippy::expect_used,
    reason = "the builder is given nothing that it would have to parse"
)]
fn whole(url: reqwest::Url, body: Bytes) -> http::Response<Bytes> {
    http::Response::builder()
        .url(url)
        .body(body)
        .expect("a response of checked parts")
}

async fn read_what_comes(mut response: Response) -> Bytes {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() >= ERROR_BODY_LIMIT {
            body.truncate(ERROR_BODY_LIMIT);
            break;
        }
    }
    body.into()
}

/// JSON, any text, and bodies of an unnamed type; everything else is left as a stream.
fn is_text(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return true;
    };
    let Ok(value) = value.to_str() else { return true };
    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence.starts_with("text/") || essence == "application/json" || essence.ends_with("+json")
}
