//! Writes "or null" in one form, `nullable: true`, instead of as a branch or an enum value that is null.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    Object,
    walk::{components, each, is_nullable, target},
};

/// The names of members that may be absent and may be null, by the name of their type.
pub(crate) type NullableMembers = BTreeMap<String, BTreeSet<String>>;

/// Marks a member that is written as nullable only to make its type an option.
pub(super) const OPTION: &str = "x-option";

/// Finds the members of components that may be absent and may be null, and removes the marks.
pub(super) fn members(document: &mut Value) -> NullableMembers {
    let Some(schemas) = components(document) else {
        return NullableMembers::new();
    };
    // A reference to a reference takes one more round.
    let mut of_null: BTreeSet<String> = BTreeSet::new();
    loop {
        let before = of_null.len();
        for (name, schema) in schemas.iter() {
            if schema
                .as_object()
                .is_some_and(|schema| takes_null(schema, &of_null))
            {
                of_null.insert(name.clone());
            }
        }
        if of_null.len() == before {
            break;
        }
    }
    let mut found = NullableMembers::new();
    for (name, schema) in schemas {
        let required: BTreeSet<String> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|name| name.as_str().map(ToOwned::to_owned))
            .collect();
        let members = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (member, schema) in members.into_iter().flatten() {
            let Some(schema) = schema.as_object_mut() else {
                continue;
            };
            let is_option = schema.shift_remove(OPTION).is_some();
            if !is_option && !required.contains(member) && takes_null(schema, &of_null) {
                found.entry(name.clone()).or_default().insert(member.clone());
            }
        }
    }
    found
}

/// Returns whether null is valid under a schema; `of_null` are the components for which it is.
fn takes_null(schema: &Object, of_null: &BTreeSet<String>) -> bool {
    let branch = schema
        .get("allOf")
        .and_then(|branches| branches.get(0))
        .and_then(Value::as_object);
    is_nullable(schema)
        || target(branch.unwrap_or(schema)).is_some_and(|name| of_null.contains(&name))
        // It allows any value.
        || schema
            .keys()
            .all(|keyword| matches!(keyword.as_str(), "title" | "description" | "default"))
}

pub(super) fn run(document: &mut Value) {
    each(document, &mut |schema, _| {
        if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
            let before = values.len();
            if values.iter().any(|value| !value.is_null()) {
                values.retain(|value| !value.is_null());
                if values.len() < before {
                    schema.insert("nullable".to_owned(), json!(true));
                }
            }
        }
        for keyword in ["anyOf", "oneOf"] {
            let Some(branches) = schema.get_mut(keyword).and_then(Value::as_array_mut) else {
                continue;
            };
            let before = branches.len();
            branches.retain(|branch| !branch.as_object().is_some_and(is_null));
            let mut nullable = branches.len() < before;
            for branch in branches.iter_mut().filter_map(Value::as_object_mut) {
                if is_nullable(branch) {
                    branch.shift_remove("nullable");
                    nullable = true;
                }
            }
            if branches.is_empty() {
                schema.shift_remove(keyword);
                schema.insert("enum".to_owned(), json!([null]));
            } else if nullable {
                schema.insert("nullable".to_owned(), json!(true));
            }
        }
    });
}

/// Returns whether null is the only valid value.
pub(super) fn is_null(schema: &Object) -> bool {
    schema
        .get("enum")
        .and_then(Value::as_array)
        .is_some_and(|values| values.iter().all(Value::is_null))
}
