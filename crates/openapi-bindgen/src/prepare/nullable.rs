//! `null` in the schemas of what is sent outside of JSON, or need not be sent at all.

use serde_json::{Map, Value, json};

/// Takes null out of a schema. Tells whether it was there.
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

/// A single branch in the place of its union. A reference stands alone: OpenAPI 3.0 ignores what is beside it.
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
