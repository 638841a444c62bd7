//! Going through the objects of a document. The [grammar](crate::grammar) says where they are.

use serde_json::Value;

use crate::grammar::{Kind, Scope, children};
use crate::schema::Object;

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

/// Gives every object of one kind in a document to `change`, with its place.
pub(crate) fn each(
    document: &mut Object,
    kind: Kind,
    scope: Scope,
    change: &mut impl FnMut(&mut Object, &str),
) {
    let mut whole = Value::Object(std::mem::take(document));
    transform(
        &mut whole,
        Kind::Document,
        scope,
        &mut String::new(),
        &mut |value, found, place| {
            if let Some(object) = value.as_object_mut().filter(|_| found == kind) {
                change(object, place);
            }
        },
    );
    if let Value::Object(whole) = whole {
        *document = whole;
    }
}

/// The number of values in a value, or the limit if that is less.
pub(crate) fn size(value: &Value, limit: usize) -> usize {
    let mut total = 1;
    let mut add = |value: &Value| {
        if total < limit {
            total += size(value, limit - total);
        }
    };
    match value {
        Value::Array(items) => items.iter().for_each(&mut add),
        Value::Object(members) => members.values().for_each(&mut add),
        _ => {}
    }
    total
}
