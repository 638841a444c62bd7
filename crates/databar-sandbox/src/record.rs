//! The recorded traffic: requests, and violations of the document. The types are public and plain, so that
//! tests can make assertions about them.

use std::fmt::{self, Write};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};
use serde::Serialize;
use serde_json::Value;

use crate::{
    ring::{Ring, Weight},
    visible::Visible,
};

/// The latest requests, for tests to inspect, in at most 32 MiB.
pub(crate) fn requests() -> Ring<Request> {
    Ring::new(10_000, 32 << 20)
}

/// The latest violations, in at most 4 MiB.
pub(crate) fn violations() -> Ring<Violation> {
    Ring::new(10_000, 4 << 20)
}

/// A request that arrived completely. Requests are recorded in the order of arrival.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Request {
    /// Its method.
    pub method: Method,
    /// Its path as it was sent, without the query.
    pub path: String,
    /// Its decoded query, in the order in which it was sent.
    pub query: Vec<(String, String)>,
    /// Its headers, including the key.
    pub headers: HeaderMap,
    /// Its body as it was sent.
    pub body: Bytes,
    /// The `operationId` of the requested operation; `None` if the document has no such operation.
    pub operation_id: Option<String>,
    /// The status of the answer; `None` while there is none, or if a fault cut the connection instead.
    pub status: Option<u16>,
    /// The number of [`Violation`]s in the request and its answer.
    pub violations: usize,
}

impl Weight for Request {
    fn weight(&self) -> usize {
        let query: usize = self
            .query
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum();
        let headers: usize = self
            .headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum();
        size_of::<Self>() + self.path.len() + query + headers + self.body.len()
    }
}

/// Copies the headers: as they arrive, they are parts of a larger buffer that they would keep in memory.
pub(crate) fn own(headers: &HeaderMap) -> HeaderMap {
    let copy = |value: &HeaderValue| HeaderValue::from_bytes(value.as_bytes()).ok();
    headers
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), copy(value)?)))
        .collect()
}

impl Request {
    /// The body as JSON; `None` if there is no body, or if it is not JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// Which part of an exchange broke the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Direction {
    /// The client sent something that the document does not allow.
    Request,
    /// The sandbox answered something that the document does not allow: a bug in the sandbox, or in the
    /// document.
    Response,
    /// A fault was requested that is not possible: a bug in the test.
    Fault,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Fault => "fault",
        })
    }
}

/// Something that the OpenAPI document does not allow.
///
/// Its text is one line: control characters that a client has sent are escaped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Violation {
    /// The `operationId`; the method and the path if the document has no such operation.
    pub operation: String,
    /// Which part of the exchange broke the document.
    pub direction: Direction,
    /// The place, as a JSON pointer that begins with `/path`, `/query`, `/header` or `/body`; empty for the
    /// whole message.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            direction,
            pointer,
            message,
        } = self;
        let mut line = Visible(f);
        write!(line, "{direction} of {operation}")?;
        if !pointer.is_empty() {
            write!(line, ", {pointer}")?;
        }
        write!(line, ": {message}")
    }
}

impl Weight for Violation {
    fn weight(&self) -> usize {
        size_of::<Self>() + self.operation.len() + self.pointer.len() + self.message.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_violation_is_one_line_whatever_was_sent() {
        let violation = Violation {
            operation: "list_tables".into(),
            direction: Direction::Request,
            pointer: "/query/a\nwarning: forged\r\u{1b}[2J\u{202e}".into(),
            message: "it isn't \"known\" \u{2028}here".into(),
        };
        let line = r#"request of list_tables, /query/a\nwarning: forged\r\u{1b}[2J\u{202e}: it isn't "known" \u{2028}here"#;
        assert_eq!(violation.to_string(), line);
    }
}
