//! Finds additions that refer to a value that the document defines differently.

use openapi_document::pointer;
use serde_json::Value;

use crate::location::Location;
use crate::report::Conflict;

/// An addition that was made.
pub(crate) struct Added<'a> {
    pub(crate) action: usize,
    pub(crate) update: &'a Value,
}

/// A place whose addition was skipped because the document already has a different value there.
pub(crate) struct Skipped {
    pub(crate) action: usize,
    pub(crate) location: Location,
}

pub(crate) fn conflicts(added: &[Added<'_>], skipped: &[Skipped]) -> Vec<Conflict> {
    let places: Vec<_> = skipped
        .iter()
        .map(|skip| (skip.action, skip.location.to_string()))
        .collect();
    let mut conflicts = Vec::new();
    for Added { action, update } in added {
        for reference in references(update) {
            let Some(target) = pointer::of_reference(reference) else {
                continue;
            };
            for (skipped_action, place) in &places {
                if pointer::is_within(&target, place) {
                    let conflict = Conflict {
                        action: *action,
                        reference: reference.to_owned(),
                        skipped_action: *skipped_action,
                    };
                    if !conflicts.contains(&conflict) {
                        conflicts.push(conflict);
                    }
                }
            }
        }
    }
    conflicts
}

/// The values of every `$ref` in `value`, in document order.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            own.into_iter()
                .chain(members.values().flat_map(references))
                .collect()
        }
        _ => Vec::new(),
    }
}
