//! OAS 3.1, Components Object: `pathItems`, and references to path items. In OAS 3.0.3, the `$ref` of a path
//! item "allows for an external definition", and there are no such components. The target of a reference is
//! therefore copied to the place of the reference.

use std::collections::{HashMap, HashSet};

use openapi_document::pointer;
use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::grammar::{Kind, Scope, Version};
use crate::schema::Object;
use crate::walk::{each, size, transform};

/// How deeply path items may be inserted into callbacks of path items that were themselves inserted.
const DEEPEST: usize = 4;
/// How many values may be inserted for each value in the document.
const GROWTH: usize = 16;

pub(super) fn run(document: &mut Object, site: &mut Site<'_>) {
    let version = match document.get("openapi").and_then(Value::as_str) {
        Some(version) if version.starts_with("3.0.") => Version::V3_0,
        _ => Version::V3_1,
    };
    let scope = Scope { version, lost: false };
    let has_components = document
        .get("components")
        .is_some_and(|components| components.get("pathItems").is_some());
    let mut referred: HashSet<String> = HashSet::new();
    each(document, Kind::PathItem, scope, &mut |item, _| {
        referred.extend(target(item, version))
    });
    if !referred.is_empty() {
        let whole = Value::Object(std::mem::take(document));
        let budget = size(&whole, usize::MAX).saturating_mul(GROWTH);
        let found = referred
            .iter()
            .filter_map(|place| Some((place.clone(), whole.pointer(place)?.clone())));
        let source: HashMap<String, Value> = found.collect();
        if let Value::Object(whole) = whole {
            *document = whole;
        }
        let mut inliner = Inliner {
            scope,
            budget,
            source: &source,
            inside: Vec::new(),
            left_out: 0,
        };
        each(document, Kind::PathItem, scope, &mut |item, place| {
            if target(item, version).is_none() || place.starts_with("/components/pathItems/") {
                return;
            }
            inliner.put_in(item);
            let reference = format!("{place}/$ref");
            match std::mem::take(&mut inliner.left_out) {
                0 => site.record_below(&reference, Loss::None, "-> its target"),
                left_out => {
                    let references = if left_out == 1 { "reference" } else { "references" };
                    let note = format!(
                        "-> its target, without {left_out} {references} inside it: circular or too large to copy"
                    );
                    site.record_below(&reference, Loss::Dropped, note);
                }
            }
        });
    }
    if !has_components {
        return;
    }
    let components = document.get_mut("components").and_then(Value::as_object_mut);
    let removed = components.and_then(|components| components.shift_remove("pathItems"));
    let names = removed
        .as_ref()
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Object::keys);
    let is_used = |name: &String| referred.contains(&pointer::from_names(["components", "pathItems", name]));
    let unused: Vec<&str> = names.filter(|name| !is_used(name)).map(String::as_str).collect();
    if unused.is_empty() {
        site.record_below(
            "/components/pathItems",
            Loss::None,
            "removed: each was copied to where it is referred to",
        );
    } else {
        let note = format!("removed; no reference leads to {}", unused.join(", "));
        site.record_below("/components/pathItems", Loss::Dropped, note);
    }
}

struct Inliner<'a> {
    scope: Scope,
    /// The targets of references, by their places.
    source: &'a HashMap<String, Value>,
    /// How many values may still be inserted.
    budget: usize,
    /// The path items that are being inserted.
    inside: Vec<String>,
    /// How many references were removed.
    left_out: usize,
}

impl Inliner<'_> {
    /// Replaces the reference by its target, and follows further references. Fields of `item` itself take
    /// precedence.
    fn put_in(&mut self, item: &mut Object) {
        let outside = self.inside.len();
        while let Some(place) = target(item, self.scope.version) {
            item.shift_remove("$ref");
            let found = self.source.get(&place).filter(|_| !self.inside.contains(&place));
            let cost = found.map_or(usize::MAX, |found| size(found, self.budget));
            let Some(Value::Object(found)) = found.filter(|_| cost < self.budget && outside < DEEPEST) else {
                self.left_out += 1;
                break;
            };
            self.budget -= cost;
            for (field, value) in found {
                if !item.contains_key(field) {
                    item.insert(field.clone(), value.clone());
                }
            }
            self.inside.push(place);
        }
        if self.inside.len() > outside {
            let mut whole = Value::Object(std::mem::take(item));
            let scope = self.scope;
            transform(
                &mut whole,
                Kind::PathItem,
                scope,
                &mut String::new(),
                &mut |value, kind, place| {
                    if let Some(item) = value
                        .as_object_mut()
                        .filter(|_| kind == Kind::PathItem && !place.is_empty())
                    {
                        self.put_in(item);
                    }
                },
            );
            if let Value::Object(whole) = whole {
                *item = whole;
            }
            self.inside.truncate(outside);
        }
    }
}

/// The target of the item's reference, if it must be inserted in place of the reference.
fn target(item: &Object, version: Version) -> Option<String> {
    let place = pointer::of_reference(item.get("$ref")?.as_str()?)?;
    (version == Version::V3_1 || place.starts_with("/components/pathItems/")).then_some(place)
}
