//! Which schemas must be loosened because something that they depend on accepts more than before.
//!
//! A widened schema under `not` makes the whole accept less, and so does one under `oneOf`, since a value may
//! now match a second alternative. Both reach through references.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::grammar::{Kind, Scope, children};
use crate::passes::deep_references::Moved;
use crate::pointer;
use crate::walk::visit;

/// The pointers of the schemas whose `oneOf` or `not` depends on one of the widened schemas.
pub(crate) fn affected(document: &Value, moved: &[Moved], widened: &HashSet<String>) -> HashSet<String> {
    if widened.is_empty() {
        return HashSet::new();
    }
    // Who depends on it, for each schema.
    let mut dependents: HashMap<String, Vec<String>> = HashMap::new();
    let mut exclusive: Vec<(String, Vec<String>)> = Vec::new();
    let mut note = |value: &Value, kind: Kind, place: &str| {
        if kind != Kind::Schema {
            return;
        }
        let below: Vec<_> = children(value, kind, Scope::All)
            .into_iter()
            .map(|(below, _)| below)
            .collect();
        for child in &below {
            dependents
                .entry(format!("{place}{child}"))
                .or_default()
                .push(place.to_owned());
        }
        if let Some(target) = value
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(pointer::of_reference)
        {
            dependents.entry(target).or_default().push(place.to_owned());
        }
        let branches = below
            .iter()
            .filter(|below| *below == "/not" || below.starts_with("/oneOf/"));
        let branches: Vec<_> = branches.map(|below| format!("{place}{below}")).collect();
        if !branches.is_empty() {
            exclusive.push((place.to_owned(), branches));
        }
    };
    visit(
        document,
        Kind::Document,
        Scope::All,
        &mut String::new(),
        &mut note,
    );
    for Moved { origin, .. } in moved {
        if let Some(schema) = document.pointer(origin) {
            visit(schema, Kind::Schema, Scope::All, &mut origin.clone(), &mut note);
        }
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
