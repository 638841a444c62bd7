//! JSON Schema 2020-12, Core, section 8.2.3.2 `$dynamicRef`. If it leads to the same schema in every dynamic
//! scope, it becomes a `$ref`. If not, it was already removed with the references that have no target.

use serde_json::{Value, json};

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, also, replace};

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    let Some(target) = schema
        .get("$dynamicRef")
        .and_then(Value::as_str)
        .map(str::to_owned)
    else {
        return;
    };
    if schema.contains_key("$ref") {
        schema.shift_remove("$dynamicRef");
        also(schema, Object::from_iter([("$ref".to_owned(), json!(target))]));
    } else {
        replace(schema, "$dynamicRef", [("$ref".to_owned(), json!(target))]);
    }
    site.record("$dynamicRef", Loss::None, "-> `$ref`");
}
