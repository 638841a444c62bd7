//! How grave a change is.

use serde::Serialize;

/// What a change means to a client that was written against the old document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It cannot fail; a changelog mentions the change.
    Info,
    /// It may fail; the documents do not tell.
    Warning,
    /// It can fail although it does all that the old document asks.
    Breaking,
}

impl Level {
    /// Its name: `breaking`, `warning`, `info`.
    pub fn name(self) -> &'static str {
        match self {
            Level::Breaking => "breaking",
            Level::Warning => "warning",
            Level::Info => "info",
        }
    }
}
