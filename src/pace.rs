//! The pace that all clones of a transport share. After a 429 none of them sends for a while; then fewer
//! requests at a time may leave, and more again as they succeed.
//!
//! This module counts and waits. The transport decides what a 429 is, and how long to wait after it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::timeout;

use crate::clock::Clock;

/// Decides when requests may leave, and counts those under way.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    state: Mutex<State>,
    /// Wakes all waiters when a request ends, and each checks the state itself. So a waiter that is dropped
    /// or not polled takes nothing from the others.
    ended: Notify,
}

impl Pace {
    /// Waits until a request may leave. The request counts as under way until the permit is dropped.
    ///
    /// If no other request ends within `patience`, the longest time that a request takes, the request leaves
    /// anyway, because nobody polls those under way. This happens with a buffered stream of requests whose
    /// consumer sends a request itself.
    pub(crate) async fn enter(&self, clock: &dyn Clock, patience: Duration) -> Permit<'_> {
        if self.state().limit.is_some() {
            // Without this, a task that sends one request after another would take its own place again before
            // the waiting tasks wake.
            yield_now().await;
        }
        let mut now = clock.monotonic();
        loop {
            // Created before the check, so that no end in between is missed.
            let ended = self.ended.notified();
            let turn = self.state().turn(now);
            match turn {
                Turn::Now(era) => return Permit { pace: self, era },
                Turn::At(time) => {
                    clock.sleep(time.saturating_sub(now)).await;
                    // If the clock does not move, the time is over all the same.
                    now = clock.monotonic().max(time);
                }
                Turn::AfterAnother => {
                    if timeout(patience, ended).await.is_err() {
                        let era = self.state().start();
                        return Permit { pace: self, era };
                    }
                    now = clock.monotonic().max(now);
                }
            }
        }
    }

    /// How long from this time of the clock until requests may leave.
    pub(crate) fn held(&self, now: Duration) -> Duration {
        self.state().held_until.saturating_sub(now)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is under way.
#[derive(Debug)]
#[must_use = "the request counts as ended when this is dropped"]
pub(crate) struct Permit<'a> {
    pace: &'a Pace,
    era: u64,
}

impl Permit<'_> {
    /// Records that the request succeeded.
    pub(crate) fn succeeded(self) {
        self.pace.state().success(self.era);
    }

    /// Records that the service refused the request with a 429, and that nothing may leave before this time
    /// of the clock.
    pub(crate) fn slow_down(self, until: Duration) {
        self.pace.state().slow_down(self.era, until);
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.pace.state().under_way -= 1;
        self.pace.ended.notify_waiters();
    }
}

#[derive(Debug, Default)]
struct State {
    under_way: usize,
    /// No request leaves before this time of the clock.
    held_until: Duration,
    limit: Option<Limit>,
    /// How often the pace was slowed down. Requests that left before that say nothing about the new pace.
    era: u64,
}

#[derive(Debug, PartialEq, Eq)]
enum Turn {
    /// The request has left, in this era.
    Now(u64),
    At(Duration),
    AfterAnother,
}

impl State {
    /// Returns when the next request may leave, as seen at this time of the clock.
    fn turn(&mut self, now: Duration) -> Turn {
        if now < self.held_until {
            return Turn::At(self.held_until);
        }
        match self.limit {
            Some(Limit { most, .. }) if self.under_way >= most => Turn::AfterAnother,
            _ => Turn::Now(self.start()),
        }
    }

    fn start(&mut self) -> u64 {
        self.under_way += 1;
        self.era
    }

    fn success(&mut self, era: u64) {
        if era == self.era {
            self.limit = self.limit.and_then(Limit::after_success);
        }
    }

    fn slow_down(&mut self, era: u64, until: Duration) {
        self.held_until = self.held_until.max(until);
        if era == self.era {
            self.era += 1;
            self.limit = Some(Limit::half_of(self.under_way));
        }
    }
}

/// How many requests may be under way at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit {
    most: usize,
    /// The number of successes since `most` was raised.
    successes: usize,
    /// The limit is removed when `most` exceeds this.
    last: usize,
}

impl Limit {
    fn half_of(under_way: usize) -> Self {
        Self {
            most: (under_way / 2).max(1),
            successes: 0,
            last: under_way.saturating_mul(4),
        }
    }

    /// Raises the limit by one after as many successes as it allows requests, like the additive increase of
    /// TCP.
    fn after_success(mut self) -> Option<Self> {
        self.successes += 1;
        if self.successes >= self.most {
            self.successes = 0;
            self.most += 1;
        }
        (self.most <= self.last).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use std::iter::successors;
    use std::sync::Arc;

    use futures::FutureExt;
    use futures::future::join_all;
    use proptest::prelude::*;

    use super::*;
    use crate::clock::{Sleep, SystemClock};

    const NOW: Duration = Duration::from_secs(100);
    const LONG: Duration = Duration::from_secs(600);

    #[test]
    fn a_limit_rises_by_one_for_as_many_successes_as_it_allows_until_four_times_what_was_too_much() {
        let limits = successors(Some(Limit::half_of(4)), |limit| limit.after_success());
        let most: Vec<usize> = limits.map(|limit| limit.most).collect();
        let expected: Vec<usize> = (2..=16).flat_map(|most| vec![most; most]).collect();
        assert_eq!(most, expected);
        assert_eq!(Limit::half_of(1).most, 1);
    }

    #[test]
    fn what_left_before_a_slowdown_slows_nothing_down_again() {
        let mut state = State::default();
        let eras: Vec<u64> = (0..10).map(|_| state.start()).collect();
        for era in &eras {
            state.slow_down(*era, NOW);
            state.under_way -= 1;
        }
        assert_eq!(state.limit, Some(Limit::half_of(10)));
        state.slow_down(eras[0], NOW * 2);
        assert_eq!(state.turn(NOW), Turn::At(NOW * 2), "but its wait counts");
        state.success(eras[1]);
        assert_eq!(
            state.limit,
            Some(Limit::half_of(10)),
            "nor does its success count"
        );
    }

    #[derive(Debug, Clone)]
    enum Event {
        Send,
        Success(prop::sample::Index),
        TooMany(prop::sample::Index, u8),
        OtherEnd(prop::sample::Index),
        Pass(u8),
    }

    fn event() -> impl Strategy<Value = Event> {
        let which = any::<prop::sample::Index>;
        prop_oneof![
            6 => Just(Event::Send),
            6 => which().prop_map(Event::Success),
            1 => (which(), any::<u8>()).prop_map(|(which, wait)| Event::TooMany(which, wait)),
            1 => which().prop_map(Event::OtherEnd),
            2 => any::<u8>().prop_map(Event::Pass),
        ]
    }

    proptest! {
        #[test]
        fn nothing_leaves_that_is_held_or_too_much_and_something_always_may(
            events in prop::collection::vec(event(), 0..400),
        ) {
            let (mut state, mut under_way, mut now, mut held) = (State::default(), Vec::new(), NOW, Duration::ZERO);
            for event in events {
                let most = |state: &State| state.limit.map_or(usize::MAX, |limit| limit.most);
                let before = most(&state);
                match event {
                    Event::Send => match state.turn(now) {
                        Turn::Now(era) => {
                            under_way.push(era);
                            prop_assert!(now >= held && under_way.len() <= before);
                        }
                        Turn::At(time) => prop_assert!(time == held && now < held),
                        Turn::AfterAnother => prop_assert!(now >= held && under_way.len() >= before),
                    },
                    Event::Success(which) if !under_way.is_empty() => {
                        state.success(under_way.swap_remove(which.index(under_way.len())));
                        state.under_way -= 1;
                        let is_lifted = state.limit.is_none();
                        prop_assert!(is_lifted || most(&state) == before || most(&state) == before + 1);
                    }
                    Event::TooMany(which, wait) if !under_way.is_empty() => {
                        let count = under_way.len();
                        let era = under_way.swap_remove(which.index(count));
                        let (is_first, until) = (era == state.era, now + Duration::from_millis(wait.into()));
                        state.slow_down(era, until);
                        state.under_way -= 1;
                        held = held.max(until);
                        prop_assert_eq!(most(&state), if is_first { (count / 2).max(1) } else { before });
                        prop_assert!(most(&state) <= before);
                    }
                    Event::OtherEnd(which) if !under_way.is_empty() => {
                        under_way.swap_remove(which.index(under_way.len()));
                        state.under_way -= 1;
                    }
                    Event::Pass(time) => now += Duration::from_millis(time.into()),
                    _ => {}
                }
                prop_assert_eq!(state.under_way, under_way.len());
                prop_assert!(most(&state) >= 1);
            }
            state.under_way = 0;
            prop_assert!(matches!(state.turn(held.max(now)), Turn::Now(_)));
        }
    }

    /// A clock that stands still, and whose sleeps end at once.
    #[derive(Debug)]
    struct Still;

    impl Clock for Still {
        fn now(&self) -> std::time::SystemTime {
            std::time::SystemTime::UNIX_EPOCH
        }

        fn monotonic(&self) -> Duration {
            NOW
        }

        fn sleep(&self, _: Duration) -> Sleep {
            Box::pin(yield_now())
        }
    }

    /// A pace that allows one request at a time.
    async fn slow() -> Pace {
        let pace = Pace::default();
        pace.enter(&Still, LONG).await.slow_down(NOW);
        pace
    }

    #[tokio::test]
    async fn a_hold_ends_with_the_sleep_even_where_the_clock_stands_still() {
        let pace = Pace::default();
        pace.enter(&Still, LONG).await.slow_down(NOW * 2);
        assert_eq!((pace.held(NOW), pace.held(NOW * 3)), (NOW, Duration::ZERO));
        drop(pace.enter(&Still, LONG).await);
    }

    #[tokio::test]
    async fn a_waiter_that_is_dropped_after_it_was_woken_keeps_nobody_from_leaving() {
        let pace = slow().await;
        let first = pace.enter(&Still, LONG).await;
        let mut waiters: Vec<_> = (0..3).map(|_| Box::pin(pace.enter(&Still, LONG))).collect();
        for _ in 0..10 {
            for waiter in &mut waiters {
                assert!(waiter.now_or_never().is_none());
            }
            yield_now().await;
        }
        drop(first);
        drop(waiters.remove(0));
        // Nobody polls the second one; the third leaves.
        let third = waiters.remove(1).await;
        assert!((&mut waiters[0]).now_or_never().is_none());
        drop(third);
        drop(waiters.remove(0).await);
        assert_eq!(pace.state().under_way, 0);
    }

    #[tokio::test]
    async fn who_sends_one_after_another_lets_others_in_between() {
        let pace = Arc::new(slow().await);
        let first = pace.enter(&Still, LONG).await;
        let another = tokio::spawn({
            let pace = pace.clone();
            async move { drop(pace.enter(&Still, LONG).await) }
        });
        for _ in 0..10 {
            yield_now().await;
        }
        drop(first);
        drop(pace.enter(&Still, LONG).await);
        assert!(another.is_finished());
    }

    #[tokio::test]
    async fn those_that_nobody_polls_are_not_waited_for_without_end() {
        let pace = slow().await;
        let unpolled = pace.enter(&Still, LONG).await;
        let another = pace.enter(&Still, Duration::ZERO).await;
        assert_eq!(pace.state().under_way, 2);
        drop((unpolled, another));
        assert_eq!(pace.state().under_way, 0);
    }

    /// Runs on several threads, with requests that end, are dropped while they wait, and are slowed down.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn all_get_their_turn() {
        let pace = Arc::new(Pace::default());
        let clock = Arc::new(SystemClock::new());
        let tasks = (0..200_u64).map(|number| {
            let (pace, clock) = (pace.clone(), clock.clone());
            tokio::spawn(async move {
                for round in 0..20 {
                    if (number + round) % 3 == 0 {
                        // Dropped at its first wait, if it has to wait.
                        drop(pace.enter(&*clock, LONG).now_or_never());
                    }
                    let permit = pace.enter(&*clock, LONG).await;
                    yield_now().await;
                    match (number + round) % 50 {
                        0 => permit.slow_down(clock.monotonic() + Duration::from_micros(100)),
                        1 => drop(permit),
                        _ => permit.succeeded(),
                    }
                }
            })
        });
        let ended = timeout(Duration::from_secs(60), join_all(tasks)).await.unwrap();
        assert!(ended.into_iter().all(|task| task.is_ok()));
        assert_eq!(pace.state().under_way, 0);
    }
}
