//! Limits on the resources that one client can use. The defaults are large for a test and small for a
//! machine.

use std::time::Duration;

/// Limits for connections and for what they send; see
/// [`SandboxBuilder::limits`](crate::SandboxBuilder::limits).
///
/// ```
/// # use std::time::Duration;
/// let mut limits = databar_sandbox::Limits::default();
/// limits.body_time = Duration::from_secs(2);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many connections are served at the same time, at least 1. More connections wait until one is
    /// closed. Default: 512.
    pub connections: usize,
    /// The maximum size of a request line with its headers, in bytes, at least 8 KiB. More is a 431, as are
    /// more than a hundred headers. Default: 64 KiB.
    pub head_bytes: usize,
    /// How long the request line and the headers may take to arrive, and how long a connection may be idle.
    /// Default: 30 s.
    pub head_time: Duration,
    /// The maximum size of a body, in bytes. More is a 413. Default: 4 MiB.
    pub body_bytes: usize,
    /// How many JSON values a body may have, since values take more room in memory than as text. More is a
    /// 413. Default: 100,000.
    pub body_values: usize,
    /// How long a body may take to arrive. Longer is a 408. Default: 30 s.
    pub body_time: Duration,
    /// How long requests in progress may take when the sandbox stops. Default: 2 s.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            head_bytes: 64 << 10,
            head_time: Duration::from_secs(30),
            body_bytes: 4 << 20,
            body_values: 100_000,
            body_time: Duration::from_secs(30),
            grace: Duration::from_secs(2),
        }
    }
}
