//! Breaks circles in which a schema is only itself: `A` is `B` and `B` is `A`, or a choice has a branch that
//! is the choice itself. No value is valid by such a branch alone, and reading one would never end. Schemas
//! that *contain* themselves are fine.

use std::collections::BTreeSet;

use openapi_downconvert::{Change, Loss};
use serde_json::Value;

use super::{
    super::{change, schema_pointer},
    Object,
    walk::{components, reference, to_anything},
};

pub(super) const PASS: &str = "aliases";

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) {
    let Some(schemas) = components(document) else {
        return;
    };
    let names: Vec<String> = schemas.keys().cloned().collect();
    for name in names {
        let Some(schema) = schemas.get(&name).and_then(Value::as_object) else {
            continue;
        };
        let circular: BTreeSet<String> = targets(schema)
            .into_iter()
            .filter(|target| leads_to(schemas, target, &name))
            .collect();
        if circular.is_empty() {
            continue;
        }
        let Some(schema) = schemas.get_mut(&name).and_then(Value::as_object_mut) else {
            continue;
        };
        without(schema, &circular);
        let note = "a reference that leads to this schema itself says nothing";
        changes.push(change(PASS, schema_pointer(&name), Loss::Widened, note));
    }
}

/// The components that a value of this schema may be as a whole.
fn targets(schema: &Object) -> Vec<String> {
    let branches = schema.get("oneOf").and_then(Value::as_array);
    let branches = branches.into_iter().flatten().filter_map(Value::as_object);
    reference(schema)
        .into_iter()
        .chain(branches.filter_map(reference))
        .collect()
}

fn leads_to(schemas: &Object, from: &str, to: &str) -> bool {
    let mut open = vec![from.to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if name == to {
            return true;
        }
        if seen.insert(name.clone())
            && let Some(schema) = schemas.get(&name).and_then(Value::as_object)
        {
            open.extend(targets(schema));
        }
    }
    false
}

fn without(schema: &mut Object, circular: &BTreeSet<String>) {
    if reference(schema).is_some() {
        to_anything(schema);
        return;
    }
    let Some(branches) = schema.get_mut("oneOf").and_then(Value::as_array_mut) else {
        return;
    };
    branches.retain(|branch| {
        !branch
            .as_object()
            .and_then(reference)
            .is_some_and(|name| circular.contains(&name))
    });
    match branches.as_mut_slice() {
        [] => to_anything(schema),
        [Value::Object(only)] => {
            let only = std::mem::take(only);
            *schema = only;
        }
        _ => {}
    }
}
