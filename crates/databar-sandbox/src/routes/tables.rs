//! Tables as a whole.

use serde::Deserialize;
use serde_json::Value;

use super::{Answer, deleted};
use crate::{call::Call, refusal::Refusal, state::State, validate::Finding};

/// Empty rows that a new table may have: a bound of the sandbox, so that one request cannot fill the memory.
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
        .tables
        .iter()
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
            let message = format!("A new table has between 0 and {MAX_ROWS} rows");
            Refusal::unprocessable([(
                "body",
                &Finding {
                    pointer: "/rows".into(),
                    keyword: "maximum".into(),
                    message,
                },
            )])
        })?;
    let name = create.name.unwrap_or_else(|| "New empty table".into());
    let columns = create
        .columns
        .unwrap_or_else(|| ["column1", "column2", "column3"].map(Into::into).into());
    let workspace = state.workspace();
    Ok(state.create_table(name, &columns, rows)?.json(workspace))
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
    let id = state.table(call.uuid("table_uuid")?)?.id;
    state.tables.retain(|table| table.id != id);
    deleted()
}
