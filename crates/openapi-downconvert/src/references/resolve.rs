//! Finds the target of a reference.

use std::collections::HashMap;

use serde_json::Value;

use super::identifiers::Identifiers;
use super::{Found, How};
use crate::grammar::{Kind, Scope, Version, kind_at};
use crate::root::Root;
use crate::walk::size;

/// How many values may be copied from places that the specification does not define, in addition to the
/// number of values in the document. Only a document that refers to nested places of this kind needs many.
const SPARE: usize = 100_000;

pub(super) enum Target {
    Local {
        place: String,
        /// The index of the root that contains it. `None` if it is in an extension, which stays as it is.
        root: Option<usize>,
    },
    External,
    /// There is no target, for this reason.
    Nothing(String),
    /// Not a reference: a name in a mapping.
    Unknown,
}

pub(super) struct Resolver {
    scope: Scope,
    /// How many values may still be copied. Calculated when it is first needed.
    budget: Option<usize>,
    /// The indexes of the roots, by their original places.
    by_origin: HashMap<String, usize>,
}

impl Resolver {
    pub(super) fn new(scope: Scope) -> Self {
        Self {
            scope,
            budget: None,
            by_origin: HashMap::from([(String::new(), 0)]),
        }
    }

    /// The target of the reference. It becomes a root if it is in a place that the walk does not visit.
    pub(super) fn resolve(
        &mut self,
        found: &Found,
        identifiers: &Identifiers,
        roots: &mut Vec<Root>,
    ) -> Target {
        let document = &roots[0].value;
        if found.how == How::Dynamic && identifiers.is_ambiguous(&found.text) {
            return Target::Nothing("has a target that depends on the dynamic scope".to_owned());
        }
        let candidates = match identifiers.candidates(&found.text, found.base) {
            Some(candidates) => candidates,
            None if matches!(found.how, How::Mapping(_)) => return Target::Unknown,
            None => return Target::External,
        };
        let Some(place) = candidates
            .into_iter()
            .find(|place| document.pointer(place).is_some())
        else {
            return Target::Nothing("has no target in the document".to_owned());
        };
        let ends = place
            .char_indices()
            .filter(|(_, letter)| *letter == '/')
            .map(|(end, _)| end);
        let around = ends
            .chain([place.len()])
            .filter_map(|end| self.by_origin.get(&place[..end]));
        for index in around.copied() {
            let root = &roots[index];
            let inside = &place[root.origin.len()..];
            let Some(kind) = kind_at(&root.value, root.kind, inside, self.scope) else {
                continue;
            };
            if kind != found.kind {
                return Target::Nothing(format!("leads to {}, not {}", kind.one(), found.kind.one()));
            }
            return match root.value.pointer(inside) {
                None | Some(Value::Null) => Target::Nothing("leads to an object that was removed".to_owned()),
                Some(_) => Target::Local {
                    place,
                    root: Some(index),
                },
            };
        }
        self.adopt(place, found.kind, roots)
    }

    fn adopt(&mut self, place: String, kind: Kind, roots: &mut Vec<Root>) -> Target {
        let in_extension = place.split('/').any(|token| token.starts_with("x-"));
        if self.scope.version == Version::V3_0 && in_extension {
            return Target::Local { place, root: None };
        }
        let document = &roots[0].value;
        let budget = self
            .budget
            .get_or_insert_with(|| size(document, usize::MAX) + SPARE);
        let Some(value) = document.pointer(&place) else {
            return Target::Nothing("has no target in the document".to_owned());
        };
        let is_usable = value.is_object() || (kind == Kind::Schema && value.is_boolean());
        if !is_usable {
            return Target::Nothing(format!("leads to a value that is not {}", kind.one()));
        }
        let needed = size(value, *budget);
        if needed >= *budget {
            return Target::Nothing("has a target whose copy would make the document too large".to_owned());
        }
        *budget -= needed;
        let value = value.clone();
        let root = Some(roots.len());
        self.by_origin.insert(place.clone(), roots.len());
        roots.push(Root {
            origin: place.clone(),
            kind,
            value,
        });
        Target::Local { place, root }
    }
}
