//! The sandbox's own time. It starts at a fixed instant, so that a run can be repeated byte for byte, and it can be
//! moved forward. It is not the time of the machine, and nothing else in the crate asks for that.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use tokio::time::Instant;

/// 2026-01-01T00:00:00Z, in seconds of the Unix epoch.
const START: i64 = 1_767_225_600;

/// How the sandbox's clock moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// As fast as the machine's clock, plus what [`Sandbox::advance`](crate::Sandbox::advance) adds.
    #[default]
    Running,
    /// Only by [`Sandbox::advance`](crate::Sandbox::advance): a task never finishes by itself, and two runs with the
    /// same seed and the same requests answer with the same bytes.
    Manual,
}

/// A point in the sandbox's time: how long after its start.
pub(crate) type Moment = Duration;

#[derive(Debug)]
pub(crate) struct Time {
    clock: Clock,
    started: Instant,
    added: Duration,
}

impl Time {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            clock,
            started: Instant::now(),
            added: Duration::ZERO,
        }
    }

    pub(crate) fn now(&self) -> Moment {
        match self.clock {
            Clock::Running => self.started.elapsed().saturating_add(self.added),
            Clock::Manual => self.added,
        }
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.added = self.added.saturating_add(by);
    }
}

/// The moment as the service writes it: RFC 3339 in UTC, whole seconds.
pub(crate) fn timestamp(moment: Moment) -> String {
    let seconds = i64::try_from(moment.as_secs()).unwrap_or(i64::MAX);
    DateTime::<Utc>::from_timestamp(START.saturating_add(seconds), 0)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
        .to_rfc3339_opts(SecondsFormat::Secs, true)
}
