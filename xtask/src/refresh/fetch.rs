//! Fetches over HTTP: encrypted, from one host, with limits of time and size, and again after temporary
//! failures.

use std::error::Error as _;
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use futures::StreamExt;
use reqwest::header::{ETAG, IF_NONE_MATCH, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, redirect};
use url::{Host, Url};

/// The maximum number of redirects of one request.
const MAX_REDIRECTS: usize = 5;

/// The longest pause that a server can ask for.
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// Limits and retries of fetching.
#[derive(Debug, Clone)]
pub struct Patience {
    /// The maximum number of attempts for a request.
    pub attempts: u32,
    /// The pause before the second attempt. It doubles for each further one.
    pub pause: Duration,
    /// The time limit for connecting.
    pub connect: Duration,
    /// The time limit for one attempt, up to the last byte of the body.
    pub total: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 4,
            pause: Duration::from_millis(500),
            connect: Duration::from_secs(10),
            total: Duration::from_secs(60),
        }
    }
}

pub(crate) enum Fetched {
    /// The resource still has the ETag of the condition.
    NotModified,
    Body {
        bytes: Vec<u8>,
        etag: Option<String>,
    },
}

pub(crate) struct Fetcher {
    client: Client,
    patience: Patience,
}

enum Attempt {
    Done(Fetched),
    /// A temporary failure: the reason, and the pause that the server asks for.
    Again(String, Option<Duration>),
    Failed(String),
}

impl Fetcher {
    pub(crate) fn new(patience: Patience) -> Result<Self, String> {
        let client = Client::builder()
            .user_agent(concat!("databar-rs-xtask/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(patience.connect)
            .timeout(patience.total)
            .redirect(redirect::Policy::custom(within_host))
            .build()
            .map_err(|error| format!("no HTTP client: {error}"))?;
        Ok(Self { client, patience })
    }

    /// Fetches a URL. With an ETag, only if the resource has another one now.
    pub(crate) async fn get(&self, url: &Url, limit: usize, etag: Option<&str>) -> Result<Fetched, String> {
        check(url)?;
        let mut pause = self.patience.pause;
        for attempt in 1.. {
            let (reason, asked) = match self.attempt(url, limit, etag).await {
                Attempt::Done(fetched) => return Ok(fetched),
                Attempt::Failed(reason) => return Err(format!("{url}: {reason}")),
                Attempt::Again(reason, asked) => (reason, asked),
            };
            if attempt >= self.patience.attempts {
                return Err(format!("{url}: {reason} ({attempt} attempts)"));
            }
            tokio::time::sleep(asked.map_or(pause, |asked| asked.min(MAX_PAUSE))).await;
            pause *= 2;
        }
        Err(format!("{url}: no attempt was made"))
    }

    async fn attempt(&self, url: &Url, limit: usize, etag: Option<&str>) -> Attempt {
        let mut request = self.client.get(url.clone());
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return self.failed(&error),
        };
        let status = response.status();
        if status == StatusCode::NOT_MODIFIED && etag.is_some() {
            return Attempt::Done(Fetched::NotModified);
        }
        if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
            return Attempt::Again(format!("the server answers {status}"), retry_after(&response));
        }
        if status != StatusCode::OK {
            return Attempt::Failed(format!("the server answers {status}"));
        }
        let etag = response
            .headers()
            .get(ETAG)
            .and_then(|etag| etag.to_str().ok())
            .map(str::to_owned);
        match body(response, limit).await {
            Ok(bytes) => Attempt::Done(Fetched::Body { bytes, etag }),
            Err(Unread::TooLong) => Attempt::Failed(too_long(limit)),
            Err(Unread::Broken(error)) => self.failed(&error),
        }
    }

    fn failed(&self, error: &reqwest::Error) -> Attempt {
        let reason = root(error);
        if error.is_redirect() {
            Attempt::Failed(reason)
        } else if error.is_timeout() && !error.is_connect() {
            Attempt::Failed(format!(
                "the response was not complete within {:?}",
                self.patience.total
            ))
        } else if error.is_connect() {
            Attempt::Again(format!("no connection: {reason}"), None)
        } else if error.is_decode() {
            Attempt::Again(format!("the response is damaged: {reason}"), None)
        } else {
            Attempt::Again(format!("the connection broke: {reason}"), None)
        }
    }
}

pub(crate) fn too_long(limit: usize) -> String {
    format!("is longer than {} MB", limit / 1024 / 1024)
}

/// A URL must be encrypted or on this machine, and have no password, which would be sent.
fn check(url: &Url) -> Result<(), String> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!(
            "{}: the URL has a user name or a password; remove it",
            url.host_str().unwrap_or_default()
        ));
    }
    let is_loopback = match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    };
    if url.scheme() == "https" || (url.scheme() == "http" && is_loopback) {
        return Ok(());
    }
    Err(format!(
        "{url}: is not encrypted; use https (http is for this machine only)"
    ))
}

fn within_host(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let Some(first) = attempt.previous().first() else {
        return attempt.stop();
    };
    if let Err(reason) = check(attempt.url()) {
        return attempt.error(format!("redirects to {reason}"));
    }
    if first.host() != attempt.url().host()
        || first.port_or_known_default() != attempt.url().port_or_known_default()
    {
        let reason = format!("redirects to another host: {}", attempt.url());
        return attempt.error(reason);
    }
    if attempt.previous().len() > MAX_REDIRECTS {
        return attempt.error(format!("redirects more than {MAX_REDIRECTS} times"));
    }
    attempt.follow()
}

enum Unread {
    TooLong,
    Broken(reqwest::Error),
}

/// The decompressed body, up to the limit.
async fn body(response: Response, limit: usize) -> Result<Vec<u8>, Unread> {
    if response
        .content_length()
        .is_some_and(|length| length > limit as u64)
    {
        return Err(Unread::TooLong);
    }
    let mut bytes = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(Unread::Broken)?;
        if bytes.len() + chunk.len() > limit {
            return Err(Unread::TooLong);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The header is a number of seconds or a date (RFC 9110, section 10.2.3).
fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    match value.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => {
            let date = httpdate::parse_http_date(value).ok()?;
            Some(date.duration_since(SystemTime::now()).unwrap_or_default())
        }
    }
}

/// The innermost cause of an error, which names the actual problem.
fn root(error: &reqwest::Error) -> String {
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        reason = inner.to_string();
        source = inner.source();
    }
    reason
}
