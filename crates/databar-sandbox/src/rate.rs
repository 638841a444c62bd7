//! The rate limit: a maximum number of requests in any minute of the sandbox's clock.

use std::{collections::VecDeque, time::Duration};

use crate::clock::Moment;

const MINUTE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(crate) struct Rate {
    per_minute: Option<u32>,
    /// The moments at which the requests of the last minute were let through.
    passed: VecDeque<Moment>,
}

impl Rate {
    pub(crate) fn new(per_minute: Option<u32>) -> Self {
        Self {
            per_minute,
            passed: VecDeque::new(),
        }
    }

    /// Forgets the requests that were let through.
    pub(crate) fn clear(&mut self) {
        self.passed.clear();
    }

    /// Lets a request through. The error is the number of seconds after which it would be.
    pub(crate) fn pass(&mut self, now: Moment) -> Result<(), u64> {
        let Some(limit) = self.per_minute else {
            return Ok(());
        };
        let over = |passed: &Moment| passed.saturating_add(MINUTE) <= now;
        while self.passed.front().is_some_and(over) {
            self.passed.pop_front();
        }
        if self.passed.len() < limit as usize {
            self.passed.push_back(now);
            return Ok(());
        }
        // With a limit of 0 no request is ever let through, so the wait is arbitrary: a minute.
        let oldest = self.passed.front().copied().unwrap_or(now);
        let wait = oldest.saturating_add(MINUTE).saturating_sub(now);
        Err(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
    }
}
