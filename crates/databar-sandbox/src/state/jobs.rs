//! Table runs on their way: results that are worked out, and shown when their time comes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::due;
use crate::{catalog::Quote, clock::Moment};

/// Which rows a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(crate) enum Strategy {
    #[default]
    #[serde(rename = "run_all")]
    All,
    /// Rows without a result that no run is on its way for.
    #[serde(rename = "run_empty")]
    Empty,
    /// Rows whose last run ended with an error.
    #[serde(rename = "run_errors")]
    Errors,
}

/// What one row will get.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) table: Uuid,
    pub(crate) row: Uuid,
    pub(crate) processor: i64,
    pub(crate) quote: Quote,
}

#[derive(Debug, Default)]
pub(crate) struct Jobs {
    /// By the moment when they are due, then by the order in which they were asked for.
    waiting: BTreeMap<(Moment, u64), Job>,
    count: u64,
}

impl Jobs {
    pub(super) fn add(
        &mut self,
        table: Uuid,
        processor: i64,
        quotes: Vec<(Uuid, Quote)>,
        now: Moment,
        time: Moment,
    ) {
        let count = quotes.len();
        for (number, (row, quote)) in quotes.into_iter().enumerate() {
            self.count += 1;
            self.waiting.insert(
                (due(now, time, number, count), self.count),
                Job {
                    table,
                    row,
                    processor,
                    quote,
                },
            );
        }
    }

    /// Takes out what is due by now, by table.
    pub(super) fn due(&mut self, now: Moment) -> BTreeMap<Uuid, Vec<Job>> {
        let mut due: BTreeMap<Uuid, Vec<Job>> = BTreeMap::new();
        while let Some(first) = self.waiting.first_entry()
            && first.key().0 <= now
        {
            let job = first.remove();
            due.entry(job.table).or_default().push(job);
        }
        due
    }
}
