//! Faults on demand: which request is hit, and what happens to it. How a connection is cut is the business of
//! `server`; what a service does by itself (errors of its own) is not a fault.

mod spec;

use std::time::Duration;

use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

pub use self::spec::InvalidFault;
use crate::document::Document;

/// What happens to a request that a [`Fault`] hits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// This answer instead of the sandbox's own; the request is not processed.
    Status {
        /// HTTP status, 200 to 999.
        code: u16,
        /// Headers of the answer. Without a `content-type` the answer is JSON if its body is, else plain text.
        headers: Vec<(String, String)>,
        /// The body, sent as it is.
        body: String,
    },
    /// The request is processed at once, its answer is held back for so long.
    Delay(Duration),
    /// The connection is reset after the request was read, before it is processed.
    ResetBefore,
    /// The request is processed, then the connection is reset instead of an answer.
    ResetAfter,
    /// The request is processed; the answer breaks off in the middle of its body.
    TruncatedBody,
}

impl FaultKind {
    /// An answer with this status, and with the service's usual body `{"detail": ...}`.
    #[must_use]
    pub fn status(code: u16) -> Self {
        let reason = StatusCode::from_u16(code)
            .ok()
            .and_then(|status| status.canonical_reason());
        Self::json(code, &serde_json::json!({ "detail": reason.unwrap_or("Error") }))
    }

    /// An answer with this status and JSON body.
    #[must_use]
    pub fn json(code: u16, body: &Value) -> Self {
        Self::Status {
            code,
            headers: Vec::new(),
            body: body.to_string(),
        }
    }

    /// A 429 with this `Retry-After`: seconds, or an HTTP date.
    #[must_use]
    pub fn rate_limited(retry_after: impl Into<String>) -> Self {
        Self::Status {
            code: 429,
            headers: vec![("retry-after".into(), retry_after.into())],
            body: serde_json::json!({ "detail": "Too many requests" }).to_string(),
        }
    }
}

/// A fault and the requests that it hits: every request, unless [`on`](Self::on), [`skip`](Self::skip) and
/// [`times`](Self::times) say less.
///
/// Faults are asked in the order in which they were installed; the first that wants a request gets it, and those
/// behind it do not count that request.
///
/// ```
/// use databar_sandbox::{Fault, FaultKind};
///
/// // The seventh batch is answered with a 500, all others are served.
/// let fault = Fault::new(FaultKind::status(500)).on("insert_rows").skip(6).times(1);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    kind: FaultKind,
    operation: Option<String>,
    skip: u64,
    times: Option<u64>,
}

impl Fault {
    /// A fault that hits every request.
    #[must_use]
    pub fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            operation: None,
            skip: 0,
            times: None,
        }
    }

    /// Only requests of the operation with this `operationId`.
    #[must_use]
    pub fn on(mut self, operation_id: impl Into<String>) -> Self {
        self.operation = Some(operation_id.into());
        self
    }

    /// Lets the first `count` of the requests pass.
    #[must_use]
    pub fn skip(mut self, count: u64) -> Self {
        self.skip = count;
        self
    }

    /// Hits `count` requests, then no more.
    #[must_use]
    pub fn times(mut self, count: u64) -> Self {
        self.times = Some(count);
        self
    }

    /// What is sent instead of the sandbox's own answer.
    pub(crate) fn kind(&self) -> &FaultKind {
        &self.kind
    }

    pub(crate) fn kind_mut(&mut self) -> &mut FaultKind {
        &mut self.kind
    }

    pub(crate) fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    /// Why this fault could never do what it says.
    pub(crate) fn mistake(&self, document: &Document) -> Option<String> {
        if let Some(id) = &self.operation
            && !document.has_operation(id)
        {
            let near = document.operations_near(id).map(|near| format!("`{near}`"));
            return Some(format!(
                "no operation of the document is called `{}`, so this fault would never fire; near it are {}",
                id.escape_debug(),
                near.join(", ")
            ));
        }
        if let FaultKind::Status { code, headers, .. } = &self.kind {
            if !(200..1000).contains(code) {
                return Some(format!(
                    "{code} is not a status that an answer can have (200 to 999)"
                ));
            }
            for (name, value) in headers {
                if name.parse::<HeaderName>().is_err() || value.parse::<HeaderValue>().is_err() {
                    return Some(format!("`{name}` is not a header that can be sent"));
                }
            }
        }
        None
    }

    fn takes(&mut self, operation: Option<&str>) -> bool {
        if self.operation.is_some() && self.operation.as_deref() != operation {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        match &mut self.times {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }
}

/// What the first fault that wants a request of this operation does to it.
pub(crate) fn hit(faults: &mut [Fault], operation: Option<&str>) -> Option<FaultKind> {
    faults
        .iter_mut()
        .find_map(|fault| fault.takes(operation).then(|| fault.kind.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skip_and_times_count_only_requests_of_the_operation() {
        let mut faults = [Fault::new(FaultKind::ResetBefore)
            .on("insert_rows")
            .skip(1)
            .times(2)];
        let hits: Vec<bool> = [
            "insert_rows",
            "get_task",
            "insert_rows",
            "insert_rows",
            "insert_rows",
        ]
        .map(|operation| hit(&mut faults, Some(operation)).is_some())
        .into();
        assert_eq!(hits, [false, false, true, true, false]);
    }

    #[test]
    fn faults_follow_one_another() {
        let mut faults = [
            Fault::new(FaultKind::status(503)).times(1),
            Fault::new(FaultKind::ResetBefore).times(1),
        ];
        assert_eq!(hit(&mut faults, None), Some(FaultKind::status(503)));
        assert_eq!(hit(&mut faults, None), Some(FaultKind::ResetBefore));
        assert_eq!(hit(&mut faults, None), None);
    }
}
