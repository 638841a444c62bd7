//! JSON Schema 2020-12, Core, section 10.3.2.4 `propertyNames`. OAS 3.0.3 cannot constrain property names
//! that are not listed.

use serde_json::{Value, json};

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    match schema.shift_remove("propertyNames") {
        None => {}
        Some(names)
            if names == Value::Bool(true) || names == json!({}) || names == json!({ "type": "string" }) =>
        {
            site.record("propertyNames", Loss::None, "removed: it has no effect");
        }
        Some(_) => site.record("propertyNames", Loss::Widened, "removed"),
    }
}
