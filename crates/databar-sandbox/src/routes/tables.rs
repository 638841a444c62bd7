//! Tables as a whole.

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, deleted};
use crate::{
    call::Call,
    refusal::Refusal,
    state::{Destination, State},
};

/// The maximum number of empty rows in a new table: a limit of the sandbox, so that one request cannot fill
/// the memory.
const MAX_ROWS: i64 = 100_000;

#[derive(Deserialize)]
struct Create {
    name: Option<String>,
    columns: Option<Vec<String>>,
    #[serde(default)]
    rows: i64,
}

#[derive(Deserialize)]
struct Rename {
    name: String,
}

pub(super) fn list(state: &mut State, _: &Call) -> Answer {
    let workspace = state.workspace();
    Ok(state
        .library
        .tables()
        .map(|table| table.json(workspace))
        .collect::<Vec<Value>>()
        .into())
}

pub(super) fn create(state: &mut State, call: &Call) -> Answer {
    let create: Create = call.body()?;
    let rows = usize::try_from(create.rows)
        .ok()
        .filter(|_| create.rows <= MAX_ROWS)
        .ok_or_else(|| {
            let message = format!("a new table has between 0 and {MAX_ROWS} rows");
            Refusal::invalid(["body".into(), "rows".into()], message)
        })?;
    let columns = create.columns.unwrap_or_else(default_columns);
    let name = create.name.unwrap_or_else(|| DEFAULT_NAME.into());
    let workspace = state.workspace();
    Ok(state.create_table(None, name, &columns, rows)?.json(workspace))
}

pub(super) const DEFAULT_NAME: &str = "New empty table";

pub(super) fn default_columns() -> Vec<String> {
    ["column1", "column2", "column3"].map(Into::into).into()
}

#[derive(Deserialize)]
struct Duplicate {
    table: Uuid,
}

pub(super) fn duplicate(state: &mut State, call: &Call) -> Answer {
    let Duplicate { table } = call.body()?;
    let workspace = state.workspace();
    Ok(state.duplicate_table(table)?.json(workspace))
}

#[derive(Deserialize)]
struct Move {
    #[serde(default)]
    new_workbook: bool,
    workbook: Option<String>,
    name: Option<String>,
}

pub(super) fn move_to(state: &mut State, call: &Call) -> Answer {
    let Move {
        new_workbook,
        workbook,
        name,
    } = call.body()?;
    let table = call.uuid("table_uuid")?;
    let to = match (new_workbook, workbook) {
        (true, None) => Destination::New(name),
        (false, Some(workbook)) => Destination::Existing(workbook),
        (true, Some(_)) | (false, None) => {
            let message = "a table moves either into `workbook` or into a new workbook";
            return Err(Refusal::invalid(["body".into(), "workbook".into()], message));
        }
    };
    let workspace = state.workspace();
    Ok(state.move_table(table, to)?.json(workspace))
}

pub(super) fn clear(state: &mut State, call: &Call) -> Answer {
    state.clear_table(call.uuid("table_uuid")?)?;
    Ok(json!({ "status": "queued" }))
}

pub(super) fn rename(state: &mut State, call: &Call) -> Answer {
    let Rename { name } = call.body()?;
    let (now, workspace) = (state.now, state.workspace());
    let table = state.table_mut(call.uuid("table_uuid")?)?;
    table.name = name;
    table.touch(now);
    Ok(table.json(workspace))
}

pub(super) fn delete(state: &mut State, call: &Call) -> Answer {
    state.library.bin_table(call.uuid("table_uuid")?, state.now)?;
    deleted()
}
