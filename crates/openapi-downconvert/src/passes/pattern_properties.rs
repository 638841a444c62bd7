//! JSON Schema 2020-12, Core, section 10.3.2.2 `patternProperties`. OAS 3.0.3 can only describe all
//! properties that are not listed. They get a schema that accepts whatever any of the patterns or
//! `additionalProperties` accepts.

use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, any_of};

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    let Some(patterns) = schema.shift_remove("patternProperties") else {
        return;
    };
    let Value::Object(patterns) = patterns else {
        return site.record("patternProperties", Loss::Widened, "removed");
    };
    let mut alternatives: Vec<Value> = patterns.into_iter().map(|(_, schema)| schema).collect();
    match schema.get_mut("additionalProperties") {
        Some(Value::Bool(true)) => {}
        None if alternatives.is_empty() => {}
        None => {
            // Explicit rather than implied: readers should expect members that are not listed.
            schema.insert("additionalProperties".to_owned(), Value::Bool(true));
        }
        Some(_) if alternatives.is_empty() => {}
        Some(others) => {
            if *others != Value::Bool(false) {
                alternatives.push(others.take());
            }
            *others = any_of(alternatives);
        }
    }
    site.record(
        "patternProperties",
        Loss::Widened,
        "merged into `additionalProperties`",
    );
}
