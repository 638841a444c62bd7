//! JSON Schema 2020-12, Validation, section 6.1.1 `type`, as an array. OAS 3.0.3 has one type, and `nullable`
//! next to it.
//!
//! Several types become several schemas, because some keywords only apply to values of some types. Each
//! schema gets the keywords that apply to its type. The keywords that apply to all values stay where they
//! are.

use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, TYPES, also, constrains, null_only, replace};

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    let Some(Value::Array(listed)) = schema.get("type") else {
        return;
    };
    let mut types: Vec<String> = Vec::new();
    for name in listed {
        match name.as_str() {
            Some(name) if name == "null" || TYPES.contains(&name) => {
                if !types.iter().any(|seen| seen == name) {
                    types.push(name.to_owned());
                }
            }
            _ => return,
        }
    }
    let is_nullable = types.iter().any(|name| name == "null");
    types.retain(|name| name != "null");
    match types.as_slice() {
        [] if !is_nullable => {}
        [] => {
            schema.insert("type".to_owned(), Value::from("null"));
            site.record("type", Loss::None, "`[null]` -> null");
        }
        [single] => {
            let mut replacement = vec![("type".to_owned(), Value::from(single.as_str()))];
            if is_nullable {
                replacement.push(("nullable".to_owned(), Value::Bool(true)));
            }
            let note = format!(
                "-> `type: {single}`{}",
                if is_nullable { " and `nullable`" } else { "" }
            );
            replace(schema, "type", replacement);
            site.record("type", Loss::None, note);
        }
        several => {
            split(schema, several, is_nullable);
            site.record("type", Loss::None, "-> `anyOf` with one schema for each type");
        }
    }
}

fn split(schema: &mut Object, types: &[String], is_nullable: bool) {
    // A keyword that applies to none of the types, such as `minLength` with a number, has no effect and is
    // dropped.
    let mut typed = Object::new();
    for (keyword, value) in std::mem::take(schema) {
        let concerns_some = TYPES.iter().any(|name| constrains(&keyword, &value, name));
        if concerns_some { &mut typed } else { &mut *schema }.insert(keyword, value);
    }
    let mut alternatives: Vec<Value> = Vec::new();
    for name in types {
        let mut alternative = Object::from_iter([("type".to_owned(), Value::from(name.as_str()))]);
        for (keyword, value) in &mut typed {
            if constrains(keyword, value, name) {
                // Only scalars apply to two types (`number` and `integer`), so schemas can be moved.
                let own = if value.is_object() || value.is_array() {
                    value.take()
                } else {
                    value.clone()
                };
                alternative.insert(keyword.clone(), own);
            }
        }
        alternatives.push(Value::Object(alternative));
    }
    if is_nullable {
        alternatives.push(null_only());
    }
    let union = Object::from_iter([("anyOf".to_owned(), Value::Array(alternatives))]);
    if schema.contains_key("anyOf") {
        schema.shift_remove("type");
        also(schema, union);
    } else {
        replace(schema, "type", union);
    }
}
