//! JSON Schema 2020-12, Validation, section 6.1.1 `type`, as a list. OAS 3.0.3 has one type, and `nullable` beside it.
//!
//! Keywords that check values of some types only are the reason why several types become several schemas: each gets those that
//! concern it, and the keywords that concern all values stay where they are.

use serde_json::{Map, Value, json};

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, TYPES, constrains, null_only, replace};

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
    let others: Vec<&String> = types.iter().filter(|name| *name != "null").collect();
    match others.as_slice() {
        [] if !is_nullable => {}
        [] => {
            schema.insert("type".to_owned(), Value::from("null"));
            site.record("type", Loss::None, "a list of null -> null");
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

fn split(schema: &mut Object, types: &[&String], is_nullable: bool) {
    let mut alternatives: Vec<Value> = Vec::new();
    for name in types {
        let own = schema
            .iter()
            .filter(|(keyword, value)| constrains(keyword, value, name));
        let mut alternative = Map::from_iter([("type".to_owned(), Value::from(name.as_str()))]);
        alternative.extend(own.map(|(keyword, value)| (keyword.clone(), value.clone())));
        alternatives.push(Value::Object(alternative));
    }
    if is_nullable {
        alternatives.push(null_only());
    }
    // A keyword that concerns none of the types, such as `minLength` of a number, never checked anything.
    schema.retain(|keyword, value| !TYPES.iter().any(|name| constrains(keyword, value, name)));
    if schema.contains_key("anyOf") {
        replace(schema, "type", []);
        let union = json!({ "anyOf": alternatives });
        match schema.get_mut("allOf").and_then(Value::as_array_mut) {
            Some(all) => all.push(union),
            None => {
                schema.insert("allOf".to_owned(), json!([union]));
            }
        }
    } else {
        replace(schema, "type", [("anyOf".to_owned(), Value::Array(alternatives))]);
    }
}
