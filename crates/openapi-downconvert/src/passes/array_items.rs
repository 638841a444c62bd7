//! OAS 3.0.3, Schema Object: "`items` MUST be present if the `type` is `array`". JSON Schema 2020-12, Core,
//! section 10.3.1.2: absent `items` has the same effect as the empty schema.

use serde_json::{Value, json};

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    let is_array = match schema.get("type") {
        Some(Value::String(name)) => name == "array",
        Some(Value::Array(names)) => names.iter().any(|name| name == "array"),
        _ => false,
    };
    if is_array && !schema.contains_key("items") {
        schema.insert("items".to_owned(), json!({}));
        site.record_here(Loss::None, "`items: {}` added");
    }
}
