//! The error type: what failed, what the service said, whether the request may have had an effect, and what
//! to do.
//!
//! `transport` and `answer` turn failed requests into errors; this module only defines them.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::error_body::{ErrorBody, FieldError, excerpt};
use crate::generated::runtime::is_refusal;
use crate::ids::{InvalidId, TaskId};
use crate::retry::LONGEST;
use crate::{not_found, operations};

/// The error of a call.
///
/// [`kind`](Self::kind) says what happened. The `is_` methods group the kinds by what a program does about
/// them. Before anything that costs credits is sent again, check [`may_have_run`](Self::may_have_run).
/// `Display` writes one line that makes sense on its own, and so does `Debug`, which `main` prints for an
/// error that it returns. `{:#?}` shows the parts. None of them shows the key, even if the service echoes it.
///
/// # Troubleshooting
///
/// - [`is_auth`](Self::is_auth): the key is wrong, or the plan of its workspace has no access.
/// - [`is_out_of_credits`](Self::is_out_of_credits): nothing was run; add credits.
/// - [`ErrorKind::OverBudget`]: nothing was run; the message has the possible cost and the limit.
/// - [`is_not_found`](Self::is_not_found) and [`may_have_run`](Self::may_have_run) after a deletion: an
///   earlier attempt, whose answer was lost, may have deleted it. Either way it no longer exists.
/// - [`ErrorKind::Decode`]: the answer does not match the API document; [`json_path`](Self::json_path) and
///   [`excerpt`](Self::excerpt) show where.
///
/// # Errors in tests
///
/// Applications can create the errors that they want to handle:
///
/// ```
/// # use databar_api as databar;
/// use databar::{Error, ErrorBody, ErrorKind};
///
/// let error = Error::from_answer("run_enrichment", 406, ErrorBody::default());
/// assert!(error.is_out_of_credits() && !error.may_have_run());
///
/// let error = Error::new(ErrorKind::Timeout, "no answer within 60 s").with_may_have_run(true);
/// assert!(error.is_timeout() && error.may_have_run());
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    what: String,
    operation: Option<&'static str>,
    status: Option<u16>,
    body: Option<ErrorBody>,
    excerpt: Option<String>,
    json_path: Option<String>,
    may_have_run: bool,
    retry_after: Option<Duration>,
    task_id: Option<TaskId>,
    data: Option<Value>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be set up, or cannot work in its surroundings: there is no key, the key or the
    /// address cannot be used, or no `tokio` runtime is running.
    Configuration,
    /// The call was refused before any request was sent.
    InvalidInput,
    /// No connection was established, so nothing was sent.
    Connect,
    /// There was no answer in time, or the service answered with status 408.
    Timeout,
    /// The connection broke after the request was sent, or in the middle of the answer.
    Connection,
    /// The service answered with a redirect. Redirects are never followed, because the key would be sent to
    /// their target.
    Redirect,
    /// 401 or 403: the key is missing, wrong, or without access.
    Auth,
    /// 404: what the request names does not exist, or is not in the workspace of this key. Or the base URL is
    /// wrong.
    NotFound,
    /// 406: not enough credits, or the plan does not include the operation.
    OutOfCredits,
    /// The run may cost more than the client's limit, so it was not sent.
    OverBudget,
    /// 409: somebody else changed it, it is in use, or it is already finished.
    Conflict,
    /// 410 or the task status `gone`: results are kept for 24 hours.
    Expired,
    /// 400 or 422: the request is not valid.
    Validation,
    /// 429: too many requests.
    RateLimited,
    /// 5xx: the service failed.
    Server,
    /// The service answered with a status that is not in the API document.
    UnexpectedStatus,
    /// The service answered with success, but the body does not match the API document.
    Decode,
    /// The service answered with success, but the body is larger than the limit.
    TooLarge,
    /// The task ran and failed.
    TaskFailed,
    /// The task was cancelled.
    Cancelled,
    /// The task has a status that this version does not know.
    UnknownStatus,
    /// The task was not done when the deadline passed. It keeps running.
    WaitTimedOut,
    /// The service's answers contradict each other, such as a bulk result whose length differs from its
    /// inputs, or a list whose pages do not end.
    Inconsistent,
}

impl Error {
    /// Creates an error of this kind. `what` says what happened; it is printed after the name of the
    /// operation.
    #[must_use]
    pub fn new(kind: ErrorKind, what: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            what: bounded(&what.into()),
            operation: None,
            status: None,
            body: None,
            excerpt: None,
            json_path: None,
            may_have_run: false,
            retry_after: None,
            task_id: None,
            data: None,
            source: None,
        }))
    }

    /// Creates the error for an answer with this status and body. `operation` is the operation's id in snake
    /// case, such as `run_enrichment`.
    #[must_use]
    pub fn from_answer(operation: &'static str, status: u16, body: ErrorBody) -> Self {
        let (kind, what) = match status {
            300..=399 => (ErrorKind::Redirect, "the service answered with a redirect"),
            400 | 422 => (
                ErrorKind::Validation,
                "the service refused the request as invalid",
            ),
            401 | 403 => (ErrorKind::Auth, "the service refused access"),
            404 => (ErrorKind::NotFound, "what the request names was not found"),
            406 => (
                ErrorKind::OutOfCredits,
                "not enough credits, or not part of the plan",
            ),
            408 => (ErrorKind::Timeout, "the service gave up waiting"),
            409 => (
                ErrorKind::Conflict,
                "the service refused because of the current state",
            ),
            410 => (ErrorKind::Expired, "the results are no longer kept"),
            429 => (ErrorKind::RateLimited, "too many requests"),
            501 | 505 => (ErrorKind::Server, "the service does not support this"),
            500..=599 => (ErrorKind::Server, "the service failed"),
            _ => (
                ErrorKind::UnexpectedStatus,
                "the API document does not list this status",
            ),
        };
        // Only a refusal certainly had no effect.
        let may_have_run = !is_refusal(status) && !is_idempotent(operation);
        let error = match operations::find(operation) {
            Some(operation) if kind == ErrorKind::NotFound => {
                Self::new(kind, not_found::describe(operation, None))
            }
            _ => Self::new(kind, what),
        };
        error
            .with_operation(operation)
            .with_may_have_run(may_have_run)
            .with_status(status)
            .with_excerpt(body.excerpt())
            .with_body(body)
    }

    /// The error for arguments from which no request can be made.
    pub(crate) fn invalid_request(operation: &'static str, reason: String) -> Self {
        Self::new(ErrorKind::InvalidInput, reason).with_operation(operation)
    }

    /// The error for answers that contradict each other.
    pub(crate) fn inconsistent(operation: &'static str, what: String) -> Self {
        Self::new(ErrorKind::Inconsistent, what).with_operation(operation)
    }

    /// This answer to a deletion that was sent before, and whose first answer was lost.
    pub(crate) fn after_a_lost_attempt(mut self) -> Self {
        if self.0.kind == ErrorKind::Expired {
            "it no longer exists".clone_into(&mut self.0.what);
        }
        self.0.what += "; an earlier attempt, whose answer was lost, may have deleted it";
        self.with_may_have_run(true)
    }

    /// Replaces the words that say what happened.
    pub(crate) fn with_what(mut self, what: &str) -> Self {
        self.0.what = bounded(what);
        self
    }

    /// Sets the operation that failed: its id in snake case.
    #[must_use]
    pub fn with_operation(mut self, operation: &'static str) -> Self {
        self.0.operation = Some(operation);
        self
    }

    /// Sets whether the request may have had an effect.
    #[must_use]
    pub fn with_may_have_run(mut self, may_have_run: bool) -> Self {
        self.0.may_have_run = may_have_run;
        self
    }

    /// Sets the HTTP status of the answer.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Sets how long the service asked to wait; at most a day.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: impl Into<Option<Duration>>) -> Self {
        self.0.retry_after = retry_after.into().map(|wait| wait.min(LONGEST));
        self
    }

    /// Sets the id of the task that the error is about.
    #[must_use]
    pub fn with_task_id(mut self, task_id: TaskId) -> Self {
        self.0.task_id = Some(task_id);
        self
    }

    /// Sets the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Sets the body of the answer.
    #[must_use]
    pub fn with_body(mut self, body: ErrorBody) -> Self {
        self.0.body = Some(body);
        self
    }

    /// Sets the place in the JSON of the answer where a value did not fit.
    #[must_use]
    pub fn with_json_path(mut self, path: impl Into<String>) -> Self {
        self.0.json_path = Some(path.into());
        self
    }

    /// Sets the excerpt to the beginning of this body.
    #[must_use]
    pub fn with_excerpt(mut self, body: impl AsRef<[u8]>) -> Self {
        self.0.excerpt = Some(excerpt(body.as_ref())).filter(|excerpt| !excerpt.is_empty());
        self
    }

    /// Sets the value that was read but did not fit the requested type.
    #[must_use]
    pub fn with_data(mut self, data: impl Into<Option<Value>>) -> Self {
        self.0.data = data.into();
        self
    }

    /// What happened.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// 401 or 403: the key is missing, wrong, or without access.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        self.0.kind == ErrorKind::Auth
    }

    /// 404: what the request names does not exist, or is not in the workspace of this key.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// 406: not enough credits, or the plan does not include the operation.
    #[must_use]
    pub fn is_out_of_credits(&self) -> bool {
        self.0.kind == ErrorKind::OutOfCredits
    }

    /// 410, or a task with the status `gone`: results are kept for 24 hours.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.0.kind == ErrorKind::Expired
    }

    /// The request is not valid: the service refused it (400, 422), or it was refused before it was sent.
    #[must_use]
    pub fn is_validation(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Validation | ErrorKind::InvalidInput)
    }

    /// 409: somebody else changed it, it is in use, or it is already finished.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.0.kind == ErrorKind::Conflict
    }

    /// 429: too many requests. See [`retry_after`](Self::retry_after).
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.0.kind == ErrorKind::RateLimited
    }

    /// No answer in time, or a task that was not done at its deadline.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Timeout | ErrorKind::WaitTimedOut)
    }

    /// No connection was established, so nothing was sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.0.kind == ErrorKind::Connect
    }

    /// Whether the work may have been done despite the error.
    ///
    /// True if a request that bills, inserts or runs something was sent, and no answer says that it was
    /// refused: after a lost connection, a timeout, a success that cannot be read, or any status except 307,
    /// 308 and those of refusals (4xx without 408 and 499; 501 and 505). Check whether the work was done
    /// before you send it again. False for reads, and whenever the service refused the request or was never
    /// reached.
    ///
    /// Also true for a deletion that was retried after a lost answer and then got a 404 or 410: the first
    /// attempt may have deleted it.
    #[must_use]
    pub fn may_have_run(&self) -> bool {
        self.0.may_have_run
    }

    /// How long the service asked to wait before the next request; at most a day, however long it asked for.
    /// Set when the wait was longer than the retry policy allows, or no attempts were left.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The HTTP status of the answer, if there was one, even if the answer broke off, is too large, or cannot
    /// be read.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The id of the operation that failed, in snake case.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.0.operation
    }

    /// The service's own message, at most 2 KiB.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0
            .body
            .as_ref()
            .map(ErrorBody::message)
            .filter(|message| !message.is_empty())
    }

    /// The service's own code, such as `INVALID_PARAMS`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.body.as_ref().and_then(ErrorBody::code)
    }

    /// The service's errors about single values of the request.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        self.0.body.as_ref().map_or(&[], ErrorBody::field_errors)
    }

    /// The id of the task that the error is about. It can be used to wait again.
    #[must_use]
    pub fn task_id(&self) -> Option<&TaskId> {
        self.0.task_id.as_ref()
    }

    /// The place in the JSON of the answer where a value did not fit, such as `data[3].email`.
    #[must_use]
    pub fn json_path(&self) -> Option<&str> {
        self.0.json_path.as_deref()
    }

    /// The beginning of the body of the answer, at most 2 KiB.
    #[must_use]
    pub fn excerpt(&self) -> Option<&str> {
        self.0.excerpt.as_deref()
    }

    /// The value that was read but did not fit the requested type, kept so that it is not lost: the results
    /// of a paid task, or a row.
    #[must_use]
    pub fn data(&self) -> Option<&Value> {
        self.0.data.as_ref()
    }

    fn advice(&self) -> Option<Cow<'static, str>> {
        if self.0.kind == ErrorKind::NotFound && !self.0.may_have_run {
            return Some(not_found::advice(operations::find(self.0.operation?)?).into());
        }
        self.advice_by_kind().map(Cow::Borrowed)
    }

    fn advice_by_kind(&self) -> Option<&'static str> {
        if self.0.may_have_run {
            return match self.0.kind {
                // The message already says it.
                ErrorKind::NotFound | ErrorKind::Expired => None,
                _ => Some("it may have been done anyway; check before you send it again"),
            };
        }
        if matches!(self.0.status, Some(501 | 505)) {
            return None;
        }
        Some(match self.0.kind {
            ErrorKind::Connect => "nothing was sent; check the network and the base URL",
            ErrorKind::Timeout | ErrorKind::Connection | ErrorKind::Server => "try again later",
            ErrorKind::Redirect => "check the base URL",
            ErrorKind::Auth => "check the key, and that its plan includes the API",
            ErrorKind::OutOfCredits => "add credits or change the plan",
            ErrorKind::OverBudget => "nothing was run; reduce the run, or raise the limit",
            ErrorKind::Conflict => "read the current state and decide again",
            ErrorKind::Expired => "results are kept for 24 hours; run it again",
            ErrorKind::RateLimited => "send fewer requests at a time",
            ErrorKind::WaitTimedOut if self.0.task_id.is_some() => "it keeps running; wait again with its id",
            ErrorKind::WaitTimedOut => "what was started goes on; look again later",
            ErrorKind::Decode if self.0.data.is_some() => "the result is kept in the error",
            ErrorKind::Decode | ErrorKind::UnknownStatus => "a newer version of this crate may know it",
            ErrorKind::TooLarge => "ask for less, or allow more with `response_limit`",
            ErrorKind::Configuration
            | ErrorKind::InvalidInput
            | ErrorKind::NotFound
            | ErrorKind::Validation
            | ErrorKind::UnexpectedStatus
            | ErrorKind::TaskFailed
            | ErrorKind::Cancelled
            | ErrorKind::Inconsistent => return None,
        })
    }
}

/// Folds spaces and line breaks into single spaces, and cuts the text to 2,000 characters.
fn bounded(what: &str) -> String {
    cut(&what.split_whitespace().collect::<Vec<_>>().join(" "), 2000)
}

/// Cuts the text to this many characters. If something is left out, the last character marks it.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some(_) => text.chars().take(limit - 1).chain(['…']).collect(),
    }
}

/// Returns whether sending the operation twice has the same effect as sending it once. An unknown operation
/// could do anything.
fn is_idempotent(operation: &str) -> bool {
    operations::find(operation).is_some_and(|operation| operation.idempotent)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            what,
            operation,
            status,
            body,
            json_path,
            retry_after,
            task_id,
            ..
        } = &*self.0;
        let mut parts = Vec::new();
        parts.extend(operation.map(|operation| format!("{operation}: ")));
        parts.extend(
            task_id
                .as_ref()
                // Words such as "task t-1 was not found" name it already.
                .filter(|id| status != &Some(404) || !what.contains(id.as_str()))
                .map(|id| format!("task {}: ", cut(id.as_str(), 100))),
        );
        parts.push(what.clone());
        parts.extend(status.map(|status| format!(" (status {status})")));
        // `.` is the whole text.
        let place = json_path.as_ref().filter(|path| *path != ".");
        parts.extend(place.map(|path| format!(" at `{}`", cut(path, 300))));
        parts.extend(body.as_ref().map(|body| format!(": {body}")));
        parts.extend(retry_after.map(|wait| format!("; it asks to wait for {} s", wait.as_secs())));
        parts.extend(self.advice().map(|advice| format!("; {advice}")));
        // The line contains text from the service, which may have any characters.
        f.write_str(&parts.concat().replace(char::is_control, " "))
    }
}

/// The line of `Display`; with `#`, the parts that are set. The value kept for the caller is not printed.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        let this = &*self.0;
        let mut parts = f.debug_struct("Error");
        parts.field("kind", &this.kind).field("what", &this.what);
        let mut part = |name, value: Option<&dyn fmt::Debug>| {
            if let Some(value) = value {
                parts.field(name, value);
            }
        };
        part("operation", this.operation.as_ref().map(|value| value as _));
        part("status", this.status.as_ref().map(|value| value as _));
        part("may_have_run", Some(&this.may_have_run));
        part("body", this.body.as_ref().map(|value| value as _));
        part("excerpt", this.excerpt.as_ref().map(|value| value as _));
        part("json_path", this.json_path.as_ref().map(|value| value as _));
        part("retry_after", this.retry_after.as_ref().map(|value| value as _));
        part("task_id", this.task_id.as_ref().map(|value| value as _));
        part("data", this.data.as_ref().map(|_| &"(kept)" as _));
        part("source", this.source.as_ref().map(|value| value as _));
        parts.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// Creates an error of kind [`ErrorKind::InvalidInput`], so that ids can be parsed with `?` in functions that
/// return [`Error`].
impl From<InvalidId> for Error {
    fn from(error: InvalidId) -> Self {
        Self::new(ErrorKind::InvalidInput, error.to_string()).with_source(error)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_can_be_sent_between_threads() {
        fn shareable<T: Send + Sync + 'static>() {}
        shareable::<Error>();
    }

    #[test]
    fn a_made_error_answers_like_a_received_one() {
        let error = Error::from_answer("run_enrichment", 500, ErrorBody::default());
        assert!(error.may_have_run() && error.status() == Some(500));
        assert!(!Error::from_answer("get_task", 500, ErrorBody::default()).may_have_run());
        assert!(!Error::from_answer("run_enrichment", 422, ErrorBody::default()).may_have_run());
        assert!(Error::from_answer("no_such_operation", 502, ErrorBody::default()).may_have_run());
    }

    #[test]
    fn only_a_refusal_is_certain_to_have_had_no_effect() {
        let open =
            |operation, status| Error::from_answer(operation, status, ErrorBody::default()).may_have_run();
        for status in [
            200, 201, 202, 204, 301, 302, 303, 304, 408, 499, 500, 503, 599, 600, 999,
        ] {
            assert!(open("run_enrichment", status), "{status}");
            assert!(!open("get_task", status), "{status}");
        }
        for status in [307, 308, 400, 401, 403, 404, 406, 407, 409, 410, 422, 429, 498] {
            assert!(!open("run_enrichment", status), "{status}");
        }
    }

    #[test]
    fn an_id_that_is_none_can_be_passed_on() {
        fn read(text: &str) -> Result<TaskId, Error> {
            Ok(text.parse()?)
        }
        let error = read("a/b").unwrap_err();
        assert!(error.is_validation() && !error.may_have_run(), "{error:?}");
        assert!(
            error.to_string().contains("task id") && error.source().is_some(),
            "{error}"
        );
        assert_eq!(read("t-1").unwrap().as_str(), "t-1");
    }

    proptest! {
        #[test]
        fn display_is_one_bounded_line(
            made: bool,
            texts: [String; 4],
            status: u16,
            words: Vec<u8>,
            times in 1_usize..5000,
        ) {
            let [what, path, id, message] = texts.map(|text| text.repeat(times));
            let mut error = Error::from_answer("run_enrichment", status, ErrorBody::from_bytes(&words));
            if made {
                error = Error::new(ErrorKind::Decode, what)
                    .with_operation("run_enrichment")
                    .with_may_have_run(true)
                    .with_body(ErrorBody::with_message(&message));
            }
            error = error.with_json_path(path).with_retry_after(Duration::MAX);
            if let Ok(id) = TaskId::new(id) {
                error = error.with_task_id(id);
            }
            let line = error.to_string();
            prop_assert!(!line.contains(char::is_control) && line.chars().count() < 3500, "{line:?}");
        }
    }
}
