//! Going through the objects of a document. The [grammar](crate::grammar) says where they are.

use serde_json::Value;

use crate::grammar::{Kind, Scope, children};

/// Shows every object to `visit`, each before those below it.
pub(crate) fn visit(
    value: &Value,
    kind: Kind,
    scope: Scope,
    pointer: &mut String,
    visitor: &mut impl FnMut(&Value, Kind, &str),
) {
    visitor(value, kind, pointer);
    let length = pointer.len();
    for (below, kind) in children(value, kind, scope) {
        if let Some(child) = value.pointer(&below) {
            pointer.push_str(&below);
            visit(child, kind, scope, pointer, visitor);
            pointer.truncate(length);
        }
    }
}

/// Gives every object to `change`, each after those below it, with the place where it was before any change.
pub(crate) fn transform(
    value: &mut Value,
    kind: Kind,
    scope: Scope,
    pointer: &mut String,
    change: &mut impl FnMut(&mut Value, Kind, &str),
) {
    let length = pointer.len();
    for (below, kind) in children(value, kind, scope) {
        if let Some(child) = value.pointer_mut(&below) {
            pointer.push_str(&below);
            transform(child, kind, scope, pointer, change);
            pointer.truncate(length);
        }
    }
    change(value, kind, pointer);
}

/// Whether containers are nested more than `limit` deep. Never looks deeper than that.
pub(crate) fn is_deeper_than(value: &Value, limit: usize) -> bool {
    match value {
        Value::Array(items) => limit == 0 || items.iter().any(|item| is_deeper_than(item, limit - 1)),
        Value::Object(members) => {
            limit == 0 || members.values().any(|member| is_deeper_than(member, limit - 1))
        }
        _ => false,
    }
}
