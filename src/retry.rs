//! When a request may be sent again, and after how long. It sends nothing itself.

use std::iter;
use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::error::{Error, ErrorKind};

/// Longer waits than this are cut, also those that the service asks for; it keeps the arithmetic of times far from overflow.
pub(crate) const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How often a request is sent, and how long to wait in between.
///
/// **When a retry is safe** is not up to the policy. An operation that bills, inserts or runs something
/// is sent again only when it is certain that the first request was not processed: no connection was
/// established, or the server answered 429. Everything else is returned to the caller, who alone can
/// look whether the work was done. An operation that can be repeated without harm (all reads, and what
/// the operations table marks as idempotent) is also sent again after a lost connection, a timeout, a
/// truncated answer, and the statuses 408, 500, 502, 503 and 504. A request whose body is a stream is
/// never sent again.
///
/// Delays grow from [`initial_delay`](Self::with_initial_delay) by doubling, each with a random part of
/// up to its own length, and never exceed [`max_delay`](Self::with_max_delay). A `Retry-After` of the
/// server is obeyed instead, up to the [ceiling](Self::with_retry_after_ceiling).
///
/// **A 429 slows down all clones of a client.** Where the policy waits after one, no other request leaves before that wait is
/// over. From then on half as many requests as were under way may be so at a time, at least one; as these succeed, the limit
/// rises, by one for as many successes as it allows requests, until it is gone at four times what was too much. The time
/// that a request waits to leave does not count towards its timeout. Where the policy does not wait, nothing else does:
/// with [`none`](Self::none) a program sets its own pace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: usize,
    initial_delay: Duration,
    max_delay: Duration,
    retry_after_ceiling: Duration,
}

impl Default for RetryPolicy {
    /// Four attempts, delays from 0.5 s to 8 s, a `Retry-After` of at most 60 s.
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
    /// Every request is sent once, and a 429 keeps no other from leaving.
    #[must_use]
    pub fn none() -> Self {
        Self {
            max_attempts: 1,
            ..Self::default()
        }
    }

    /// How often a request is sent at most, the first time included; 0 counts as 1.
    #[must_use]
    pub fn with_max_attempts(mut self, attempts: usize) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The shortest delay before the second attempt; a day at most.
    #[must_use]
    pub fn with_initial_delay(mut self, delay: Duration) -> Self {
        self.initial_delay = delay.min(LONGEST);
        self
    }

    /// The longest delay; a day at most.
    #[must_use]
    pub fn with_max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay.min(LONGEST);
        self
    }

    /// The longest `Retry-After` that is waited for. When the server asks for more, its answer is
    /// returned at once.
    #[must_use]
    pub fn with_retry_after_ceiling(mut self, ceiling: Duration) -> Self {
        self.retry_after_ceiling = ceiling;
        self
    }

    /// How long to wait before sending again after an answer that told `retry_after`, when the backoff
    /// alone would wait for `delay`; `None` when that is longer than allowed.
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

/// Endless delays that double from `initial` on, each with a random part of up to its own length, none
/// longer than `max`.
pub fn backoff(initial: Duration, max: Duration) -> impl Iterator<Item = Duration> + Send + use<> {
    let max = max.min(LONGEST);
    iter::successors(Some(initial.min(max)), move |delay| Some((*delay * 2).min(max)))
        .map(move |delay| (delay + delay.mul_f64(fastrand::f64())).min(max))
}

/// Whether a request that ended in this error may be sent again.
pub(crate) fn may_repeat(idempotent: bool, error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Connect | ErrorKind::RateLimited => true,
        ErrorKind::Timeout | ErrorKind::Connection => idempotent,
        ErrorKind::Server => idempotent && matches!(error.status(), Some(500 | 502 | 503 | 504)),
        _ => false,
    }
}

/// What a `Retry-After` header asks for: a number of seconds, or the time until a date as seen from
/// `now` (zero when it is past); a day at most. `None` when there is none or it is neither.
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
