//! JSON Schema 2020-12, Validation, section 9.5 `examples`: an array. OAS 3.0.3 has room for one of them, as
//! `example`.

use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, replace};

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    match schema.get("examples") {
        None => {}
        Some(Value::Array(examples)) if !examples.is_empty() && !schema.contains_key("example") => {
            let (first, others) = (examples[0].clone(), examples.len() - 1);
            replace(schema, "examples", [("example".to_owned(), first)]);
            match others {
                0 => site.record("examples", Loss::None, "-> `example`"),
                _ => site.record(
                    "examples",
                    Loss::Dropped,
                    format!("the first -> `example`; the other {others} removed"),
                ),
            }
        }
        Some(examples) => {
            let loss = if examples.as_array().is_some_and(Vec::is_empty) {
                Loss::None
            } else {
                Loss::Dropped
            };
            schema.shift_remove("examples");
            site.record("examples", loss, "removed");
        }
    }
}
