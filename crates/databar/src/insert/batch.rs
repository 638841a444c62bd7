//! One request of an insertion, and reading what its answer says of each row.

use std::ops::Range;

use databar_api::types;

use super::{InsertOutcome, InsertedRow, Pending};
use crate::{Error, ErrorKind};

pub(super) const OPERATION: &str = "insert_rows";

/// A batch that was not answered for as a whole.
pub(super) struct Failed {
    pub(super) cause: Error,
    /// What is known of its rows if some may have been written; otherwise nothing.
    pub(super) in_doubt: Vec<InsertedRow>,
}

/// Sends the first `size` rows. They stay where they are until their answer is there, so it is a copy that is sent:
/// building the request takes it, and does not give it back when the request fails.
pub(super) async fn send(
    pending: &Pending,
    size: usize,
    keys: Option<Vec<String>>,
) -> Result<Vec<InsertedRow>, Failed> {
    let rows: Vec<types::InsertRow> = pending
        .rows
        .iter()
        .take(size)
        .map(|fields| types::InsertRow::new(fields.clone()))
        .collect();
    let positions = pending.position()..pending.position() + rows.len();
    let mut options = types::InsertOptions::new().allow_new_columns(pending.allow_new_columns);
    if let Some(keys) = keys {
        options = options.dedupe(types::DedupeOptions::new().enabled(true).keys(keys));
    }
    let request = pending.client.api().insert_rows(pending.table, rows);
    match request.options(options).await {
        Ok(response) => read(response.results, positions),
        Err(cause) => Err(Failed {
            in_doubt: match cause.may_have_run() {
                true => positions.map(InsertedRow::unreported).collect(),
                false => Vec::new(),
            },
            cause,
        }),
    }
}

/// What the answer says of the rows at these positions of the input. An answer that leaves out a row leaves it open
/// whether its positions are right, so all rows of the batch are in doubt then. Entries that fit no row, or a row that
/// has one, are passed over where every row is accounted for: there is nothing left to decide.
fn read(
    results: Vec<types::BatchInsertResultItem>,
    positions: Range<usize>,
) -> Result<Vec<InsertedRow>, Failed> {
    let entries = results.len();
    let mut rows: Vec<InsertedRow> = positions.map(InsertedRow::unreported).collect();
    for item in results {
        let row = usize::try_from(item.index)
            .ok()
            .and_then(|index| rows.get_mut(index));
        if let Some(row) = row.filter(|row| row.outcome == InsertOutcome::Unreported) {
            row.outcome = item.action.into();
            row.id = item.id;
        }
    }
    let missing = rows
        .iter()
        .filter(|row| row.outcome == InsertOutcome::Unreported)
        .count();
    if missing == 0 {
        return Ok(rows);
    }
    let what = format!(
        "the answer has {entries} results for {} rows, and none for {missing} of them",
        rows.len()
    );
    Err(Failed {
        cause: Error::new(ErrorKind::Inconsistent, what)
            .with_operation(OPERATION)
            .with_may_have_run(true),
        in_doubt: rows,
    })
}
