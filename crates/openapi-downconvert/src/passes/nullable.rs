//! OAS 3.0.3, Schema Object, `nullable`, found in a 3.1 document. 3.1 ignores it; 3.0 heeds it, and does so
//! only beside `type`.

use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    match (schema.get("nullable"), schema.get("type")) {
        (None, _) => {}
        (Some(Value::Bool(true)), Some(Value::String(name))) if name != "null" => {
            site.record(
                "nullable",
                Loss::Widened,
                "has an effect in OpenAPI 3.0, and was kept",
            );
        }
        _ => {
            schema.shift_remove("nullable");
            site.record("nullable", Loss::None, "had no effect, and was removed");
        }
    }
}
