//! Columns of a table.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, deleted};
use crate::{
    call::Call,
    refusal::Refusal,
    state::{Column, State},
};

#[derive(Deserialize)]
struct Create {
    name: String,
    r#type: Option<String>,
}

#[derive(Deserialize)]
struct Rename {
    name: String,
}

pub(super) fn list(state: &mut State, call: &Call) -> Answer {
    let table = state.table(call.uuid("table_uuid")?)?;
    Ok(table
        .columns
        .iter()
        .map(Column::json)
        .collect::<Vec<Value>>()
        .into())
}

pub(super) fn create(state: &mut State, call: &Call) -> Answer {
    let create: Create = call.body()?;
    let now = state.now;
    let (table, ids) = state.table_and_ids(call.uuid("table_uuid")?)?;
    let kind = create.r#type.as_deref().unwrap_or("text");
    let id = table
        .add_column(ids, &create.name, kind, None)
        .map_err(|message| Refusal::invalid(["body".into(), "name".into()], message))?;
    table.touch(now);
    Ok(table.column(id).ok_or_else(Refusal::not_found)?.summary())
}

pub(super) fn rename(state: &mut State, call: &Call) -> Answer {
    let Rename { name } = call.body()?;
    let table = state.table_mut(call.uuid("table_uuid")?)?;
    Ok(table.rename_column(call.uuid("column_id")?, &name)?.summary())
}

pub(super) fn delete(state: &mut State, call: &Call) -> Answer {
    state
        .table_mut(call.uuid("table_uuid")?)?
        .delete_column(call.uuid("column_id")?)?;
    deleted()
}

#[derive(Deserialize)]
struct Reorder {
    index: u64,
}

pub(super) fn reorder(state: &mut State, call: &Call) -> Answer {
    let Reorder { index } = call.body()?;
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    let now = state.now;
    let table = state.table_mut(call.uuid("table_uuid")?)?;
    table.reorder_column(call.uuid("column_id")?, index)?;
    table.touch(now);
    Ok(json!({ "status": "ok" }))
}
