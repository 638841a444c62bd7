//! Reads answers to the end within their limits, and decodes them. An answer that is not a success becomes an
//! [`Error`].

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
use crate::not_found;
use crate::operations::Operation;
use crate::retry::retry_after;

/// The maximum number of bytes read from the body of an answer that is not a success.
const ERROR_BODY_LIMIT: usize = 1024 * 1024;
/// The maximum number of bytes reserved for a body in advance, whatever length the service announces.
const RESERVE_LIMIT: usize = 1024 * 1024;

/// Whether this crate was built with TLS. A program may also bring TLS itself through a feature of `reqwest`.
const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

/// Reads the answer of one request.
pub(crate) struct Reader<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) key: &'a ApiKey,
    pub(crate) clock: &'a dyn Clock,
    /// The maximum size of the body of a success, in bytes after decompression.
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
            // The beginning of an error body is useful even if the rest was cut off, so the limit is no error
            // here.
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
            End::TooLate => Error::new(ErrorKind::Timeout, "the answer was not complete in time"),
        };
        Err(error
            .with_operation(self.operation.id)
            .with_status(status.as_u16())
            .with_may_have_run(!self.operation.idempotent))
    }

    /// Reads the body, up to `limit` bytes of it.
    async fn body(&self, response: &mut reqwest::Response, limit: usize) -> (Vec<u8>, End) {
        let expected = response
            .content_length()
            .and_then(|length| usize::try_from(length).ok());
        let mut body = Vec::with_capacity(expected.unwrap_or(0).min(limit).min(RESERVE_LIMIT));
        loop {
            // Received data is decompressed without waiting for anything. So that the timer of the request
            // and other tasks get a turn, the deadline is checked and the task yields here.
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
        let error = Error::from_answer(self.operation.id, status.as_u16(), body)
            .with_retry_after(retry_after(headers, self.clock.now()));
        if status != StatusCode::NOT_FOUND {
            return error;
        }
        let what = not_found::describe(self.operation, Some(url));
        error.with_what(&String::from_utf8_lossy(&self.key.mask(what.as_bytes())))
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

    /// Reads the body as JSON. An empty body, such as that of a deletion, is read as `null`.
    ///
    /// # Errors
    ///
    /// When it is not a `T`.
    pub(crate) async fn json<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.read(|json| decode(json)).await
    }

    /// Reads the body as JSON with this function.
    ///
    /// # Errors
    ///
    /// When the body does not fit.
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
                // The messages of serde repeat the values that do not fit, so the text is read again without
                // the key.
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

    /// Returns the body as it came.
    pub(crate) async fn bytes(self) -> Result<Response<Bytes>, Error> {
        Ok(Response::new(self.status, self.headers, self.body.into()))
    }

    /// Returns the answer without the body.
    #[allow(clippy::unnecessary_wraps, reason = "generated code treats all answers alike")]
    pub(crate) async fn empty(self) -> Result<Response<()>, Error> {
        Ok(Response::new(self.status, self.headers, ()))
    }
}

const NOT_THE_DOCUMENT: &str = "the answer does not match the API document";

/// The error for an answer, or part of one, that does not fit its type.
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

/// The error for an item of a list that does not fit its type. It keeps the item.
pub(crate) fn unfit_item(
    operation: &'static Operation,
    what: &str,
    misfit: Misfit,
    item: &str,
    key: &ApiKey,
) -> Error {
    let masked = key.mask(item.as_bytes());
    // The message of serde may repeat the key.
    let misfit = match &masked {
        Cow::Borrowed(_) => misfit,
        Cow::Owned(_) => Misfit {
            error: serde::de::Error::custom("it does not fit the requested type"),
            ..misfit
        },
    };
    unfit(operation, what, Some(misfit), &masked)
        .with_data(serde_json::from_str(&String::from_utf8_lossy(&masked)).ok())
}

/// The error for a request that got no answer, or whose answer broke off.
pub(crate) fn lost(operation: &'static Operation, mut error: reqwest::Error) -> Error {
    let host = host(error.url());
    let needs_tls = error.url().is_some_and(|url| url.scheme() == "https");
    let (kind, what) = match &error {
        e if e.is_connect() && needs_tls && !HAS_TLS => (
            ErrorKind::Configuration,
            format!(
                "no connection to {host}: this build has no TLS; enable the feature `rustls` or `native-tls` of `databar`"
            ),
        ),
        e if e.is_builder() => (ErrorKind::InvalidInput, "the request cannot be built".to_owned()),
        e if e.is_connect() => (ErrorKind::Connect, format!("no connection to {host}")),
        e if e.is_timeout() => (ErrorKind::Timeout, format!("no answer from {host} in time")),
        _ => (ErrorKind::Connection, format!("the connection to {host} broke")),
    };
    // The innermost cause is the most specific, such as "Connection refused".
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let what = match kind {
        // The cause is that only `http` is known, which is no advice.
        ErrorKind::Configuration => what,
        _ => format!("{what} ({cause})"),
    };
    // Queries can contain what somebody searched for, and errors are printed in many places.
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

/// The host of an address, with the port if the address names one.
fn host(url: Option<&Url>) -> String {
    match url.and_then(|url| Some((url.host_str()?, url.port()))) {
        Some((host, Some(port))) => format!("{host}:{port}"),
        Some((host, None)) => host.to_owned(),
        None => "the service".to_owned(),
    }
}

/// The host that a redirect leads to. The rest of the address is left out because it may be confidential.
fn redirect_target(headers: &HeaderMap, url: &Url) -> Option<String> {
    let target = url.join(headers.get(LOCATION)?.to_str().ok()?).ok()?;
    target.host_str()?;
    Some(format!("host {}", host(Some(&target))))
}
