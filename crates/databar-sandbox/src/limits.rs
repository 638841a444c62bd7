//! How much of a machine one client can take. The defaults are generous for a test and small for a machine.

use std::time::Duration;

/// Bounds on connections and on what they send; see [`SandboxBuilder::limits`](crate::SandboxBuilder::limits).
///
/// ```
/// # use std::time::Duration;
/// let mut limits = databar_sandbox::Limits::default();
/// limits.body_time = Duration::from_secs(2);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Connections that are served at the same time; more wait until one is closed. At least 1.
    /// Default: 512.
    pub connections: usize,
    /// The size of a request line with its headers, in bytes, at least 8 KiB: more is a 431, as are more than a
    /// hundred headers. Default: 64 KiB.
    pub head_bytes: usize,
    /// How long the request line and the headers may take, and how long a connection may be idle. Default: 30 s.
    pub head_time: Duration,
    /// The size of a body, in bytes: more is a 413. Default: 4 MiB.
    pub body_bytes: usize,
    /// How many JSON values a body may have, which take more room in memory than in text: more is a 413. Default: 100,000.
    pub body_values: usize,
    /// How long a body may take: longer is a 408. Default: 30 s.
    pub body_time: Duration,
    /// How long requests that are being answered may take when the sandbox stops. Default: 2 s.
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
