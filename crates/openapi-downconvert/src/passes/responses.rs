//! OAS 3.1, Operation Object: `responses` is optional. OAS 3.0.3: it is required, with "at least one response
//! code".

use serde_json::{Value, json};

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(operation: &mut Object, site: &mut Site<'_>) {
    let has_any = |responses: &Value| {
        responses
            .as_object()
            .is_none_or(|map| map.keys().any(|key| !key.starts_with("x-")))
    };
    match operation.get_mut("responses") {
        Some(responses) if has_any(responses) => return,
        Some(Value::Object(responses)) => {
            responses.insert("default".to_owned(), json!({ "description": "" }));
        }
        _ => {
            operation.insert(
                "responses".to_owned(),
                json!({ "default": { "description": "" } }),
            );
        }
    }
    site.record_here(Loss::None, "`default` response added: one response is required");
}
