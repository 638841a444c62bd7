//! JSON Schema 2020-12, Core, sections 8.2.3.1 `$ref` and 8.2.4 `$defs`: a reference may lead to a schema
//! anywhere in the document, and `$defs` is a place for such schemas. OAS 3.0.3 has no `$defs`, and the
//! conversion changes the structure inside objects.
//!
//! Each object that is the target of a reference and is not a component becomes one. Its name is derived from
//! its place, and a reference to it remains there.

use std::collections::HashMap;

use openapi_document::pointer;
use serde_json::{Value, json};

use crate::grammar::{Kind, Scope, Version, kind_at};
use crate::root::Root;

/// An object that becomes a component.
#[derive(Clone)]
pub(crate) struct Moved {
    /// Its place in the original document.
    pub(crate) origin: String,
    pub(crate) kind: Kind,
    /// Its name as a component.
    pub(crate) name: String,
    pub(crate) value: Value,
}

/// The objects that must become components.
#[derive(Default)]
pub(crate) struct Moves {
    /// Kind, name and root, by place.
    by_place: HashMap<String, (Kind, String, usize)>,
    in_order: Vec<String>,
}

impl Moves {
    /// The name of the component that this object becomes.
    pub(crate) fn name(&self, place: &str, kind: Kind) -> Option<&str> {
        let (of, name, _) = self.by_place.get(place)?;
        (*of == kind).then_some(name)
    }
}

/// Decides which of the referenced objects must become components.
pub(crate) fn plan<'a>(
    document: &Value,
    version: Version,
    needed: impl Iterator<Item = (&'a str, Kind, usize)>,
) -> Moves {
    // The names in use for each kind, and for each name the number to try next.
    let mut taken: HashMap<Kind, HashMap<String, u64>> = HashMap::new();
    let mut moves = Moves::default();
    for (place, kind, root) in needed {
        let Some(section) = kind.section() else { continue };
        let stays = match root {
            0 if kind == Kind::PathItem || pointer::component(place, section).is_some() => true,
            0 if version == Version::V3_0 => {
                let scope = Scope { version, lost: false };
                kind_at(document, Kind::Document, place, scope).is_some()
            }
            _ => false,
        };
        if stays || moves.by_place.contains_key(place) {
            continue;
        }
        let taken = taken.entry(kind).or_insert_with(|| {
            let present = document
                .get("components")
                .and_then(|components| components.get(section));
            present
                .and_then(Value::as_object)
                .into_iter()
                .flat_map(|components| components.keys().map(|name| (name.clone(), 2)))
                .collect()
        });
        let name = unused_name(place, section, taken);
        moves.in_order.push(place.to_owned());
        moves.by_place.insert(place.to_owned(), (kind, name, root));
    }
    moves
}

/// Takes the objects out of their places, and leaves references to the new components there.
pub(crate) fn take_out(roots: &mut [Root], mut moves: Moves) -> Vec<Moved> {
    let mut places = moves.in_order.clone();
    places.sort_by_key(|place| std::cmp::Reverse(place.matches('/').count()));
    let mut values: HashMap<String, Value> = HashMap::new();
    for place in places {
        let Some((kind, name, root)) = moves.by_place.get(&place) else {
            continue;
        };
        let Root { origin, value, .. } = &mut roots[*root];
        if let Some(value) = value.pointer_mut(&place[origin.len()..]) {
            let reference = json!({ "$ref": kind.reference_to(name) });
            values.insert(place, std::mem::replace(value, reference));
        }
    }
    let in_order = std::mem::take(&mut moves.in_order);
    let moved = in_order.into_iter().filter_map(|origin| {
        let (kind, name, _) = moves.by_place.remove(&origin)?;
        let value = values.remove(&origin)?;
        Some(Moved {
            origin,
            kind,
            name,
            value,
        })
    });
    moved.collect()
}

/// An unused name for the object at `origin`, with only the characters that component names allow. Marks it
/// as used.
fn unused_name(origin: &str, section: &str, taken: &mut HashMap<String, u64>) -> String {
    let inside = origin
        .strip_prefix("/components/")
        .and_then(|path| path.strip_prefix(section));
    let names: Vec<_> = pointer::names(inside.unwrap_or(origin)).collect();
    let wanted = match names.as_slice() {
        [.., holder, name] if matches!(&**holder, "$defs" | "definitions") => name.clone().into_owned(),
        names => names.join("_"),
    };
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    let wanted: String = wanted
        .chars()
        .map(|letter| if allowed(letter) { letter } else { '_' })
        .collect();
    let wanted = if wanted.is_empty() {
        "Unnamed".to_owned()
    } else {
        wanted
    };
    let mut name = wanted.clone();
    while taken.contains_key(&name) {
        let number = taken.entry(wanted.clone()).or_insert(2);
        name = format!("{wanted}_{number}");
        *number += 1;
    }
    taken.insert(name.clone(), 2);
    name
}
