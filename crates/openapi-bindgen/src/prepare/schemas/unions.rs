//! Writes every choice as a `oneOf` with a reference or a simple type per branch. typify reads `anyOf` into a
//! struct of flattened options, which accepts and loses the wrong values. What is next to the branches goes
//! into each of them. The finishing pass `unions` then reads a value with the branch that gives it back
//! unchanged.

use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{
    super::change,
    Object,
    intersection::{Intersection, says_nothing_new},
    tags::{MARK, VALUES},
    walk::{
        components_before, each, is_annotation, is_anything, is_nullable, refer, reference, to_anything,
        type_of,
    },
};
use crate::rust_name;

pub(super) const PASS: &str = "unions";

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) {
    let known = components_before(document);
    each(document, &mut |schema, pointer| {
        if !schema.contains_key("oneOf") && !schema.contains_key("anyOf") {
            // It belongs to a union. On a base type, it distinguishes the derived types.
            schema.shift_remove("discriminator");
            return;
        }
        if let Some((loss, note)) = mend(schema, &known) {
            changes.push(change(PASS, pointer, loss, note));
        }
    });
}

fn mend(schema: &mut Object, known: &Object) -> Option<(Loss, &'static str)> {
    let one_of = schema.shift_remove("oneOf");
    let any_of = schema.shift_remove("anyOf");
    let both = one_of.is_some() && any_of.is_some();
    let from_any_of = one_of.is_none();
    let Some(Value::Array(branches)) = one_of.or(any_of) else {
        return None;
    };
    let (annotations, own): (Object, Object) = std::mem::take(schema)
        .into_iter()
        .partition(|(keyword, _)| is_annotation(keyword));
    let branches: Vec<Object> = branches
        .into_iter()
        .filter_map(|branch| match branch {
            Value::Object(branch) => Some(branch),
            _ => None,
        })
        .collect();
    if branches.iter().all(says_nothing_new) {
        *schema = own;
        schema.extend(annotations);
        return Some((
            Loss::Widened,
            "which members are required together is not checked",
        ));
    }
    let intersection = Intersection { components: known };
    let mut nullable = is_nullable(&annotations);
    let mut distinct: Vec<Object> = Vec::new();
    let mut all = branches;
    all.reverse();
    while let Some(branch) = all.pop() {
        let mut branch = if own.is_empty() || intersection.says_all(&branch, &own) {
            branch
        } else {
            intersection.of(own.clone(), branch)
        };
        if branch.contains_key("$ref") || reference(&branch).is_none() {
            nullable |= branch.shift_remove("nullable").is_some();
        } else if let Some(name) = reference(&branch) {
            nullable |= is_nullable(&branch);
            branch = match branch.remove(MARK) {
                Some(mark) => Object::from_iter([
                    ("allOf".to_owned(), json!([refer(&name)])),
                    (MARK.to_owned(), mark),
                ]),
                None => refer(&name),
            };
        }
        // A union inside a union.
        if let Some(Value::Array(inner)) = branch
            .get("oneOf")
            .filter(|_| !branch.contains_key("discriminator") && !branch.contains_key(MARK))
        {
            all.extend(inner.iter().rev().filter_map(|inner| inner.as_object().cloned()));
            continue;
        }
        if type_of(&branch) != Some("object") {
            // They only serve to distinguish objects by a member.
            branch.shift_remove(VALUES);
        }
        if add_texts(&mut distinct, &branch) {
            continue;
        }
        if !distinct.iter().any(|other| same(other, &branch)) {
            distinct.push(branch);
        }
    }
    let annotated = |schema: &mut Object| {
        for (keyword, value) in annotations.clone() {
            schema.entry(keyword).or_insert(value);
        }
        if nullable {
            schema.insert("nullable".to_owned(), json!(true));
        }
    };
    if distinct.iter().any(is_anything) {
        annotated(schema);
        to_anything(schema);
        return Some((Loss::Widened, "a choice that accepts every value is any value"));
    }
    if let [only] = distinct.as_mut_slice() {
        let mut only = std::mem::take(only);
        only.shift_remove(MARK);
        if only.contains_key("$ref") {
            schema.insert("allOf".to_owned(), json!([only]));
        } else {
            *schema = only;
        }
        annotated(schema);
        schema.shift_remove("discriminator");
        return Some((Loss::None, "a choice of one is replaced by it"));
    }
    schema.insert("oneOf".to_owned(), json!(distinct));
    annotated(schema);
    if both {
        Some((Loss::Widened, "of two choices at once, one is kept"))
    } else if !own.is_empty() {
        Some((Loss::None, "what is next to the branches is copied into each"))
    } else if from_any_of {
        Some((
            Loss::None,
            "the branches of anyOf are those of oneOf: the first that keeps the value is taken",
        ))
    } else {
        None
    }
}

/// Adds the values of a string enum to another such branch, if there is one, because each of the two would
/// accept any new string.
fn add_texts(distinct: &mut [Object], branch: &Object) -> bool {
    let texts = |schema: &Object| match (type_of(schema), schema.get("enum")) {
        (Some("string"), Some(Value::Array(values))) => Some(values.clone()),
        _ => None,
    };
    let Some(more) = texts(branch) else {
        return false;
    };
    let other = distinct
        .iter_mut()
        .find_map(|other| texts(other).map(|values| (other, values)));
    let Some((other, mut values)) = other else {
        return false;
    };
    values.extend(
        more.into_iter()
            .filter(|value| !values.contains(value))
            .collect::<Vec<_>>(),
    );
    let names: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    if !rust_name::variants_are_distinct(&names) {
        return false;
    }
    other.insert("enum".to_owned(), Value::Array(values));
    true
}

/// Returns whether two branches are the same, ignoring annotations.
fn same(one: &Object, other: &Object) -> bool {
    let bare = |schema: &Object| -> Object {
        schema
            .iter()
            .filter(|(keyword, _)| !matches!(keyword.as_str(), "title" | "description"))
            .map(|(keyword, value)| (keyword.clone(), value.clone()))
            .collect()
    };
    bare(one) == bare(other)
}
