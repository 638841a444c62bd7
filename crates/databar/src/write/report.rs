//! What became of rows that were written.

use std::fmt;

use serde_json::{Map, Value};

use crate::RowId;

/// What became of the rows, one entry for each that the service has answered for, in the order of the input.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("Leads").columns(["Email"]).await?;
/// # use serde_json::json;
/// let lead = |name| json!({ "Email": format!("{name}@example.com") });
/// table.insert([lead("ada")]).await?;
/// let inserted = table.insert([lead("ada"), lead("bob")]).dedupe_by(["Email"]).await?;
/// assert_eq!((inserted.created(), inserted.skipped()), (1, 1));
/// assert_eq!(inserted.to_string(), "1 row inserted, 1 skipped as duplicates");
///
/// let upserted = table.upsert("Email", [lead("ada"), lead("eve")]).await?;
/// assert_eq!((upserted.updated(), upserted.created()), (1, 1));
/// let deleted = table.delete_rows(upserted.ids().cloned()).await?;
/// assert_eq!(deleted.deleted(), 2);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WriteReport {
    /// One entry per row of the input.
    pub rows: Vec<WrittenRow>,
    /// How many requests were answered with success.
    pub requests: usize,
}

impl WriteReport {
    /// How many rows were created.
    #[must_use]
    pub fn created(&self) -> usize {
        self.count(|outcome| *outcome == RowOutcome::Created)
    }

    /// How many rows were updated.
    #[must_use]
    pub fn updated(&self) -> usize {
        self.count(|outcome| *outcome == RowOutcome::Updated)
    }

    /// How many rows were deleted.
    #[must_use]
    pub fn deleted(&self) -> usize {
        self.count(|outcome| *outcome == RowOutcome::Deleted)
    }

    /// How many rows were skipped because the table has them already.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.count(|outcome| *outcome == RowOutcome::SkippedDuplicate)
    }

    /// The rows that the service refused, each with its reason.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// # use serde_json::json;
    /// use databar::{RowId, RowOutcome};
    ///
    /// let unknown = RowId::new("00000000-0000-4000-8000-000000000000")?;
    /// let report = table.update([(unknown, json!({ "Email": "ada@example.com" }))]).await?;
    /// for row in report.refused() {
    ///     assert!(matches!(&row.outcome, RowOutcome::Refused { code, .. } if code == "ROW_NOT_FOUND"));
    /// }
    /// assert_eq!(report.refused().count(), 1);
    /// # Ok(()) });
    /// ```
    #[must_use = "the rows do nothing unless they are read"]
    pub fn refused(&self) -> impl Iterator<Item = &WrittenRow> {
        self.rows
            .iter()
            .filter(|row| matches!(row.outcome, RowOutcome::Refused { .. }))
    }

    /// The ids of the rows that were created or updated.
    #[must_use = "the ids do nothing unless they are read"]
    pub fn ids(&self) -> impl Iterator<Item = &RowId> {
        self.rows
            .iter()
            .filter(|row| matches!(row.outcome, RowOutcome::Created | RowOutcome::Updated))
            .filter_map(|row| row.id.as_ref())
    }

    /// How many rows are as they were before.
    pub(super) fn unchanged(&self) -> usize {
        self.skipped() + self.refused().count()
    }

    fn count(&self, wanted: impl Fn(&RowOutcome) -> bool) -> usize {
        self.rows.iter().filter(|row| wanted(&row.outcome)).count()
    }
}

/// Such as `250 rows inserted, 50 skipped as duplicates`; what did not occur is left out.
impl fmt::Display for WriteReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let other = self.count(|outcome| matches!(outcome, RowOutcome::Other(_)));
        let unreported = self.count(|outcome| *outcome == RowOutcome::Unreported);
        let parts = [
            (self.created(), "inserted"),
            (self.updated(), "updated"),
            (self.deleted(), "deleted"),
            (self.skipped(), "skipped as duplicates"),
            (self.refused().count(), "refused"),
            (other, "with an outcome that is not known"),
            (unreported, "unreported"),
        ];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        for (index, (count, what)) in parts.enumerate() {
            match index {
                0 if count == 1 => write!(f, "1 row {what}")?,
                0 => write!(f, "{count} rows {what}")?,
                _ => write!(f, ", {count} {what}")?,
            }
        }
        if self.rows.is_empty() {
            f.write_str("no rows")?;
        }
        Ok(())
    }
}

/// What became of one row.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("Leads").columns(["Email"]).await?;
/// # use serde_json::json;
/// let lead = |name| json!({ "Email": format!("{name}@example.com") });
/// let report = table.insert([lead("ada"), lead("bob")]).await?;
/// let bob = &report.rows[1];
/// assert_eq!((bob.index, &bob.outcome), (1, &databar::RowOutcome::Created));
/// let id = bob.id.clone().ok_or("the service has given no id")?;
/// table.delete_rows([id]).await?;
/// assert_eq!(table.rows().count().await?, 1);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WrittenRow {
    /// Its position in the input, from 0.
    pub index: usize,
    /// Its id in the table: of the new row, or of the one it duplicates if the service tells.
    pub id: Option<RowId>,
    /// What the service did.
    pub outcome: RowOutcome,
}

impl WrittenRow {
    pub(super) fn unreported(index: usize) -> Self {
        Self {
            index,
            id: None,
            outcome: RowOutcome::Unreported,
        }
    }
}

/// What the service did with a row.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("Leads").columns(["Email"]).await?;
/// # use serde_json::json;
/// use databar::RowOutcome;
///
/// let lead = |name| json!({ "Email": format!("{name}@example.com") });
/// table.insert([lead("ada")]).await?;
/// let report = table.insert([lead("ada"), lead("bob")]).dedupe_by(["Email"]).await?;
/// let outcomes: Vec<_> = report.rows.iter().map(|row| &row.outcome).collect();
/// assert_eq!(outcomes, [&RowOutcome::SkippedDuplicate, &RowOutcome::Created]);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowOutcome {
    /// It is a new row.
    Created,
    /// A row of the table has its cells now.
    Updated,
    /// It is gone.
    Deleted,
    /// The table has it already, by the columns of [`Insert::dedupe_by`](crate::Insert::dedupe_by).
    SkippedDuplicate,
    /// The service refused it, and wrote the others.
    Refused {
        /// The service's code, such as `ROW_NOT_FOUND` or `AMBIGUOUS_MATCH`.
        code: String,
        /// The service's words, if there are any.
        message: Option<String>,
    },
    /// The service used a word that this version does not know.
    Other(String),
    /// The service did not say.
    Unreported,
}

impl RowOutcome {
    pub(super) fn refused(error: Option<Map<String, Value>>) -> Self {
        let text = |key: &str| {
            let value = error.as_ref().and_then(|error| error.get(key))?;
            Some(
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), ToOwned::to_owned),
            )
        };
        Self::Refused {
            code: text("code").unwrap_or_default(),
            message: text("message"),
        }
    }
}
