//! Pending results of table runs: computed in advance, and shown when they are due.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::due;
use crate::{catalog::Quote, clock::Moment};

/// The rows that a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(crate) enum Strategy {
    #[default]
    #[serde(rename = "run_all")]
    All,
    /// Rows without a result, unless a run for them is already pending.
    #[serde(rename = "run_empty")]
    Empty,
    /// Rows whose last run ended with an error.
    #[serde(rename = "run_errors")]
    Errors,
}

/// The pending result of one row.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) table: Uuid,
    pub(crate) row: Uuid,
    pub(crate) processor: i64,
    pub(crate) quote: Quote,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Jobs {
    /// Ordered by the moment at which they are due, then by the order in which they were requested.
    #[serde(with = "pairs")]
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

    /// Removes what is due by now, and returns it by table.
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

/// A map as a list of pairs, because JSON keys can only be text.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(super) fn deserialize<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<K, V>, D::Error> {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}
