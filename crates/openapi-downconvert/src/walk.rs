//! Walks over the objects of a document. The [grammar](crate::grammar) knows where they are.

use serde_json::Value;

use crate::grammar::{Kind, Scope, each_below, each_below_mut};
use crate::schema::Object;

/// Calls `visitor` with every object, each before the objects below it.
pub(crate) fn visit(
    value: &Value,
    kind: Kind,
    scope: Scope,
    pointer: &mut String,
    visitor: &mut impl FnMut(&Value, Kind, &str),
) {
    visitor(value, kind, pointer);
    let length = pointer.len();
    each_below(value, kind, scope, &mut |step, child, kind| {
        step.push_to(pointer);
        visit(child, kind, scope, pointer, visitor);
        pointer.truncate(length);
    });
}

/// Calls `change` with every object, each after the objects below it, and with its place before any change.
pub(crate) fn transform(
    value: &mut Value,
    kind: Kind,
    scope: Scope,
    pointer: &mut String,
    change: &mut impl FnMut(&mut Value, Kind, &str),
) {
    let length = pointer.len();
    each_below_mut(value, kind, scope, &mut |step, child, kind| {
        step.push_to(pointer);
        transform(child, kind, scope, pointer, change);
        pointer.truncate(length);
    });
    change(value, kind, pointer);
}

/// Calls `change` with every object of one kind, each after the objects below it, and with its place.
pub(crate) fn each(
    document: &mut Object,
    wanted: Kind,
    scope: Scope,
    change: &mut impl FnMut(&mut Object, &str),
) {
    let mut whole = Value::Object(std::mem::take(document));
    let holders = wanted.holders();
    each_in(
        &mut whole,
        Kind::Document,
        &mut String::new(),
        (wanted, &holders, scope),
        change,
    );
    if let Value::Object(whole) = whole {
        *document = whole;
    }
}

fn each_in(
    value: &mut Value,
    kind: Kind,
    pointer: &mut String,
    what @ (wanted, holders, scope): (Kind, &[Kind], Scope),
    change: &mut impl FnMut(&mut Object, &str),
) {
    let length = pointer.len();
    if holders.contains(&kind) {
        each_below_mut(value, kind, scope, &mut |step, child, kind| {
            if kind == wanted || holders.contains(&kind) {
                step.push_to(pointer);
                each_in(child, kind, pointer, what, change);
                pointer.truncate(length);
            }
        });
    }
    if let Some(object) = value.as_object_mut().filter(|_| kind == wanted) {
        change(object, pointer);
    }
}

/// The number of values in a value, but no more than `limit`.
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
