//! What a comparison is to be told.

use chrono::NaiveDate;

/// What the documents do not say and a verdict depends on.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Options {
    /// The day on which the new document is published: a sunset before it has passed.
    pub today: NaiveDate,
    /// How many days before its sunset a deprecation must be announced. With 0 no deprecation needs a sunset, and a sunset is too
    /// near when it has passed.
    pub sunset_days: u32,
}

impl Options {
    /// Judges as of `today`, without a policy for sunsets.
    pub fn new(today: NaiveDate) -> Self {
        Self {
            today,
            sunset_days: 0,
        }
    }
}
