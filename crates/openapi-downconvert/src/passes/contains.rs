//! JSON Schema 2020-12, Core, section 10.3.1.3 `contains`, and Validation, sections 6.4.4 `maxContains` and
//! 6.4.5 `minContains` limit how many elements of an array match. OAS 3.0.3 can only limit how many elements
//! there are.

use serde_json::{Value, json};

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    let contains = schema.shift_remove("contains");
    let least = schema
        .shift_remove("minContains")
        .map_or(Some(1), |count| count.as_u64());
    let most = schema.shift_remove("maxContains");
    let Some(contains) = contains else {
        if most.is_some() {
            site.record("maxContains", Loss::None, "removed: it has no effect");
        }
        return;
    };
    let least = least.unwrap_or_default();
    if schema.get("minItems").and_then(Value::as_u64).unwrap_or_default() < least {
        schema.insert("minItems".to_owned(), Value::from(least));
    }
    let is_any = contains == Value::Bool(true) || contains == json!({});
    let loss = if least == 0 && most.is_none() || is_any && most.is_none() {
        Loss::None
    } else {
        Loss::Widened
    };
    let items = if least == 1 { "item" } else { "items" };
    site.record("contains", loss, format!("-> at least {least} {items}"));
}
