//! JSON Schema 2020-12, Core, section 10.3.1.1 `prefixItems`: a schema for each position, with `items` for
//! the rest. In OAS 3.0.3, `items` describes all positions: it gets a schema that accepts whatever any of
//! them accepts.

use serde_json::{Value, json};

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, any_of, replace};

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    let Some(value) = schema.get_mut("prefixItems").map(Value::take) else {
        return;
    };
    let Value::Array(positions) = value else {
        schema.shift_remove("prefixItems");
        return site.record("prefixItems", Loss::Widened, "removed");
    };
    let count = positions.len() as u64;
    let rest = schema.shift_remove("items");
    let is_closed = rest.as_ref() == Some(&json!({ "not": {} }));
    if is_closed
        && schema
            .get("maxItems")
            .and_then(Value::as_u64)
            .is_none_or(|limit| limit > count)
    {
        schema.insert("maxItems".to_owned(), Value::from(count));
    }
    let has_rest = schema
        .get("maxItems")
        .and_then(Value::as_u64)
        .is_none_or(|limit| limit > count);
    let mut alternatives = positions;
    if has_rest {
        alternatives.push(rest.unwrap_or_else(|| json!({})));
    }
    let items = if alternatives.is_empty() {
        json!({})
    } else {
        any_of(alternatives)
    };
    replace(schema, "prefixItems", [("items".to_owned(), items)]);
    site.record(
        "prefixItems",
        Loss::Widened,
        "-> `items` that accepts whatever any position accepts",
    );
}
