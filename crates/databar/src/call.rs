//! From the outcome of a generated call to a value or an [`Error`].

use std::error::Error as StdError;
use std::time::SystemTime;

use databar_api::{ErrorBody, ResponseValue, retry_after};
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind, is_idempotent};

/// How a call of the generated client ends.
type Outcome<T> = Result<ResponseValue<T>, databar_api::Error<ErrorBody>>;

/// The value, or what went wrong with `operation`. `now` is what a `Retry-After` date is compared with.
pub(crate) async fn settle<T: DeserializeOwned>(
    operation: &'static str,
    outcome: Outcome<T>,
    now: SystemTime,
) -> Result<T, Error> {
    use databar_api::Error as Api;

    let unknown_fate = !is_idempotent(operation);
    Err(match outcome {
        Ok(value) => return Ok(value.into_inner()),
        Err(Api::ErrorResponse(response)) => refused(operation, response, now),
        // Also a success that the document does not have: its body may name the task that was started.
        Err(Api::UnexpectedResponse(response)) => match ErrorBody::from_response(response).await {
            Ok(response) => refused(operation, response, now),
            Err(error) => {
                Error::new(ErrorKind::Connection, error.to_string()).with_may_have_run(unknown_fate)
            }
        },
        Err(Api::InvalidResponsePayload(body, error)) => {
            let (path, error) = locate::<T>(&body, error);
            let what = format!("the answer is not what the API document says: {error}");
            Error::new(ErrorKind::Decode, what)
                .with_json_path(path)
                .with_excerpt(ErrorBody::from_bytes(&body).excerpt())
                .with_may_have_run(unknown_fate)
                .with_source(error)
        }
        Err(Api::CommunicationError(error) | Api::ResponseBodyError(error) | Api::InvalidUpgrade(error)) => {
            lost(error, unknown_fate)
        }
        Err(Api::InvalidRequest(reason) | Api::Custom(reason)) => Error::new(ErrorKind::InvalidInput, reason),
    }
    .with_operation(operation))
}

fn refused(operation: &'static str, response: ResponseValue<ErrorBody>, now: SystemTime) -> Error {
    let (status, wait) = (response.status().as_u16(), retry_after(response.headers(), now));
    Error::from_answer(operation, status, response.into_inner()).with_retry_after(wait)
}

fn lost(error: reqwest::Error, unknown_fate: bool) -> Error {
    let host = error
        .url()
        .and_then(reqwest::Url::host_str)
        .unwrap_or("the service");
    let (kind, what) = match &error {
        e if e.is_builder() => (ErrorKind::InvalidInput, "the request cannot be built".to_owned()),
        e if e.is_connect() => (ErrorKind::Connect, format!("no connection to {host}")),
        e if e.is_timeout() => (ErrorKind::Timeout, format!("no answer from {host} in time")),
        _ => (ErrorKind::Connection, format!("the connection to {host} broke")),
    };
    let sent = !matches!(kind, ErrorKind::InvalidInput | ErrorKind::Connect);
    // The innermost cause is the one that says something, such as "Connection refused".
    let what = format!("{what} ({})", root_cause(&error));
    Error::new(kind, what)
        .with_may_have_run(sent && unknown_fate)
        .with_source(error)
}

fn root_cause(error: &dyn StdError) -> &dyn StdError {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause
}

/// Decodes again to learn where it failed: finding that out takes time, which what fits should not cost.
pub(crate) fn locate<T: DeserializeOwned>(
    body: &[u8],
    error: serde_json::Error,
) -> (String, serde_json::Error) {
    let mut json = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Ok(_) => (".".to_owned(), error),
        Err(located) => (located.path().to_string(), located.into_inner()),
    }
}
