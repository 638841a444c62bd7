//! The severity of a change.

use serde::Serialize;

/// What a change means for a client that was written against the old document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The client cannot fail, but a changelog mentions the change.
    Info,
    /// The client may fail: the documents do not decide this.
    Warning,
    /// The client can fail, although it does everything that the old document requires.
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
