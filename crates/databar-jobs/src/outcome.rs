//! The outcome of each input.

use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::Error;
use crate::ledger::model::OutcomeRow;

/// The outcome of one input.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome<T = Value> {
    /// The service found a result.
    Found(T),
    /// The service found nothing.
    Nothing,
    /// The service failed on it. The text is the service's message for the task, if there was one.
    Failed(Option<String>),
    /// Either nothing was found or it failed: the service does not say which.
    NothingOrFailed,
    /// The service refused it, and nothing was paid. The text says why.
    Refused(String),
    /// It may have been sent, and may have been paid for; see [`Job::in_doubt`](crate::Job::in_doubt).
    InDoubt,
    /// It was run and paid for, but its result was not fetched within the 24 hours for which the service
    /// keeps it.
    Expired,
    /// It may have been paid for, and its chunk may have a result for it, but the service does not say which
    /// result belongs to which input. The results are in [`Job::unattributable`](crate::Job::unattributable).
    Unattributable,
    /// It has no outcome yet: it was not sent, or its task is not done.
    Open,
}

impl<T> Outcome<T> {
    /// The result, if there is one.
    pub fn found(&self) -> Option<&T> {
        match self {
            Self::Found(result) => Some(result),
            _ => None,
        }
    }

    /// The name of the outcome in files: `found`, `nothing`, `failed`, `nothing_or_failed`, `refused`,
    /// `in_doubt`, `expired`, `unattributable` or `open`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Found(_) => "found",
            Self::Nothing => "nothing",
            Self::Failed(_) => "failed",
            Self::NothingOrFailed => "nothing_or_failed",
            Self::Refused(_) => "refused",
            Self::InDoubt => "in_doubt",
            Self::Expired => "expired",
            Self::Unattributable => "unattributable",
            Self::Open => "open",
        }
    }
}

/// An input of a job, with its outcome.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InputOutcome<T = Value> {
    /// Its position among the inputs, from 0.
    pub position: u64,
    /// The position of the first input that is equal to it; its own if there was none before. The result is
    /// that one's.
    pub origin: u64,
    /// The number of the chunk with which the first was sent.
    pub chunk: u64,
    /// The input.
    pub input: Map<String, Value>,
    /// What came of it.
    pub outcome: Outcome<T>,
}

impl<T: DeserializeOwned> InputOutcome<T> {
    pub(crate) fn of(row: OutcomeRow) -> Result<Self, Error> {
        let broken = |error: serde_json::Error| Error::Ledger {
            what: "give a result back as it was asked for",
            source: sqlx::Error::Decode(format!("input {}: {error}", row.position + 1).into()),
        };
        let outcome = match (row.outcome.as_deref(), row.state.as_str()) {
            (Some("found"), _) => {
                Outcome::Found(serde_json::from_str(row.result.as_deref().unwrap_or("null")).map_err(broken)?)
            }
            (Some("nothing"), _) => Outcome::Nothing,
            (Some("failed"), _) => Outcome::Failed(row.note.clone()),
            (Some(_), _) => Outcome::NothingOrFailed,
            (None, "failed") => Outcome::Failed(row.note.clone()),
            (None, "refused") => Outcome::Refused(row.note.clone().unwrap_or_default()),
            (None, "doubt") => Outcome::InDoubt,
            (None, "expired") => Outcome::Expired,
            (None, "unattributable") => Outcome::Unattributable,
            _ => Outcome::Open,
        };
        Ok(Self {
            position: row.position.unsigned_abs(),
            origin: row.origin.unsigned_abs(),
            chunk: row.chunk.unsigned_abs(),
            input: serde_json::from_str(&row.params).map_err(broken)?,
            outcome,
        })
    }
}

/// A time of the ledger: milliseconds since 1970.
pub(crate) fn time(millis: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis.unsigned_abs())
}
