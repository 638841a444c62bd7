//! JSON Schema 2020-12, Core, section 10.2.1.3 `oneOf`: exactly one alternative must match. If an alternative
//! accepts more than before, a value may match two of them and be refused.

use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, also, replace};

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    let Some(alternatives) = schema.get_mut("oneOf").filter(|_| site.loosened).map(Value::take) else {
        return;
    };
    let union = Object::from_iter([("anyOf".to_owned(), alternatives)]);
    if schema.contains_key("anyOf") {
        schema.shift_remove("oneOf");
        also(schema, union);
    } else {
        replace(schema, "oneOf", union);
    }
    site.record(
        "oneOf",
        Loss::Widened,
        "-> `anyOf`: an alternative accepts more than before",
    );
}
