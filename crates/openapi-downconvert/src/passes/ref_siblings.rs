//! JSON Schema 2020-12, Core, section 8.2.3.1 `$ref`: a keyword like any other. OAS 3.0.3, Reference Object:
//! properties next to `$ref` "SHALL be ignored".

use serde_json::{Value, json};

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, replace};

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    if schema.len() < 2 {
        return;
    }
    let Some(target) = schema.get("$ref").cloned() else {
        return;
    };
    let reference = json!({ "$ref": target });
    match schema.get_mut("allOf").and_then(Value::as_array_mut) {
        Some(all) => {
            all.insert(0, reference);
            schema.shift_remove("$ref");
        }
        None => replace(schema, "$ref", [("allOf".to_owned(), json!([reference]))]),
    }
    site.record("$ref", Loss::None, "has keywords next to it -> `allOf`");
}
