//! Time, as far as the transport and the facade look at it: the date, elapsed time, and waiting.
//!
//! It is a trait so that a test can watch how long a client would wait without waiting. It is not a
//! timeout: those belong to `reqwest`.

use std::fmt;
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

/// A future that ends when a wait is over.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where the time comes from.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The date, against which a `Retry-After` that names a date is read.
    fn now(&self) -> SystemTime;

    /// Time since some fixed moment; it never goes back. Deadlines are measured with it.
    fn monotonic(&self) -> Duration;

    /// A future that ends after `duration`. Deadlines are such futures too, raced against the work: with a clock whose
    /// sleeps end at once, every wait ends at once.
    fn sleep(&self, duration: Duration) -> Sleep;
}

/// The clock of the machine; waits on the timer of `tokio`.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    /// A clock whose monotonic time starts now.
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
        // Only where it is waited for must there be a runtime.
        Box::pin(async move { tokio::time::sleep(duration).await })
    }
}
