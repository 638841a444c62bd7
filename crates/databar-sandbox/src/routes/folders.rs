//! Folders.

use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{Answer, deleted};
use crate::{call::Call, state::State};

#[derive(Deserialize)]
struct Name {
    name: String,
}

pub(super) fn list(state: &mut State, _: &Call) -> Answer {
    Ok(state.library.folders_json().into())
}

pub(super) fn create(state: &mut State, call: &Call) -> Answer {
    let Name { name } = call.body()?;
    let id = state.create_folder(name);
    state.library.folder_json(id)
}

pub(super) fn rename(state: &mut State, call: &Call) -> Answer {
    let Name { name } = call.body()?;
    let id = call.number("folder_id")?;
    state.library.rename_folder(id, name, state.now)?;
    state.library.folder_json(id)
}

pub(super) fn delete(state: &mut State, call: &Call) -> Answer {
    state.library.delete_folder(call.number("folder_id")?)?;
    deleted()
}

#[derive(Deserialize)]
struct MoveTable {
    table_uuid: Uuid,
    folder_id: Option<i64>,
}

pub(super) fn move_table(state: &mut State, call: &Call) -> Answer {
    let MoveTable {
        table_uuid,
        folder_id,
    } = call.body()?;
    state.library.move_to_folder(table_uuid, folder_id)?;
    Ok(json!({ "status": "moved" }))
}
