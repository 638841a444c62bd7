//! Merges the parts of an `allOf` into one schema. typify can do this only for simple parts. It panics on
//! others, and treats parts that do not fit together as a type without values. A single reference stays a
//! reference, with what is said next to it.

use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{
    super::change,
    Object,
    intersection::Intersection,
    walk::{components_before, each, is_annotation, is_anything, is_nullable, reference},
};

pub(super) const PASS: &str = "all-of";

/// How many components can build on each other.
const ROUNDS: usize = 8;

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) {
    // A part that refers to a component with an `allOf` is merged only after that component.
    for _ in 0..ROUNDS {
        let known = components_before(document);
        let mut waiting = false;
        each(document, &mut |schema, pointer| {
            if !schema.contains_key("allOf") || reference(schema).is_some() {
                return;
            }
            if parts(schema).any(|part| is_unfinished(part, &known)) {
                waiting = true;
            } else {
                merge(schema, pointer, &known, changes);
            }
        });
        if !waiting {
            return;
        }
    }
    let known = components_before(document);
    each(document, &mut |schema, pointer| {
        if schema.contains_key("allOf") && reference(schema).is_none() {
            merge(schema, pointer, &known, changes);
        }
    });
}

fn parts(schema: &Object) -> impl Iterator<Item = &Object> {
    schema
        .get("allOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
}

/// Returns whether a part leads to a component that is not merged yet.
fn is_unfinished(part: &Object, known: &Object) -> bool {
    reference(part)
        .and_then(|name| known.get(&name)?.as_object())
        .is_some_and(|schema| schema.contains_key("allOf") && reference(schema).is_none())
}

fn merge(schema: &mut Object, pointer: &str, known: &Object, changes: &mut Vec<Change>) {
    let Some(Value::Array(parts)) = schema.shift_remove("allOf") else {
        return;
    };
    let intersection = Intersection { components: known };
    let (outer_nullable, mut own) = (is_nullable(schema), std::mem::take(schema));
    own.shift_remove("nullable");
    let mut whole = own;
    let mut said = 0;
    for part in parts {
        let Value::Object(part) = part else { continue };
        if is_anything(&part) && !part.keys().any(|keyword| is_annotation(keyword)) {
            continue;
        }
        said += 1;
        whole = intersection.of(whole, part);
    }
    // It is still an `allOf` if the parts form a circle; what is left says less.
    if reference(&whole).is_none() {
        whole.shift_remove("allOf");
    }
    if outer_nullable && !is_anything(&whole) {
        if whole.contains_key("$ref") {
            let inner = std::mem::take(&mut whole);
            whole.insert("allOf".to_owned(), json!([inner]));
        }
        whole.insert("nullable".to_owned(), json!(true));
    }
    *schema = whole;
    if said > 1 {
        let note = format!("{said} parts are one schema");
        changes.push(change(PASS, pointer, Loss::None, note));
    }
}
