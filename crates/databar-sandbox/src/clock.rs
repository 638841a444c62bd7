//! The sandbox's own time. It starts at a fixed instant, so that a run can be repeated byte for byte, and it
//! can be moved forward. Nothing else in the crate reads the machine's time.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use tokio::time::Instant;

/// 2026-01-01T00:00:00Z, in seconds of the Unix epoch.
const START: i64 = 1_767_225_600;

/// How the sandbox's clock moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// The clock runs as fast as the machine's, plus what [`Sandbox::advance`](crate::Sandbox::advance) adds.
    #[default]
    Running,
    /// The clock moves only by [`Sandbox::advance`](crate::Sandbox::advance). A task never finishes by
    /// itself, and two runs with the same seed and the same requests give the same bytes.
    Manual,
}

/// A moment of the sandbox's time, as the time since its start.
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

    /// Continues from this moment.
    pub(crate) fn set(&mut self, now: Moment) {
        self.started = Instant::now();
        self.added = now;
    }

    pub(crate) fn clock(&self) -> Clock {
        self.clock
    }

    /// Changes the pace of the clock from now on.
    pub(crate) fn run_as(&mut self, clock: Clock) {
        self.set(self.now());
        self.clock = clock;
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.added = self.added.saturating_add(by);
    }
}

/// The moment in the service's format: RFC 3339 in UTC, in whole seconds.
pub(crate) fn timestamp(moment: Moment) -> String {
    let seconds = i64::try_from(moment.as_secs()).unwrap_or(i64::MAX);
    DateTime::<Utc>::from_timestamp(START.saturating_add(seconds), 0)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
        .to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A time as people write it: `200ms`, `1.5s`, `2m`, `24h`, `3d`.
pub(crate) fn read_duration(text: &str) -> Result<Duration, String> {
    let digits = text
        .find(|c: char| c != '.' && !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let seconds = match unit {
        "ms" => Some(0.001),
        "s" => Some(1.0),
        "m" => Some(60.0),
        "h" => Some(3600.0),
        "d" => Some(86400.0),
        _ => None,
    };
    let read = || Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds?).ok();
    read().ok_or_else(|| {
        format!(
            "`{}` is not a time; `200ms`, `1.5s`, `2m`, `24h` and `3d` are",
            text.escape_debug()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_number_and_a_unit() {
        assert_eq!(read_duration("200ms"), Ok(Duration::from_millis(200)));
        assert_eq!(read_duration("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(read_duration("3d"), Ok(Duration::from_secs(3 * 86400)));
        for bad in [
            "",
            "s",
            "1",
            "1 s",
            "-1s",
            "1e3s",
            "1.2.3s",
            "99999999999999999999999999999d",
            "inf",
        ] {
            assert!(read_duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_clock_that_is_stopped_stays_where_it_is() {
        let mut time = Time::new(Clock::Running);
        time.advance(Duration::from_secs(60));
        time.run_as(Clock::Manual);
        let now = time.now();
        assert!(now >= Duration::from_secs(60));
        time.advance(Duration::from_secs(1));
        assert_eq!(time.now(), now + Duration::from_secs(1));
        time.run_as(Clock::Running);
        assert!(time.now() > now);
    }
}
