//! JSON Schema 2020-12, Core, sections 10.2.1.2 `anyOf` and 10.2.1.3 `oneOf`, of a schema and null. This is
//! the usual way to write "a value or null" in OAS 3.1. OAS 3.0.3 has `nullable` for it.
//!
//! `nullable` needs a `type` in the same schema object. The alternative that is not null replaces the union
//! if it has a `type` and nothing in it or next to the union would refuse null. Annotations next to the union
//! take precedence over those inside. Any other union with null keeps its form: null is then an alternative
//! with an `enum`.

use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, TYPES, constrains, is_annotation, is_null_only, replace};

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    for keyword in ["anyOf", "oneOf"] {
        let is_alone = schema.keys().all(|key| key == keyword || is_annotation(key));
        let Some((alternative, null)) = schema.get(keyword).filter(|_| is_alone).and_then(value_or_null)
        else {
            continue;
        };
        if keyword == "oneOf" && alternative.get("nullable") == Some(&Value::Bool(true)) {
            // Null would match both alternatives, which `oneOf` forbids.
            continue;
        }
        let is_overridden =
            |(key, value): (&String, &Value)| schema.get(key).is_some_and(|outer| outer != value);
        let is_lossy = alternative.iter().any(is_overridden) || null.keys().any(|key| is_annotation(key));

        let Some(mut replacement) = take_alternative(schema, keyword) else {
            continue;
        };
        replacement.retain(|key, _| !schema.contains_key(key));
        if let Some(values) = replacement.get_mut("enum").and_then(Value::as_array_mut)
            && !values.contains(&Value::Null)
        {
            values.push(Value::Null);
        }
        replacement.insert("nullable".to_owned(), Value::Bool(true));
        replace(schema, keyword, replacement);
        if is_lossy {
            site.record(
                keyword,
                Loss::Dropped,
                "with null -> `nullable`; an inner annotation was dropped",
            );
        } else {
            site.record(keyword, Loss::None, "with null -> `nullable`");
        }
    }
}

/// The two alternatives, if one is null and the other can be changed to accept null.
fn value_or_null(union: &Value) -> Option<(&Object, &Object)> {
    let [first, second] = union.as_array()?.as_slice() else {
        return None;
    };
    let (value, null) = match (is_null_only(first), is_null_only(second)) {
        (false, true) => (first.as_object()?, second.as_object()?),
        (true, false) => (second.as_object()?, first.as_object()?),
        _ => return None,
    };
    value.get("type").and_then(Value::as_str)?;
    let lets_null_in = |(keyword, value): (&String, &Value)| {
        matches!(keyword.as_str(), "type" | "enum" | "nullable" | "format")
            || is_annotation(keyword)
            || TYPES.iter().any(|name| constrains(keyword, value, name))
    };
    value.iter().all(lets_null_in).then_some((value, null))
}

/// Takes the alternative that is not null out of the union.
fn take_alternative(schema: &mut Object, keyword: &str) -> Option<Object> {
    let alternatives = schema.get_mut(keyword)?.as_array_mut()?;
    let alternative = alternatives
        .iter_mut()
        .find(|alternative| !is_null_only(alternative))?;
    alternative.as_object_mut().map(std::mem::take)
}
