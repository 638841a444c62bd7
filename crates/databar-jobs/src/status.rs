//! How far a job is.

use std::time::Duration;

use databar::Price;

use crate::ledger::model::{JobRow, JobState, Tally};

/// How far a job is: counts of its inputs, and what it has cost.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// Whether it goes on.
    pub state: JobState,
    /// Why it does not, in words.
    pub reason: Option<String>,
    /// All inputs, those included that are equal to an earlier one.
    pub inputs: u64,
    /// Those that are sent: all different ones.
    pub distinct: u64,
    /// Of the different ones, those that were not sent yet.
    pub planned: u64,
    /// Those that are being sent just now.
    pub begun: u64,
    /// Those whose task is running, or is to be fetched.
    pub submitted: u64,
    /// Those that have come to an end, good or bad; those in doubt are not among them.
    pub done: u64,
    /// Of those that are done, those with a result.
    pub found: u64,
    /// Of those that are done, those for which there is nothing to be found.
    pub nothing: u64,
    /// Of those that are done, those whose results cannot be had: refused, failed as a whole, expired, or not attributable.
    pub lost: u64,
    /// Those of which nobody knows whether they were sent.
    pub in_doubt: u64,
    /// What was spent, in credits, as far as the service has said.
    pub credits: f64,
    /// What was spent, and what may be spent by what is under way or in doubt.
    pub committed: f64,
    /// What the job would cost by the prices if every input had a result, but for those that are [`unpriced`](Self::unpriced).
    pub estimate: f64,
    /// How many of the different inputs have a price that nobody can know before.
    pub unpriced: u64,
    /// The most that it may cost.
    pub max_credits: Option<f64>,
    /// How long no worker sends, because the service answered one of them with 429; zero when they do.
    pub held: Duration,
}

impl Status {
    pub(crate) fn of(job: JobRow, tallies: &[Tally]) -> Self {
        let inputs = |states: &[&str]| -> u64 {
            let of_state = tallies
                .iter()
                .filter(|tally| states.contains(&tally.state.as_str()));
            of_state.map(|tally| tally.inputs.unsigned_abs()).sum()
        };
        let sum = |amount: fn(&Tally) -> i64| tallies.iter().map(|tally| amount(tally).unsigned_abs()).sum();
        let lost = inputs(&["refused", "failed", "expired", "unattributable"]);
        Self {
            state: job.state,
            reason: job.reason,
            inputs: job.inputs.unsigned_abs(),
            distinct: sum(|tally| tally.inputs),
            planned: inputs(&["planned"]),
            begun: inputs(&["begun"]),
            submitted: inputs(&["submitted"]),
            done: inputs(&["done"]) + lost,
            found: sum(|tally| tally.found),
            nothing: sum(|tally| tally.nothing),
            lost,
            in_doubt: inputs(&["doubt"]),
            credits: Price::sum(tallies.iter().map(|tally| tally.credits)),
            committed: Price::sum([job.committed]),
            estimate: Price::sum(tallies.iter().map(|tally| tally.estimate)),
            unpriced: job.unpriced.unsigned_abs(),
            max_credits: job.max_credits,
            held: Duration::from_millis(u64::try_from(job.hold).unwrap_or(0)),
        }
    }

    /// Whether chunks are being sent, or their tasks fetched.
    pub(crate) fn is_under_way(&self) -> bool {
        self.begun + self.submitted > 0
    }

    /// Whether nothing more happens by itself: nothing is left, or the job does not go on.
    pub(crate) fn is_over(&self) -> bool {
        self.is_settled() || (self.state != JobState::Active && !self.is_under_way())
    }

    /// Whether every input has come to an end, or is in doubt.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.planned == 0 && !self.is_under_way()
    }
}
