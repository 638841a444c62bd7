//! An answer: read to its end within its limits, and decoded. One that is not a success is an [`Error`].

use std::borrow::Cow;
use std::time::Instant;

use bytes::Bytes;
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{StatusCode, Url};
use serde::de::DeserializeOwned;

use crate::clock::Clock;
use crate::error::{Error, ErrorKind};
use crate::error_body::ErrorBody;
use crate::generated::Response;
use crate::generated::runtime::{Misfit, decode};
use crate::key::ApiKey;
use crate::operations::Operation;
use crate::retry::retry_after;

/// Of the body of an answer that is not a success, this much is read.
const ERROR_BODY_LIMIT: usize = 1024 * 1024;
/// At most this much is reserved for a body in advance, whatever length the service announces.
const RESERVE_LIMIT: usize = 1024 * 1024;

/// Whether this crate was built with TLS. A program may bring its own, by a feature of `reqwest`.
const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

/// How an answer is read.
pub(crate) struct Reader<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) key: &'a ApiKey,
    pub(crate) clock: &'a dyn Clock,
    /// How many bytes the body of a success may have, decompressed.
    pub(crate) limit: usize,
    /// When the time of the request is over.
    pub(crate) deadline: Option<Instant>,
}

/// An answer that is a success.
pub(crate) struct Answer {
    operation: &'static Operation,
    key: ApiKey,
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// How the reading of a body ended.
enum End {
    Whole,
    Broken(reqwest::Error),
    TooLarge,
    TooLate,
}

impl Reader<'_> {
    /// Reads an answer.
    ///
    /// # Errors
    ///
    /// When it is not a success, is too large, breaks off, or takes too long.
    pub(crate) async fn read(&self, mut response: reqwest::Response) -> Result<Answer, Error> {
        let status = response.status();
        let mut headers = std::mem::take(response.headers_mut());
        self.key.hide_in(&mut headers);
        if !status.is_success() {
            // The beginning of such a body is worth more than the knowledge that it was cut.
            let (body, _) = self.body(&mut response, ERROR_BODY_LIMIT).await;
            return Err(self.refusal(status, &headers, &body, response.url()));
        }
        let (body, end) = self.body(&mut response, self.limit).await;
        let error = match end {
            End::Whole => {
                return Ok(Answer {
                    operation: self.operation,
                    key: self.key.clone(),
                    status,
                    headers,
                    body,
                });
            }
            End::Broken(error) => lost(self.operation, error),
            End::TooLarge => {
                let what = format!("the answer has more than {} bytes", self.limit);
                Error::new(ErrorKind::TooLarge, what).with_excerpt(self.key.mask(&body))
            }
            End::TooLate => Error::new(ErrorKind::Timeout, "the answer did not come to its end in time"),
        };
        Err(error
            .with_operation(self.operation.id)
            .with_status(status.as_u16())
            .with_may_have_run(!self.operation.idempotent))
    }

    /// The body, up to `limit` bytes of it.
    async fn body(&self, response: &mut reqwest::Response, limit: usize) -> (Vec<u8>, End) {
        let expected = response
            .content_length()
            .and_then(|length| usize::try_from(length).ok());
        let mut body = Vec::with_capacity(expected.unwrap_or(0).min(limit).min(RESERVE_LIMIT));
        loop {
            // What has come compressed is decompressed without waiting for anything, so neither the timer of the request nor
            // other tasks would have their turn.
            if self.deadline.is_some_and(|deadline| Instant::now() > deadline) {
                return (body, End::TooLate);
            }
            tokio::task::consume_budget().await;
            let chunk = match response.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return (body, End::Whole),
                Err(error) => return (body, End::Broken(error)),
            };
            let room = limit - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                return (body, End::TooLarge);
            }
        }
    }

    fn refusal(&self, status: StatusCode, headers: &HeaderMap, body: &[u8], url: &Url) -> Error {
        let mut body = ErrorBody::from_bytes(&self.key.mask(body));
        if status.is_redirection()
            && let Some(target) = redirect_target(headers, url)
        {
            let words =
                format!("redirect to {target}, which is not followed because the API key would go there too");
            body = body.saying(&String::from_utf8_lossy(&self.key.mask(words.as_bytes())));
        }
        Error::from_answer(self.operation.id, status.as_u16(), body)
            .with_retry_after(retry_after(headers, self.clock.now()))
    }
}

impl Answer {
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as JSON. Deletions and the like may answer with nothing, which is read as `null`.
    ///
    /// # Errors
    ///
    /// When it is not a `T`.
    pub(crate) async fn json<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.read(|json| decode(json)).await
    }

    /// The body as JSON, read by a function.
    ///
    /// # Errors
    ///
    /// When it does not fit.
    pub(crate) async fn read<T>(
        self,
        decode: impl Fn(&Bytes) -> Result<T, Misfit>,
    ) -> Result<Response<T>, Error> {
        let text = if self.body.is_empty() {
            Bytes::from_static(b"null")
        } else {
            self.body.into()
        };
        match decode(&text) {
            Ok(value) => Ok(Response::new(self.status, self.headers, value)),
            Err(misfit) => {
                // Messages of serde repeat what does not fit, so it is read without the key.
                let (text, misfit) = match self.key.mask(&text) {
                    Cow::Borrowed(_) => (text, Some(misfit)),
                    Cow::Owned(masked) => {
                        let masked = masked.into();
                        let misfit = decode(&masked).err();
                        (masked, misfit)
                    }
                };
                Err(unfit(self.operation, NOT_THE_DOCUMENT, misfit, &text).with_status(self.status.as_u16()))
            }
        }
    }

    /// The body as it came.
    pub(crate) async fn bytes(self) -> Result<Response<Bytes>, Error> {
        Ok(Response::new(self.status, self.headers, self.body.into()))
    }

    /// Without the body.
    #[allow(clippy::unnecessary_wraps, reason = "generated code treats all answers alike")]
    pub(crate) async fn empty(self) -> Result<Response<()>, Error> {
        Ok(Response::new(self.status, self.headers, ()))
    }
}

const NOT_THE_DOCUMENT: &str = "the answer is not what the API document says";

/// The error for an answer, or a part of one, that does not fit its type.
fn unfit(operation: &'static Operation, what: &str, misfit: Option<Misfit>, text: &[u8]) -> Error {
    match misfit {
        Some(Misfit { path, error, .. }) => Error::new(ErrorKind::Decode, format!("{what}: {error}"))
            .with_json_path(path)
            .with_source(error),
        None => Error::new(ErrorKind::Decode, what),
    }
    .with_operation(operation.id)
    .with_may_have_run(!operation.idempotent)
    .with_excerpt(text)
}

/// The error for an item of a list that does not fit its type. The item is kept.
pub(crate) fn unfit_item(
    operation: &'static Operation,
    what: &str,
    misfit: Misfit,
    item: &str,
    key: &ApiKey,
) -> Error {
    let masked = key.mask(item.as_bytes());
    // What serde says of the item may repeat the key.
    let misfit = match &masked {
        Cow::Borrowed(_) => misfit,
        Cow::Owned(_) => Misfit {
            error: serde::de::Error::custom("it does not fit the type that was asked for"),
            ..misfit
        },
    };
    unfit(operation, what, Some(misfit), &masked)
        .with_data(serde_json::from_str(&String::from_utf8_lossy(&masked)).ok())
}

/// The error for a request without an answer, or with one that broke off.
pub(crate) fn lost(operation: &'static Operation, mut error: reqwest::Error) -> Error {
    let host = error.url().and_then(Url::host_str).unwrap_or("the service");
    let needs_tls = error.url().is_some_and(|url| url.scheme() == "https");
    let (kind, what) = match &error {
        e if e.is_connect() && needs_tls && !HAS_TLS => (
            ErrorKind::Configuration,
            format!(
                "no connection to {host}: this build has no TLS; enable the feature `rustls` or `native-tls`"
            ),
        ),
        e if e.is_builder() => (ErrorKind::InvalidInput, "the request cannot be built".to_owned()),
        e if e.is_connect() => (ErrorKind::Connect, format!("no connection to {host}")),
        e if e.is_timeout() => (ErrorKind::Timeout, format!("no answer from {host} in time")),
        _ => (ErrorKind::Connection, format!("the connection to {host} broke")),
    };
    // The innermost cause is the one that says something, such as "Connection refused".
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let what = format!("{what} ({cause})");
    // Queries can hold what somebody searched for; an error is printed in many places.
    if let Some(url) = error.url_mut() {
        url.set_query(None);
    }
    let sent = !matches!(
        kind,
        ErrorKind::InvalidInput | ErrorKind::Connect | ErrorKind::Configuration
    );
    Error::new(kind, what)
        .with_operation(operation.id)
        .with_may_have_run(sent && !operation.idempotent)
        .with_source(error)
}

/// Where a redirect leads: the host only, since the rest may carry what is not ours to show.
fn redirect_target(headers: &HeaderMap, url: &Url) -> Option<String> {
    let target = url.join(headers.get(LOCATION)?.to_str().ok()?).ok()?;
    let host = target.host_str()?;
    Some(match target.port() {
        Some(port) => format!("host {host}:{port}"),
        None => format!("host {host}"),
    })
}
