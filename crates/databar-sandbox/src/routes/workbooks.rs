//! Workbooks and their sheets, which are tables.

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    Answer, deleted,
    tables::{DEFAULT_NAME, default_columns},
};
use crate::{call::Call, refusal::Refusal, state::State};

pub(super) fn list(state: &mut State, _: &Call) -> Answer {
    let library = &state.library;
    let shown = library
        .workbooks()
        .map(|workbook| library.workbook_json(workbook));
    Ok(shown.collect::<Vec<Value>>().into())
}

fn show(state: &State, id: &str) -> Answer {
    Ok(state.library.workbook_json(state.library.workbook(id)?))
}

pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    show(state, call.text("workbook_id"))
}

#[derive(Deserialize)]
struct Rename {
    name: String,
}

pub(super) fn rename(state: &mut State, call: &Call) -> Answer {
    let Rename { name } = call.body()?;
    let id = call.text("workbook_id");
    state.library.rename_workbook(id, name, state.now)?;
    show(state, id)
}

pub(super) fn delete(state: &mut State, call: &Call) -> Answer {
    state.library.bin_workbook(call.text("workbook_id"), state.now)?;
    deleted()
}

pub(super) fn duplicate(state: &mut State, call: &Call) -> Answer {
    let copy = state.duplicate_workbook(call.text("workbook_id"))?;
    show(state, &copy)
}

#[derive(Deserialize)]
struct Merge {
    target: String,
    sources: Vec<String>,
}

pub(super) fn merge(state: &mut State, call: &Call) -> Answer {
    let Merge { target, sources } = call.body()?;
    if let Some(index) = sources.iter().position(|source| *source == target) {
        let place = ["body".into(), "sources".into(), index.into()];
        return Err(Refusal::invalid(place, "a workbook cannot be merged into itself"));
    }
    state.library.merge(&target, &sources, state.now)?;
    show(state, &target)
}

#[derive(Deserialize)]
struct AddTable {
    name: Option<String>,
}

pub(super) fn add_table(state: &mut State, call: &Call) -> Answer {
    let AddTable { name } = call.body()?;
    let name = name.unwrap_or_else(|| DEFAULT_NAME.into());
    let workspace = state.workspace();
    let table = state.create_table(Some(call.text("workbook_id")), name, &default_columns(), 0)?;
    Ok(table.json(workspace))
}

#[derive(Deserialize)]
struct Reorder {
    table_ids: Vec<String>,
}

pub(super) fn reorder(state: &mut State, call: &Call) -> Answer {
    let Reorder { table_ids } = call.body()?;
    // Text that is not a UUID matches no table, just like an unknown UUID.
    let order: Vec<Uuid> = table_ids
        .iter()
        .map(|id| id.parse().unwrap_or_default())
        .collect();
    let id = call.text("workbook_id");
    state.library.reorder(id, &order, state.now)?;
    show(state, id)
}
