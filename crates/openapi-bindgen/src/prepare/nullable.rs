//! Removes `null` from the schemas of values that are sent outside of JSON, or are optional.

use serde_json::{Map, Value, json};

/// Removes null from a schema. Returns whether it was there.
pub(super) fn without_null(schema: &mut Value) -> bool {
    let Some(object) = schema.as_object_mut() else {
        return false;
    };
    if object.get("nullable") == Some(&Value::Bool(true)) {
        object.remove("nullable");
        return true;
    }
    for keyword in ["anyOf", "oneOf"] {
        let Some(branches) = object.get_mut(keyword).and_then(Value::as_array_mut) else {
            continue;
        };
        let before = branches.len();
        branches.retain(|branch| branch.get("enum") != Some(&json!([null])));
        let found = branches.len() < before;
        if let [only] = branches.as_mut_slice() {
            let only = only.take();
            let annotations = std::mem::take(object);
            *schema = merged(only, annotations, keyword);
        }
        return found;
    }
    false
}

/// Replaces a union by its single branch. A reference stays alone, because OpenAPI 3.0 ignores everything
/// next to it.
fn merged(branch: Value, mut annotations: Map<String, Value>, keyword: &str) -> Value {
    annotations.remove(keyword);
    match branch {
        Value::Object(mut branch) if !branch.contains_key("$ref") => {
            for (key, value) in annotations {
                branch.entry(key).or_insert(value);
            }
            Value::Object(branch)
        }
        branch => branch,
    }
}
