//! What the sandbox remembers of the traffic: requests, and violations of the document. Public and plain, so that
//! a test can assert on it.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::Value;

/// A request that arrived whole, in the order of arrival.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Request {
    /// Its method.
    pub method: Method,
    /// Its path as it was sent, without the query.
    pub path: String,
    /// Its query, decoded, in the order in which it was sent.
    pub query: Vec<(String, String)>,
    /// Its headers, the key included.
    pub headers: HeaderMap,
    /// Its body as it was sent.
    pub body: Bytes,
    /// The `operationId` of the operation that it asks for; `None` where the document has no such operation.
    pub operation_id: Option<String>,
    /// The status of the answer; `None` while there is none, or where a fault cut the connection instead.
    pub status: Option<u16>,
}

impl Request {
    /// The body as JSON; `None` where it is absent or is something else.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// Which half of an exchange broke the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Direction {
    /// The client sent something that the document does not allow.
    Request,
    /// The sandbox answered something that the document does not allow: a defect of the sandbox, or of the document.
    Response,
    /// A fault was asked for that cannot be: a defect of the test.
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
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The `operationId`; method and path where the document has no such operation.
    pub operation: String,
    /// Whose fault it is.
    pub direction: Direction,
    /// Where, as a JSON pointer that begins with `/path`, `/query`, `/header` or `/body`; empty for the whole.
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
        write!(f, "{direction} of {operation}")?;
        if !pointer.is_empty() {
            write!(f, ", {pointer}")?;
        }
        write!(f, ": {message}")
    }
}
