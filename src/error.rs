//! The one error: what failed, what the service said, whether it may have had an effect, and what to do.
//!
//! How errors come out of requests is in `transport` and `answer`; here is only what they are.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::error_body::{ErrorBody, FieldError, excerpt};
use crate::generated::runtime::is_refusal;
use crate::ids::{InvalidId, TaskId};
use crate::operations;
use crate::retry::LONGEST;

/// A call did not do what was asked.
///
/// [`kind`](Self::kind) says what happened, the `is_` methods group the kinds by what a program does about
/// them. [`may_have_run`](Self::may_have_run) answers the question that matters before anything that costs
/// credits is sent again. `Display` is one line that can be read alone; so is `Debug`, which `main` prints of an error that
/// it returns. `{:#?}` has the parts. None of them shows the key, also when the service echoes it.
///
/// # Troubleshooting
///
/// - [`is_auth`](Self::is_auth): the key is wrong, or the plan of its workspace has no access.
/// - [`is_out_of_credits`](Self::is_out_of_credits): nothing was run; add credits.
/// - [`ErrorKind::OverBudget`]: nothing was run; the message says what it may cost, and what is allowed.
/// - [`is_not_found`](Self::is_not_found) and [`may_have_run`](Self::may_have_run) of a deletion: an earlier attempt, whose
///   answer was lost, may have deleted it. What was to go is gone.
/// - [`ErrorKind::Decode`]: the service answered something that its document does not allow;
///   [`json_path`](Self::json_path) and [`excerpt`](Self::excerpt) show what.
///
/// # Errors in tests
///
/// Applications can make the errors that they want to handle:
///
/// ```
/// use databar_api::{Error, ErrorBody, ErrorKind};
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
    /// The client cannot be set up, or cannot work where it is: no key, a key or an address that cannot be used, no `tokio`
    /// runtime.
    Configuration,
    /// The call was refused here, before any request.
    InvalidInput,
    /// No connection was established, so nothing was sent.
    Connect,
    /// No answer in time: here, or by a status 408.
    Timeout,
    /// The connection broke after the request was sent, or in the middle of the answer.
    Connection,
    /// The service redirects elsewhere. Never followed, since the key would go there too.
    Redirect,
    /// 401 or 403: the key is missing, wrong, or without access.
    Auth,
    /// 404: what the request names does not exist, or not in the workspace of this key.
    NotFound,
    /// 406: not enough credits, or the plan does not include the operation.
    OutOfCredits,
    /// The run may cost more than the client was told to spend on one, so it was not sent.
    OverBudget,
    /// 409: the thing was changed by somebody else, is in use, or is already finished.
    Conflict,
    /// 410 or the task status `gone`: results are kept for 24 hours.
    Expired,
    /// 400 or 422: the request is not valid.
    Validation,
    /// 429: too many requests.
    RateLimited,
    /// 5xx: the service failed.
    Server,
    /// A status that the document does not have.
    UnexpectedStatus,
    /// A success whose body is not what the document says.
    Decode,
    /// A success whose body is larger than the limit that is set.
    TooLarge,
    /// The task ran and failed.
    TaskFailed,
    /// The task was cancelled.
    Cancelled,
    /// The task has a status that this version does not know.
    UnknownStatus,
    /// The task was not done when the deadline passed. It goes on running.
    WaitTimedOut,
    /// The service's answers contradict themselves: a bulk result of another length than its inputs, or a list
    /// whose pages do not end.
    Inconsistent,
}

impl Error {
    /// An error of this kind; `what` says what happened, in words that follow the name of an operation.
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

    /// The error for an answer of this operation (its id in snake case, such as `run_enrichment`) with this
    /// status and body.
    #[must_use]
    pub fn from_answer(operation: &'static str, status: u16, body: ErrorBody) -> Self {
        let (kind, what) = match status {
            300..=399 => (ErrorKind::Redirect, "the service answered with a redirect"),
            400 | 422 => (
                ErrorKind::Validation,
                "the service refused the request as not valid",
            ),
            401 | 403 => (ErrorKind::Auth, "the service refused access"),
            404 => (ErrorKind::NotFound, "the service found nothing under this id"),
            406 => (
                ErrorKind::OutOfCredits,
                "not enough credits, or not part of the plan",
            ),
            408 => (ErrorKind::Timeout, "the service gave up waiting"),
            409 => (
                ErrorKind::Conflict,
                "the service refused because of the present state",
            ),
            410 => (ErrorKind::Expired, "the results are no longer kept"),
            429 => (ErrorKind::RateLimited, "too many requests"),
            501 | 505 => (ErrorKind::Server, "the service does not support this"),
            500..=599 => (ErrorKind::Server, "the service failed"),
            _ => (
                ErrorKind::UnexpectedStatus,
                "an answer that the document does not have",
            ),
        };
        // Only a refusal is certain to have had no effect.
        let may_have_run = !is_refusal(status) && !is_idempotent(operation);
        Self::new(kind, what)
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

    /// The error for answers that contradict themselves.
    pub(crate) fn inconsistent(operation: &'static str, what: String) -> Self {
        Self::new(ErrorKind::Inconsistent, what).with_operation(operation)
    }

    /// This answer to a deletion that was sent before, and whose first answer was lost.
    pub(crate) fn after_a_lost_attempt(mut self) -> Self {
        "the service found nothing under this id; an earlier attempt, whose answer was lost, may have deleted it"
            .clone_into(&mut self.0.what);
        self.with_may_have_run(true)
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

    /// Sets how long the service asked to wait: a day at most.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: impl Into<Option<Duration>>) -> Self {
        self.0.retry_after = retry_after.into().map(|wait| wait.min(LONGEST));
        self
    }

    /// Sets the task that this is about.
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

    /// Sets what the service said.
    #[must_use]
    pub fn with_body(mut self, body: ErrorBody) -> Self {
        self.0.body = Some(body);
        self
    }

    /// Sets where in the JSON of the answer a value did not fit.
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

    /// Sets what was read but did not fit the type asked for.
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

    /// 404: what the request names does not exist, or not in the workspace of this key.
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

    /// The request is not valid: refused by the service (400, 422), or here before it was sent.
    #[must_use]
    pub fn is_validation(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Validation | ErrorKind::InvalidInput)
    }

    /// 409: the thing was changed by somebody else, is in use, or is already finished.
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

    /// Whether the work may have been done in spite of the error.
    ///
    /// True when something that bills, inserts or runs was sent and no answer says that it was refused: a lost
    /// connection, a timeout, a success that cannot be read, any status but 307, 308 and those of refusals (4xx without
    /// 408 and 499; 501 and 505). Look before you send it again. False for reads, and whenever the service refused or was
    /// never reached.
    ///
    /// Also true of a deletion that was repeated after a lost answer and is answered with 404 or 410 then: the first
    /// attempt may have deleted it.
    #[must_use]
    pub fn may_have_run(&self) -> bool {
        self.0.may_have_run
    }

    /// How long the service asked to wait before the next request; it was more than the retry policy waits
    /// for, or the attempts were used up. A day at most, however long the service asks for.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The HTTP status of the answer, when there was one: also of one that broke off, is too large, or cannot be read.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The id of the operation that failed, in snake case.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.0.operation
    }

    /// The service's own words, at most 2 KiB.
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

    /// What the service says about single values of the request.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        self.0.body.as_ref().map_or(&[], ErrorBody::field_errors)
    }

    /// The task that this is about. Waiting for it can be resumed with its id.
    #[must_use]
    pub fn task_id(&self) -> Option<&TaskId> {
        self.0.task_id.as_ref()
    }

    /// Where in the JSON of the answer a value did not fit, such as `data[3].email`.
    #[must_use]
    pub fn json_path(&self) -> Option<&str> {
        self.0.json_path.as_deref()
    }

    /// The beginning of the body of the answer, at most 2 KiB.
    #[must_use]
    pub fn excerpt(&self) -> Option<&str> {
        self.0.excerpt.as_deref()
    }

    /// What was read but did not fit the type asked for, so that it is not lost: the results of a task, which were
    /// paid for, or a row.
    #[must_use]
    pub fn data(&self) -> Option<&Value> {
        self.0.data.as_ref()
    }

    fn advice(&self) -> Option<&'static str> {
        if self.0.may_have_run {
            return match self.0.kind {
                // `what` says it.
                ErrorKind::NotFound | ErrorKind::Expired => None,
                _ => Some("it may have been done all the same: look before you send it again"),
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
            ErrorKind::NotFound => "check the id, and that the key belongs to its workspace",
            ErrorKind::OutOfCredits => "add credits or change the plan",
            ErrorKind::OverBudget => "nothing was run; run it for less, or allow more",
            ErrorKind::Conflict => "read the present state and decide again",
            ErrorKind::Expired => "results are kept for 24 hours; run it again",
            ErrorKind::RateLimited => "send less at a time",
            ErrorKind::WaitTimedOut => "it goes on running; wait again with its id",
            ErrorKind::Decode if self.0.data.is_some() => "the result is kept in the error",
            ErrorKind::Decode | ErrorKind::UnknownStatus => "an update of this crate may know it",
            ErrorKind::TooLarge => "ask for less, or allow more with `response_limit`",
            ErrorKind::Configuration
            | ErrorKind::InvalidInput
            | ErrorKind::Validation
            | ErrorKind::UnexpectedStatus
            | ErrorKind::TaskFailed
            | ErrorKind::Cancelled
            | ErrorKind::Inconsistent => return None,
        })
    }
}

/// Blanks and line breaks folded into single blanks, and at most 2,000 characters.
fn bounded(what: &str) -> String {
    cut(&what.split_whitespace().collect::<Vec<_>>().join(" "), 2000)
}

/// At most so many characters, the last of them a mark where something is left out.
fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some(_) => text.chars().take(limit - 1).chain(['…']).collect(),
    }
}

/// Whether sending the operation twice has the effect of sending it once; one that is not in the table could
/// do anything.
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
                .map(|id| format!("task {}: ", cut(id.as_str(), 100))),
        );
        parts.push(what.clone());
        parts.extend(status.map(|status| format!(" (status {status})")));
        parts.extend(json_path.as_ref().map(|path| format!(" at `{}`", cut(path, 300))));
        parts.extend(body.as_ref().map(|body| format!(": {body}")));
        parts.extend(retry_after.map(|wait| format!("; it asks to wait for {} s", wait.as_secs())));
        parts.extend(self.advice().map(|advice| format!("; {advice}")));
        // Words of the service are in it, which may contain anything.
        f.write_str(&parts.concat().replace(char::is_control, " "))
    }
}

/// The line of `Display`; with `#`, the parts that are set. What is kept for the caller is not printed.
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

/// Of kind [`ErrorKind::InvalidInput`], so that ids can be parsed with `?` where this error is returned.
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
