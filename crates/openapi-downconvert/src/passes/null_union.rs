//! JSON Schema 2020-12, Core, sections 10.2.1.2 `anyOf` and 10.2.1.3 `oneOf`, of a schema and null: how "a value or null" is mostly
//! written in OAS 3.1, and what `nullable` is for in OAS 3.0.3.
//!
//! `nullable` needs a `type` in the same schema object, so the alternative that is not null takes the place of the union if it has one and
//! nothing in it or beside the union would refuse null. Any other union with null keeps its form: null is then an
//! alternative with an `enum`.

use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, TYPES, constrains, is_annotation, is_null_only, replace};

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    for keyword in ["anyOf", "oneOf"] {
        let is_alone = schema.keys().all(|key| key == keyword || is_annotation(key));
        let Some(alternative) = schema
            .get(keyword)
            .filter(|_| is_alone)
            .and_then(sole_alternative)
        else {
            continue;
        };
        if keyword == "oneOf" && alternative.get("nullable") == Some(&Value::Bool(true)) {
            // Null would match both alternatives, which `oneOf` forbids.
            continue;
        }
        let mut replacement = alternative.clone();
        replacement.retain(|key, _| !schema.contains_key(key));
        if let Some(values) = replacement.get_mut("enum").and_then(Value::as_array_mut)
            && !values.contains(&Value::Null)
        {
            values.push(Value::Null);
        }
        replacement.insert("nullable".to_owned(), Value::Bool(true));
        replace(schema, keyword, replacement);
        site.record(keyword, Loss::None, "with null -> `nullable`");
    }
}

/// The alternative beside null, if there is just one and null can be let into it.
fn sole_alternative(union: &Value) -> Option<&Object> {
    let alternative = match union.as_array()?.as_slice() {
        [alternative, null] | [null, alternative] if is_null_only(null) && !is_null_only(alternative) => {
            alternative
        }
        _ => return None,
    };
    let alternative = alternative.as_object()?;
    alternative.get("type").and_then(Value::as_str)?;
    let lets_null_in = |(keyword, value): (&String, &Value)| {
        matches!(keyword.as_str(), "type" | "enum" | "nullable" | "format")
            || is_annotation(keyword)
            || TYPES.iter().any(|name| constrains(keyword, value, name))
    };
    alternative.iter().all(lets_null_in).then_some(alternative)
}
