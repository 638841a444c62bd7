//! How far a job is.

use std::time::Duration;

use databar::Price;

use crate::ledger::model::{JobRow, JobState, Tally};

/// How far a job is: counts of its inputs, and its cost.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// Whether the job continues.
    pub state: JobState,
    /// Why it does not continue, as a message.
    pub reason: Option<String>,
    /// All inputs, including those equal to an earlier one.
    pub inputs: u64,
    /// The distinct inputs, which are the ones to send. The counts below are counts of distinct inputs.
    pub distinct: u64,
    /// Inputs that were not sent yet.
    pub planned: u64,
    /// Inputs that are being sent at this moment.
    pub begun: u64,
    /// Inputs whose task is running, or whose results are still to be fetched.
    pub submitted: u64,
    /// Inputs that have a final outcome, good or bad. Those in doubt are not included.
    pub done: u64,
    /// Of those done, the inputs with a result.
    pub found: u64,
    /// Of those done, the inputs for which the service found nothing.
    pub nothing: u64,
    /// Of those done, the inputs whose results are not available: refused, failed as a whole chunk, expired,
    /// or unattributable.
    pub lost: u64,
    /// Inputs that may or may not have been sent.
    pub in_doubt: u64,
    /// What was spent, in credits, as far as the service has reported it.
    pub credits: f64,
    /// What was spent, plus what the chunks under way or in doubt may cost, in credits.
    pub committed: f64,
    /// The catalogue's price of the job if every input had a result, in credits. The
    /// [`unpriced`](Self::unpriced) inputs are not included.
    pub estimate: f64,
    /// How many of the distinct inputs have a price that cannot be known in advance.
    pub unpriced: u64,
    /// The maximum that the job may cost, in credits.
    pub max_credits: Option<f64>,
    /// How much longer no worker sends because the service answered one of them with 429; zero when they may
    /// send.
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

    /// Whether nothing more happens by itself: nothing is left to do, or the job does not continue.
    pub(crate) fn is_over(&self) -> bool {
        self.is_settled() || (self.state != JobState::Active && !self.is_under_way())
    }

    /// Whether every input has a final outcome, or is in doubt.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.planned == 0 && !self.is_under_way()
    }
}
