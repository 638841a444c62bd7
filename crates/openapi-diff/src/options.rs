//! The options of a comparison.

use chrono::NaiveDate;

/// Facts that verdicts depend on and that the documents do not contain.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Options {
    /// The day on which the new document is published. A sunset before this day has passed.
    pub today: NaiveDate,
    /// The minimum number of days between the announcement of a deprecation and its sunset. With 0, a
    /// deprecation needs no sunset, and a sunset is too soon only if it has passed.
    pub sunset_days: u32,
}

impl Options {
    /// Options for a comparison on the day `today`, without a policy for sunsets.
    pub fn new(today: NaiveDate) -> Self {
        Self {
            today,
            sunset_days: 0,
        }
    }
}
