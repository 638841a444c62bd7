//! The report on written rows.

use std::fmt;

use serde_json::{Map, Value};

use crate::RowId;

/// A report on written rows, with one entry for each row that the service answered for, in the order of the
/// input.
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
    /// The number of requests that succeeded.
    pub requests: usize,
}

impl WriteReport {
    /// The number of rows created.
    #[must_use]
    pub fn created(&self) -> usize {
        self.count(|outcome| *outcome == RowOutcome::Created)
    }

    /// The number of rows updated.
    #[must_use]
    pub fn updated(&self) -> usize {
        self.count(|outcome| *outcome == RowOutcome::Updated)
    }

    /// The number of rows deleted.
    #[must_use]
    pub fn deleted(&self) -> usize {
        self.count(|outcome| *outcome == RowOutcome::Deleted)
    }

    /// The number of rows skipped because the table already has them.
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

    /// The number of rows that did not change.
    pub(super) fn unchanged(&self) -> usize {
        self.skipped() + self.refused().count()
    }

    fn count(&self, wanted: impl Fn(&RowOutcome) -> bool) -> usize {
        self.rows.iter().filter(|row| wanted(&row.outcome)).count()
    }
}

/// A line such as `250 rows inserted, 50 skipped as duplicates`. Outcomes that did not occur are left out.
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
            (other, "with an unknown outcome"),
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

/// The outcome of one row.
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
/// let id = bob.id.clone().ok_or("the service returned no id")?;
/// table.delete_rows([id]).await?;
/// assert_eq!(table.rows().count().await?, 1);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WrittenRow {
    /// The row's position in the input, counted from 0.
    pub index: usize,
    /// The row's id in the table: the id of the new row, or of the row that it duplicates if the service
    /// reports it.
    pub id: Option<RowId>,
    /// What the service did with the row.
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
    /// The row was created.
    Created,
    /// A row of the table was updated with these cells.
    Updated,
    /// The row was deleted.
    Deleted,
    /// The row was skipped because the table already has it, by the columns of
    /// [`Insert::dedupe_by`](crate::Insert::dedupe_by).
    SkippedDuplicate,
    /// The service refused this row and wrote the others.
    Refused {
        /// The service's code, such as `ROW_NOT_FOUND` or `AMBIGUOUS_MATCH`.
        code: String,
        /// The service's message, if there is one.
        message: Option<String>,
    },
    /// The service used an outcome that this version does not know.
    Other(String),
    /// The service did not report an outcome.
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
