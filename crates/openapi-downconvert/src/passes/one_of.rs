//! JSON Schema 2020-12, Core, section 10.2.1.3 `oneOf`: exactly one alternative. An alternative that accepts more than before may make a value match
//! two, and be refused.

use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, replace};

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    let Some(alternatives) = schema.get("oneOf").filter(|_| site.loosened).cloned() else {
        return;
    };
    if schema.contains_key("anyOf") {
        replace(schema, "oneOf", []);
        let union = Value::Object(Object::from_iter([("anyOf".to_owned(), alternatives)]));
        match schema.get_mut("allOf").and_then(Value::as_array_mut) {
            Some(all) => all.push(union),
            None => {
                schema.insert("allOf".to_owned(), Value::Array(vec![union]));
            }
        }
    } else {
        replace(schema, "oneOf", [("anyOf".to_owned(), alternatives)]);
    }
    site.record(
        "oneOf",
        Loss::Widened,
        "-> `anyOf`: an alternative accepts more than before",
    );
}
