//! Faults on demand: which request is hit, and what happens to it. The code that cuts connections is in
//! `server`. Errors that a service returns on its own are not faults.

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
    /// This answer is sent instead of the sandbox's own. The request is not processed.
    Status {
        /// HTTP status, 200 to 999.
        code: u16,
        /// The headers of the answer. Without a `content-type`, the answer is JSON if its body is, and
        /// otherwise plain text.
        headers: Vec<(String, String)>,
        /// The body, sent as it is.
        body: String,
    },
    /// The request is processed at once, but its answer is delayed by this time.
    Delay(Duration),
    /// The connection is reset after the request is read and before it is processed.
    ResetBefore,
    /// The request is processed, then the connection is reset instead of an answer.
    ResetAfter,
    /// The request is processed, but the answer is cut off in the middle of its body.
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

    /// An answer with this status and this JSON body.
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

/// A fault, and the requests that it hits: every request, unless [`on`](Self::on), [`skip`](Self::skip) or
/// [`times`](Self::times) narrow it down.
///
/// Faults are tried in the order in which they were installed. The first that matches a request is applied;
/// the faults after it do not count that request.
///
/// ```
/// use databar_sandbox::{Fault, FaultKind};
///
/// // The seventh batch is answered with a 500; all others are served.
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

    /// Hits only requests for the operation with this `operationId`.
    #[must_use]
    pub fn on(mut self, operation_id: impl Into<String>) -> Self {
        self.operation = Some(operation_id.into());
        self
    }

    /// Lets the first `count` matching requests pass.
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

    /// What is done instead of sending the sandbox's own answer.
    pub(crate) fn kind(&self) -> &FaultKind {
        &self.kind
    }

    pub(crate) fn kind_mut(&mut self) -> &mut FaultKind {
        &mut self.kind
    }

    pub(crate) fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    /// Why this fault could never take effect, if so.
    pub(crate) fn mistake(&self, document: &Document) -> Option<String> {
        if let Some(id) = &self.operation
            && !document.has_operation(id)
        {
            let near = document.operations_near(id).map(|near| format!("`{near}`"));
            return Some(format!(
                "the document has no operation `{}`, so this fault would never fire; similar names are {}",
                id.escape_debug(),
                near.join(", ")
            ));
        }
        if let FaultKind::Status { code, headers, .. } = &self.kind {
            if !(200..1000).contains(code) {
                return Some(format!(
                    "{code} is not a possible status of an answer (200 to 999)"
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

/// What the first fault that matches a request for this operation does to it.
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
