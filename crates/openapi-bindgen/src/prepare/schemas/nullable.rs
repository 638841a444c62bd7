//! Says "or null" in one way: `nullable: true`. A branch or an enum value that is null is another way to say it.

use serde_json::{Value, json};

use super::{
    Object,
    walk::{each, is_nullable},
};

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

/// Whether null is the only valid value.
pub(super) fn is_null(schema: &Object) -> bool {
    schema
        .get("enum")
        .and_then(Value::as_array)
        .is_some_and(|values| values.iter().all(Value::is_null))
}
