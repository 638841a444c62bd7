//! JSON Schema 2020-12, Core, section 4.3.2 "Boolean JSON Schemas": `true` accepts everything, `false`
//! accepts nothing. OAS 3.0.3 allows booleans only as `additionalProperties`.

use serde_json::{Value, json};

use super::Site;
use crate::change::Loss;

pub(super) fn run(schema: &mut Value, site: &mut Site<'_>) {
    let (replacement, note) = match schema {
        Value::Bool(true) => (json!({}), "`true` -> `{}`"),
        Value::Bool(false) => (json!({ "not": {} }), "`false` -> `{not: {}}`"),
        _ => return,
    };
    *schema = replacement;
    site.record_here(Loss::None, note);
}
