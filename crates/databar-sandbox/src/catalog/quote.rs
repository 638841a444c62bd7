//! The result of one input, and its price.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::credits::Credits;

/// The outcome of one input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    /// An object, or an array of objects for an enrichment that lists.
    Found(Value),
    Missing,
    Failed(String),
}

/// The outcome of one input, computed before the time at which it is shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Quote {
    pub(crate) outcome: Outcome,
    /// The amount taken from the balance at the start.
    pub(crate) reserve: Credits,
    /// The final price.
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
