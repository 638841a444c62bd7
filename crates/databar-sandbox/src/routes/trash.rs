//! The trash: deleted workbooks and tables.

use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::Answer;
use crate::{call::Call, state::State};

pub(super) fn list(state: &mut State, _: &Call) -> Answer {
    Ok(state.library.trash_json().into())
}

#[derive(Deserialize)]
struct Selection {
    workbooks: Vec<String>,
    tables: Vec<String>,
}

impl Selection {
    /// The ids of the tables. Text that is not a UUID matches no table.
    fn tables(&self) -> Vec<Uuid> {
        self.tables.iter().filter_map(|id| id.parse().ok()).collect()
    }
}

pub(super) fn restore(state: &mut State, call: &Call) -> Answer {
    let selection: Selection = call.body()?;
    state.restore(&selection.workbooks, &selection.tables());
    Ok(json!({ "status": "ok" }))
}

pub(super) fn purge(state: &mut State, call: &Call) -> Answer {
    let selection: Selection = call.body()?;
    state.library.purge(&selection.workbooks, &selection.tables());
    Ok(json!({ "status": "ok" }))
}
