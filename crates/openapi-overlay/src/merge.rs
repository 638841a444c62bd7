//! Merges an `update` (or the node of a `copy`) into one node.
//!
//! The rules are in section "Action Object" of Overlay 1.1.0. A property that only one side has is kept or
//! inserted. If both sides have a property, a primitive replaces a primitive, an array is concatenated with
//! an array, and an object is merged with an object. Any other pair is incompatible, which is an error. 1.0.0
//! says that the two "MUST be compatible" and that properties are "recursively merged"; 1.1.0 spells this
//! out. The versions differ only in what happens at the target itself, see [`into_target`].

use openapi_document::pointer::Step;
use serde_json::Value;

use crate::location::Location;
use crate::version::Version;

/// Two values that cannot be merged, and their location.
#[derive(Debug)]
pub(crate) struct Mismatch {
    pub(crate) location: Location,
    pub(crate) reason: String,
}

/// Merges `update` into the node that the target selected. Returns whether this changed the node.
pub(crate) fn into_target(
    node: &mut Value,
    location: &Location,
    update: &Value,
    version: Version,
) -> Result<bool, Mismatch> {
    match (&mut *node, update, version) {
        // 1.1: "an array to concatenate"; 1.0 knows only "an entry to append to the array".
        (Value::Array(_), Value::Array(_), Version::V1_1) => merge(node, update, &mut location.clone()),
        (Value::Array(items), entry, _) => {
            items.push(entry.clone());
            Ok(true)
        }
        // 1.0: the target "MUST be zero or more objects or arrays".
        (Value::Object(_), _, _) | (_, _, Version::V1_1) => merge(node, update, &mut location.clone()),
        (_, _, Version::V1_0) => Err(Mismatch {
            location: location.clone(),
            reason: format!(
                "the target selects {}, which Overlay 1.0 does not allow; update the object that contains it, or use Overlay 1.1",
                kind(node)
            ),
        }),
    }
}

fn merge(node: &mut Value, update: &Value, location: &mut Location) -> Result<bool, Mismatch> {
    match (node, update) {
        (Value::Object(members), Value::Object(additions)) => {
            let mut changed = false;
            for (key, addition) in additions {
                match members.get_mut(key) {
                    None => {
                        members.insert(key.clone(), addition.clone());
                        changed = true;
                    }
                    Some(member) => {
                        location.0.push(Step::Key(key.clone()));
                        changed |= merge(member, addition, location)?;
                        location.0.pop();
                    }
                }
            }
            Ok(changed)
        }
        (Value::Array(items), Value::Array(additions)) => {
            items.extend(additions.iter().cloned());
            Ok(!additions.is_empty())
        }
        (node, update) if is_primitive(node) && is_primitive(update) => {
            let changed = node != update;
            *node = update.clone();
            Ok(changed)
        }
        (node, update) => Err(Mismatch {
            location: location.clone(),
            reason: format!("{} cannot be merged into {}", kind(update), kind(node)),
        }),
    }
}

pub(crate) fn is_primitive(value: &Value) -> bool {
    !matches!(value, Value::Object(_) | Value::Array(_))
}

pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
