//! What several tests of the transport need.

use std::time::{Duration, SystemTime};

use databar_api::{Clock, Sleep};

/// A clock whose sleeps end at once.
#[derive(Debug)]
pub(crate) struct Hurry;

impl Clock for Hurry {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> Sleep {
        Box::pin(tokio::task::yield_now())
    }
}
