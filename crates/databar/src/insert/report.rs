//! What an insertion did with each row.

use std::fmt;

use databar_api::types;

use crate::RowId;

/// What became of the rows, one entry for each that the service has answered for, in the order of the input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct InsertReport {
    /// One entry per row of the input.
    pub rows: Vec<InsertedRow>,
    /// How many requests were answered with success.
    pub requests: usize,
}

impl InsertReport {
    /// How many rows were created.
    #[must_use]
    pub fn created(&self) -> usize {
        self.count(|outcome| *outcome == InsertOutcome::Created)
    }

    /// How many rows were skipped because the table has them already.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.count(|outcome| *outcome == InsertOutcome::SkippedDuplicate)
    }

    /// The ids of the rows that were created.
    #[must_use = "the ids do nothing unless they are read"]
    pub fn ids(&self) -> impl Iterator<Item = &RowId> {
        self.rows
            .iter()
            .filter(|row| row.outcome == InsertOutcome::Created)
            .filter_map(|row| row.id.as_ref())
    }

    fn count(&self, wanted: impl Fn(&InsertOutcome) -> bool) -> usize {
        self.rows.iter().filter(|row| wanted(&row.outcome)).count()
    }
}

/// Such as `250 rows inserted, 50 skipped as duplicates`; what did not occur is left out, except the first.
impl fmt::Display for InsertReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows inserted", self.created())?;
        let unreported = self.count(|outcome| *outcome == InsertOutcome::Unreported);
        let other = self.count(|outcome| matches!(outcome, InsertOutcome::Other(_)));
        for (count, what) in [
            (self.skipped(), "skipped as duplicates"),
            (other, "with an outcome that is not known"),
            (unreported, "unreported"),
        ] {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        Ok(())
    }
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InsertedRow {
    /// Its position in the input, from 0.
    pub index: usize,
    /// Its id in the table: of the new row, or of the one it duplicates if the service tells.
    pub id: Option<RowId>,
    /// What the service did.
    pub outcome: InsertOutcome,
}

impl InsertedRow {
    pub(super) fn unreported(index: usize) -> Self {
        Self {
            index,
            id: None,
            outcome: InsertOutcome::Unreported,
        }
    }
}

/// What the service did with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InsertOutcome {
    /// It is a new row.
    Created,
    /// The table has it already, by the columns of [`Insert::dedupe_by`](crate::Insert::dedupe_by).
    SkippedDuplicate,
    /// The service used a word that this version does not know.
    Other(String),
    /// The service did not say.
    Unreported,
}

impl From<types::BatchInsertResultItemAction> for InsertOutcome {
    fn from(action: types::BatchInsertResultItemAction) -> Self {
        match action {
            types::BatchInsertResultItemAction::Created => Self::Created,
            types::BatchInsertResultItemAction::SkippedDuplicate => Self::SkippedDuplicate,
            other => Self::Other(other.to_string()),
        }
    }
}
