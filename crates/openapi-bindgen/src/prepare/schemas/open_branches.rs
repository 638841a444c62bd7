//! Gives a branch of a union a field for the members that only other branches declare. A value may be valid
//! under several branches at once (`anyOf`), or have more members than the branch that its tag names.

use std::collections::BTreeSet;

use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{
    super::{change, schema_pointer},
    Object,
    walk::{components, components_before, each, reference, type_of},
};

pub(super) const PASS: &str = "open-branches";

/// How deep nested unions are followed.
const DEEPEST: usize = 8;

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) {
    let known = components_before(document);
    let mut opened = BTreeSet::new();
    each(document, &mut |schema, pointer| {
        let Some(branches) = schema.get_mut("oneOf").and_then(Value::as_array_mut) else {
            return;
        };
        let mut leaves = Vec::new();
        for branch in branches.iter().filter_map(Value::as_object) {
            collect(branch, None, &known, DEEPEST, &mut leaves);
        }
        let all: BTreeSet<&String> = leaves.iter().flat_map(|(_, schema)| names(schema)).collect();
        let lacks = |schema: &Object| {
            schema.contains_key("properties")
                && !schema.contains_key("additionalProperties")
                && names(schema).count() < all.len()
        };
        opened.extend(
            leaves
                .iter()
                .filter(|(_, schema)| lacks(schema))
                .filter_map(|(name, _)| name.clone()),
        );
        let inline: Vec<bool> = branches
            .iter()
            .map(|branch| branch.as_object().is_some_and(lacks))
            .collect();
        for (branch, is_open) in branches.iter_mut().zip(inline) {
            if let Some(branch) = branch.as_object_mut().filter(|_| is_open) {
                open(branch, pointer, changes);
            }
        }
    });
    for (name, schema) in components(document).into_iter().flatten() {
        if let Some(schema) = schema.as_object_mut().filter(|_| opened.contains(name)) {
            let place = schema_pointer(name);
            open(schema, &place, changes);
        }
    }
}

fn open(branch: &mut Object, pointer: &str, changes: &mut Vec<Change>) {
    branch.insert("additionalProperties".to_owned(), json!({}));
    let note = "members that other branches of the union declare have a field";
    changes.push(change(PASS, pointer, Loss::None, note));
}

/// The objects that a branch may be, with the name of each that is a component.
fn collect<'a>(
    schema: &'a Object,
    name: Option<String>,
    known: &'a Object,
    depth: usize,
    leaves: &mut Vec<(Option<String>, &'a Object)>,
) {
    if depth == 0 {
        return;
    }
    if let Some(name) = reference(schema) {
        if let Some(schema) = known.get(&name).and_then(Value::as_object) {
            collect(schema, Some(name), known, depth - 1, leaves);
        }
    } else if let Some(branches) = schema.get("oneOf").and_then(Value::as_array) {
        for branch in branches.iter().filter_map(Value::as_object) {
            collect(branch, None, known, depth - 1, leaves);
        }
    } else if type_of(schema) == Some("object") {
        leaves.push((name, schema));
    }
}

fn names(schema: &Object) -> impl Iterator<Item = &String> {
    let members = schema.get("properties").and_then(Value::as_object);
    members.into_iter().flat_map(|members| members.keys())
}
