//! Decides when a request may be sent again, and after how long. Sends nothing itself.

use std::iter;
use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::error::{Error, ErrorKind};

/// Longer waits are cut to this, including those that the service asks for. It keeps time arithmetic far from
/// overflow.
pub(crate) const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How often a request is sent, and how long to wait in between.
///
/// **The policy does not decide when a retry is safe.** An operation that bills, inserts or runs something is
/// sent again only if the first request was certainly not processed: no connection was established, or the
/// server answered 429. Every other failure is returned to the caller, who alone can check whether the work
/// was done. An operation that can be repeated without harm (all reads, and the operations marked as
/// idempotent) is also sent again after a lost connection, a timeout, a truncated answer, and the statuses
/// 408, 500, 502, 503 and 504. A request whose body is a stream is never sent again.
///
/// Delays start at [`initial_delay`](Self::with_initial_delay) and double each time. Each has a random part
/// of up to its own length, and none exceeds [`max_delay`](Self::with_max_delay). If the server sends
/// `Retry-After`, its delay is used instead, up to the [ceiling](Self::with_retry_after_ceiling).
///
/// **A 429 slows down all clones of a client.** If the policy waits after a 429, no other request leaves
/// before that wait is over. After it, half as many requests as were under way may be under way at the same
/// time, but at least one. As requests succeed, the limit rises by one for as many successes as it allows
/// requests; it ends at four times the number that was too much. The time that a request waits to leave does
/// not count towards its timeout. If the policy does not wait, other requests do not wait either: with
/// [`none`](Self::none), a program sets its own pace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: usize,
    initial_delay: Duration,
    max_delay: Duration,
    retry_after_ceiling: Duration,
}

impl Default for RetryPolicy {
    /// Four attempts, delays from 0.5 s to 8 s, and a `Retry-After` of at most 60 s.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            initial_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(8),
            retry_after_ceiling: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// Sends every request once. A 429 does not hold up other requests.
    #[must_use]
    pub fn none() -> Self {
        Self {
            max_attempts: 1,
            ..Self::default()
        }
    }

    /// Sets how often a request is sent at most, including the first time; 0 counts as 1.
    #[must_use]
    pub fn with_max_attempts(mut self, attempts: usize) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets the shortest delay before the second attempt; at most a day.
    #[must_use]
    pub fn with_initial_delay(mut self, delay: Duration) -> Self {
        self.initial_delay = delay.min(LONGEST);
        self
    }

    /// Sets the longest delay; at most a day.
    #[must_use]
    pub fn with_max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay.min(LONGEST);
        self
    }

    /// Sets the longest `Retry-After` to wait for. When the server asks for more, its answer is returned at
    /// once.
    #[must_use]
    pub fn with_retry_after_ceiling(mut self, ceiling: Duration) -> Self {
        self.retry_after_ceiling = ceiling;
        self
    }

    /// Returns how long to wait before the next attempt, when the answer asked for `retry_after` and the
    /// backoff alone would wait for `delay`. `None` when the wait is longer than allowed.
    pub(crate) fn wait(&self, retry_after: Option<Duration>, delay: Duration) -> Option<Duration> {
        match retry_after {
            Some(wanted) if wanted > self.retry_after_ceiling => None,
            Some(wanted) if !wanted.is_zero() => Some(wanted),
            _ => Some(delay),
        }
    }

    /// The delays before the second, third, ... attempt; ends with the last attempt.
    pub(crate) fn delays(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        backoff(self.initial_delay, self.max_delay).take(self.max_attempts - 1)
    }
}

/// Returns endless delays that start at `initial` and double. Each has a random part of up to its own length,
/// and none is longer than `max`.
pub fn backoff(initial: Duration, max: Duration) -> impl Iterator<Item = Duration> + Send + use<> {
    let max = max.min(LONGEST);
    iter::successors(Some(initial.min(max)), move |delay| Some((*delay * 2).min(max)))
        .map(move |delay| (delay + delay.mul_f64(fastrand::f64())).min(max))
}

/// Returns whether a request that ended in this error may be sent again.
pub(crate) fn may_repeat(idempotent: bool, error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Connect | ErrorKind::RateLimited => true,
        ErrorKind::Timeout | ErrorKind::Connection => idempotent,
        ErrorKind::Server => idempotent && matches!(error.status(), Some(500 | 502 | 503 | 504)),
        _ => false,
    }
}

/// Reads a `Retry-After` header: a number of seconds, or the time from `now` until a date (zero if the date
/// is past); at most a day. `None` if the header is missing or invalid.
#[must_use]
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        return Some(value.parse().map_or(LONGEST, Duration::from_secs).min(LONGEST));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())])
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now = httpdate::parse_http_date("Tue, 06 Oct 2026 10:00:00 GMT").unwrap();
        for (value, expected) in [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("86401", Some(86_400)),
            ("18446744073709551615", Some(86_400)),
            ("99999999999999999999999", Some(86_400)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(86_400)),
            ("Tue, 06 Oct 2026 10:00:30 GMT", Some(30)),
            ("Tuesday, 06-Oct-26 10:00:30 GMT", Some(30)),
            ("Tue, 06 Oct 2026 09:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(
                retry_after(&headers(value), now),
                expected.map(Duration::from_secs),
                "{value:?}"
            );
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }

    #[test]
    fn the_server_is_obeyed_up_to_the_ceiling() {
        let policy = RetryPolicy::default();
        let (own, s) = (Duration::from_millis(700), Duration::from_secs);
        assert_eq!(policy.wait(None, own), Some(own));
        assert_eq!(policy.wait(Some(s(0)), own), Some(own));
        assert_eq!(policy.wait(Some(s(60)), own), Some(s(60)));
        assert_eq!(policy.wait(Some(s(61)), own), None);
    }

    #[test]
    fn no_policy_sends_less_than_once() {
        assert_eq!(RetryPolicy::none().delays().count(), 0);
        assert_eq!(RetryPolicy::default().with_max_attempts(0).delays().count(), 0);
        assert_eq!(RetryPolicy::default().delays().count(), 3);
    }

    proptest! {
        #[test]
        fn delays_stay_between_their_bounds(initial: Duration, max: Duration) {
            let cap = max.min(LONGEST);
            for delay in backoff(initial, max).take(20) {
                prop_assert!(delay <= cap);
                prop_assert!(delay >= initial.min(cap));
            }
        }

        #[test]
        fn any_retry_after_is_survived(value in "[ -~]{0,40}") {
            let wait = retry_after(&headers(&value), SystemTime::UNIX_EPOCH);
            prop_assert!(wait.is_none_or(|wait| wait <= LONGEST));
        }
    }
}
