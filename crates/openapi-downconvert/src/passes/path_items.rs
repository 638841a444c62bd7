//! OAS 3.1, Components Object: `pathItems`, and references to them. OAS 3.0.3 has no such components, so what
//! they hold goes to where they are referred to.

use serde_json::{Map, Value};

use super::Site;
use crate::change::Loss;
use crate::grammar::{Kind, Scope};
use crate::pointer;
use crate::schema::Object;
use crate::walk::transform;

pub(super) fn run(document: &mut Object, site: &mut Site<'_>) {
    let components = document.get_mut("components").and_then(Value::as_object_mut);
    let Some(items) = components.and_then(|components| components.shift_remove("pathItems")) else {
        return;
    };
    site.record(
        "components",
        Loss::None,
        "`pathItems` put in the place of the references to them",
    );

    let items = items.as_object().cloned().unwrap_or_default();
    let mut whole = Value::Object(std::mem::take(document));
    let each = |whole: &mut Value, change: &mut dyn FnMut(&mut Object)| {
        transform(
            whole,
            Kind::Document,
            Scope::Convertible,
            &mut String::new(),
            &mut |value, kind, _| {
                if let Some(item) = value.as_object_mut().filter(|_| kind == Kind::PathItem) {
                    change(item);
                }
            },
        );
    };
    each(&mut whole, &mut |item| inline(item, &items));
    // What is left is in what was put in: a callback that refers to such a path item again, possibly to its
    // own.
    let mut left = 0;
    each(&mut whole, &mut |item| {
        if referred_component(item).is_some() {
            item.shift_remove("$ref");
            left += 1;
        }
    });
    if left > 0 {
        let note = format!("{left} reference(s) to `pathItems` inside of `pathItems` removed");
        site.record("components", Loss::Dropped, note);
    }
    *document = match whole {
        Value::Object(document) => document,
        _ => Map::new(),
    };
}

/// Replaces the reference by what it leads to, through further references; fields of `item` itself have
/// precedence.
fn inline(item: &mut Object, items: &Object) {
    let mut seen: Vec<String> = Vec::new();
    while let Some(name) = referred_component(item) {
        item.shift_remove("$ref");
        if seen.contains(&name) {
            return;
        }
        for (field, value) in items.get(&name).and_then(Value::as_object).into_iter().flatten() {
            if !item.contains_key(field) {
                item.insert(field.clone(), value.clone());
            }
        }
        seen.push(name);
    }
}

/// The name of the component that `item` refers to.
fn referred_component(item: &Object) -> Option<String> {
    let target = pointer::of_reference(item.get("$ref")?.as_str()?)?;
    pointer::component(&target, "pathItems").map(pointer::unescape)
}
