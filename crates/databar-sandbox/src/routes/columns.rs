//! Columns of a table.

use serde::Deserialize;
use serde_json::Value;

use super::{Answer, deleted};
use crate::{
    call::Call,
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
    table.touch(now);
    let kind = create.r#type.as_deref().unwrap_or("text");
    Ok(table.add_column(ids, &create.name, kind, None)?.summary())
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
