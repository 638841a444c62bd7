#![doc = include_str!("../README.md")]

mod compare;
mod document;
mod error;
mod finding;
mod operation;
mod pointer;
pub mod render;
pub mod report;
pub mod rule;
mod schema;
mod semver;

pub use error::{Error, Side};
pub use finding::{Diff, Finding, Level, Summary};
pub use report::Report;
pub use semver::Semver;

use chrono::NaiveDate;
use serde_json::Value;

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

/// Compares two OpenAPI documents of version 3.0 or 3.1, as they are.
///
/// The findings are what a client that was written against `old`, and left alone, meets at a service that follows `new`.
/// They are sorted: the gravest first, then by operation and place.
///
/// # Errors
///
/// [`Error`] when one of the two is no OpenAPI document of these versions. A document that is wrong in a place is compared all
/// the same: what cannot be read in it counts as absent.
pub fn diff(old: &Value, new: &Value, options: Options) -> Result<Diff, Error> {
    let old = document::Document::new(old, Side::Old)?;
    let new = document::Document::new(new, Side::New)?;
    let mut comparison = compare::Comparison::new(&old, &new, options);
    operation::compare(&mut comparison);
    Ok(comparison.finish())
}
