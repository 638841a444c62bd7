#![doc = include_str!("../README.md")]

mod change;
mod compare;
mod document;
mod error;
mod finding;
mod level;
mod operation;
mod options;
pub mod render;
pub mod report;
pub mod rule;
mod schema;
mod semver;

pub use error::{Error, Side};
pub use finding::{Diff, Finding, Summary};
pub use level::Level;
pub use options::Options;
pub use report::Report;
pub use semver::Semver;

use serde_json::Value;

/// Compares two OpenAPI documents of version 3.0 or 3.1 without converting them.
///
/// The findings describe what an unchanged client that was written against `old` experiences with a service
/// that follows `new`. They are sorted: the most severe first, then by operation and place.
///
/// # Errors
///
/// One of the two values is not an OpenAPI document of these versions. A document that is invalid in some
/// place is still compared: the parts that cannot be read count as absent.
pub fn diff(old: &Value, new: &Value, options: Options) -> Result<Diff, Error> {
    let old = document::Document::new(old, Side::Old)?;
    let new = document::Document::new(new, Side::New)?;
    let mut comparison = compare::Comparison::new(&old, &new, options);
    operation::compare(&mut comparison);
    Ok(comparison.finish(operation::judge_version))
}

/// All rules.
pub fn rules() -> impl Iterator<Item = &'static rule::Rule> {
    operation::RULES
        .iter()
        .chain(schema::RULES)
        .flat_map(|rules| rules.iter().copied())
}
