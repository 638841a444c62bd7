//! Finds the schemas that must be loosened because a schema that they depend on accepts more than before.
//!
//! A widened schema under `not` makes the outer schema accept less. So does one under `oneOf`, because a
//! value may now match a second alternative. Both also happen through references.

use std::collections::{HashMap, HashSet};

use openapi_document::pointer;
use serde_json::Value;

use crate::grammar::{Kind, Scope, Step, each_below};
use crate::references::Prepared;
use crate::walk::visit;

/// The pointers of the schemas whose `oneOf` or `not` depends on one of the widened schemas.
pub(crate) fn affected(prepared: &Prepared, scope: Scope, widened: &HashSet<String>) -> HashSet<String> {
    if widened.is_empty() || !has_exclusive(prepared) {
        return HashSet::new();
    }
    // The original places of the components that were moved.
    let origins: HashMap<String, &str> = prepared
        .moved
        .iter()
        .map(|moved| (moved.kind.reference_to(&moved.name), moved.origin.as_str()))
        .collect();
    // For each schema, the schemas that depend on it.
    let mut dependents: HashMap<String, Vec<String>> = HashMap::new();
    let mut exclusive: Vec<(String, Vec<String>)> = Vec::new();
    let mut note = |value: &Value, kind: Kind, place: &str| {
        if kind != Kind::Schema {
            return;
        }
        let mut branches: Vec<String> = Vec::new();
        each_below(value, kind, scope, &mut |step, _, _| {
            let mut child = place.to_owned();
            step.push_to(&mut child);
            if matches!(step, Step::Field("not") | Step::Item("oneOf", _)) {
                branches.push(child.clone());
            }
            dependents.entry(child).or_default().push(place.to_owned());
        });
        let references = ["$ref", "$dynamicRef"]
            .into_iter()
            .filter_map(|keyword| value.get(keyword)?.as_str());
        for reference in references {
            let target = match origins.get(reference) {
                Some(origin) => Some((*origin).to_owned()),
                None => pointer::of_reference(reference),
            };
            if let Some(target) = target {
                dependents.entry(target).or_default().push(place.to_owned());
            }
        }
        if !branches.is_empty() {
            exclusive.push((place.to_owned(), branches));
        }
    };
    visit(
        &prepared.document,
        Kind::Document,
        scope,
        &mut String::new(),
        &mut note,
    );
    for moved in &prepared.moved {
        visit(
            &moved.value,
            moved.kind,
            scope,
            &mut moved.origin.clone(),
            &mut note,
        );
    }
    let mut reached: HashSet<&str> = HashSet::new();
    let mut to_visit: Vec<&str> = widened.iter().map(String::as_str).collect();
    while let Some(place) = to_visit.pop() {
        if reached.insert(place) {
            to_visit.extend(dependents.get(place).into_iter().flatten().map(String::as_str));
        }
    }
    let is_affected = |branches: &[String]| branches.iter().any(|branch| reached.contains(branch.as_str()));
    exclusive
        .iter()
        .filter(|(_, branches)| is_affected(branches))
        .map(|(place, _)| place.clone())
        .collect()
}

/// Whether any member in the document is called `oneOf` or `not`.
fn has_exclusive(prepared: &Prepared) -> bool {
    fn is_in(value: &Value) -> bool {
        match value {
            Value::Array(items) => items.iter().any(is_in),
            Value::Object(members) => members
                .iter()
                .any(|(name, value)| matches!(name.as_str(), "oneOf" | "not") || is_in(value)),
            _ => false,
        }
    }
    is_in(&prepared.document) || prepared.moved.iter().any(|moved| is_in(&moved.value))
}
