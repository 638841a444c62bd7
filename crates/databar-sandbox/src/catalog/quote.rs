//! What one input yields, and for how much.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::credits::Credits;

/// What became of one input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    /// An object; an array of objects from an enrichment that lists.
    Found(Value),
    Missing,
    Failed(String),
}

/// One input, worked out ahead of the time at which it is shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Quote {
    pub(crate) outcome: Outcome,
    /// Taken from the balance at the start.
    pub(crate) reserve: Credits,
    /// What stays taken in the end.
    pub(crate) cost: Credits,
}

impl Quote {
    pub(crate) fn free(outcome: Outcome) -> Self {
        Self {
            outcome,
            reserve: Credits::ZERO,
            cost: Credits::ZERO,
        }
    }
}
