//! Connectors of the workspace.

use serde_json::Value;

use super::Answer;
use crate::{call::Call, state::State};

pub(super) fn list(state: &mut State, _: &Call) -> Answer {
    Ok(state.connectors.list().into())
}

pub(super) fn create(state: &mut State, call: &Call) -> Answer {
    let definition = call.body()?;
    Ok(state.connectors.create(definition, state.now))
}

pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    state.connectors.get(call.number("connector_id")?)
}

pub(super) fn replace(state: &mut State, call: &Call) -> Answer {
    let definition = call.body()?;
    state.connectors.replace(call.number("connector_id")?, definition)
}

pub(super) fn delete(state: &mut State, call: &Call) -> Answer {
    state.connectors.delete(call.number("connector_id")?)?;
    Ok(Value::Null)
}
