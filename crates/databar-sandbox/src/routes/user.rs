//! The user behind the key, and the balance.

use serde_json::json;

use super::Answer;
use crate::{call::Call, state::State};

pub(super) fn get(state: &mut State, _: &Call) -> Answer {
    Ok(json!({
        "first_name": "Sandy",
        "email": "sandy@example.com",
        "balance": state.ledger.balance().json(),
        "plan": "Pro",
        "workspace": state.workspace(),
    }))
}
