//! Time as the transport and the facade use it: the date, elapsed time, and waiting.
//!
//! `Clock` is a trait so that tests can see how long a client would wait, without waiting. It is not used for
//! request timeouts, which `reqwest` handles.

use std::fmt;
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

/// A future that completes when a wait is over.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A source of time.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The current date. Dates in `Retry-After` headers are compared with it.
    fn now(&self) -> SystemTime;

    /// The time since some fixed moment. It never goes backwards; deadlines are measured with it.
    fn monotonic(&self) -> Duration;

    /// Returns a future that completes after `duration`. A deadline is such a future too, raced against the
    /// work. With a clock whose sleeps end at once, every wait ends at once.
    fn sleep(&self, duration: Duration) -> Sleep;
}

/// The clock of the machine. It waits with the timer of `tokio`.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    /// Creates a clock whose monotonic time starts now.
    #[must_use]
    pub fn new() -> Self {
        Self {
            origin: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        self.origin.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        // Created inside the future, because only waiting requires a runtime.
        Box::pin(async move { tokio::time::sleep(duration).await })
    }
}
