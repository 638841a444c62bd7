//! Makes a choice of a base type whose children include it by `allOf` (OpenAPI 3.0.3, Discriminator Object):
//! wherever the base is referred to, a value of any child is valid. Springdoc writes the choice itself, so
//! the base and its children refer to each other. The part that the children include becomes a separate
//! schema, such as `PetBase` for `Pet`.

use std::collections::{BTreeMap, BTreeSet};

use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{
    super::{change, schema_pointer},
    Object, tags,
    walk::{components, each, is_annotation, refer, reference, target},
};

pub(super) const PASS: &str = "inheritance";

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) {
    let Some(schemas) = components(document) else {
        return;
    };
    let children = children(schemas);
    let mut taken: BTreeSet<String> = schemas.keys().cloned().collect();
    let bases: BTreeMap<String, String> = schemas
        .iter()
        .filter_map(|(name, schema)| {
            let schema = schema.as_object()?;
            let is_base = schema.contains_key("discriminator") && children.contains_key(name);
            is_base.then(|| (name.clone(), free(name, &mut taken)))
        })
        .collect();
    if bases.is_empty() {
        return;
    }
    let include = |schema: &mut Object| {
        let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
        for part in parts.into_iter().flatten().filter_map(Value::as_object_mut) {
            if let Some(base) = target(part).and_then(|name| bases.get(&name)) {
                *part = refer(base);
            }
        }
    };
    for schema in schemas.values_mut().filter_map(Value::as_object_mut) {
        include(schema);
    }
    // A lone reference inside another schema, with a description around it, is a use of the base and not a
    // child.
    each(document, &mut |schema, _| {
        if reference(schema).is_none() {
            include(schema);
        }
    });
    let Some(schemas) = components(document) else {
        return;
    };
    for (name, base) in &bases {
        let Some(schema) = schemas.get_mut(name).and_then(Value::as_object_mut) else {
            continue;
        };
        let mut included = schema.clone();
        for keyword in ["oneOf", "anyOf", "discriminator", "nullable", "title"] {
            included.shift_remove(keyword);
        }
        if !schema.contains_key("oneOf") && !schema.contains_key("anyOf") {
            schema.retain(|keyword, _| is_annotation(keyword));
            let mut branches: Vec<Value> = descendants(name, &children, &bases)
                .iter()
                .map(|child| Value::Object(refer(child)))
                .collect();
            // The base itself, which its own name refers to.
            branches.push(Value::Object(tags::marked_as(refer(base), name)));
            schema.insert("oneOf".to_owned(), json!(branches));
        }
        schemas.insert(base.clone(), Value::Object(included));
        changes.push(change(
            PASS,
            schema_pointer(name),
            Loss::None,
            format!("a choice of what includes it by `allOf`, which is {base}"),
        ));
    }
}

/// The components that include another one by `allOf`, by the name of the other.
fn children(schemas: &Object) -> BTreeMap<String, Vec<String>> {
    let mut children: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, schema) in schemas {
        let parts = schema.get("allOf").and_then(Value::as_array);
        for part in parts.into_iter().flatten().filter_map(Value::as_object) {
            if let Some(base) = target(part).filter(|base| base != name) {
                children.entry(base).or_default().push(name.clone());
            }
        }
    }
    children
}

/// The children and their children, down to children that are choices themselves.
fn descendants(
    name: &str,
    children: &BTreeMap<String, Vec<String>>,
    bases: &BTreeMap<String, String>,
) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open: Vec<&String> = children.get(name).into_iter().flatten().rev().collect();
    while let Some(child) = open.pop() {
        if child == name || found.contains(child) {
            continue;
        }
        found.push(child.clone());
        if !bases.contains_key(child) {
            open.extend(children.get(child).into_iter().flatten().rev());
        }
    }
    found
}

fn free(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut base = format!("{name}Base");
    while !taken.insert(base.clone()) {
        base.push('_');
    }
    base
}
