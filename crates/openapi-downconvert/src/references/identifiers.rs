//! JSON Schema 2020-12, Core, section 8.2: schemas with identifiers (`$id`, `$anchor`, `$dynamicAnchor`), and
//! the base URIs of references.

use std::collections::HashMap;

use openapi_document::pointer;
use oxiri::{Iri, IriRef};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{Found, How};
use crate::grammar::{Kind, Scope, Version};
use crate::root::Root;
use crate::walk::visit;

/// A placeholder for the URI of the document, which is not known.
const DOCUMENT: &str = "https://document.invalid/openapi";

/// The schemas that have a URI, and all anchors. A base is identified by its index; the document has index 0.
pub(super) struct Identifiers {
    bases: Vec<Base>,
    by_iri: HashMap<String, usize>,
    anchors: HashMap<(usize, String), String>,
    /// How many schemas have this `$dynamicAnchor`.
    dynamic: HashMap<String, usize>,
}

struct Base {
    /// The place of the schema with this URI.
    place: String,
    /// `None` if the URI cannot be a base.
    iri: Option<Iri<String>>,
}

impl Identifiers {
    /// The identifiers of the document itself, before its schemas are collected.
    pub(super) fn of(document: &Value) -> Self {
        let name = document.get("$self").and_then(Value::as_str).unwrap_or_default();
        let iri = Iri::parse(DOCUMENT.to_owned())
            .ok()
            .and_then(|base| resolved(&base, name));
        let by_iri = iri
            .iter()
            .map(|iri| (without_fragment(iri).to_owned(), 0))
            .collect();
        Self {
            bases: vec![Base {
                place: String::new(),
                iri,
            }],
            by_iri,
            anchors: HashMap::new(),
            dynamic: HashMap::new(),
        }
    }

    /// Adds the identifiers of a root, and adds its references to `found`.
    pub(super) fn collect(&mut self, index: usize, root: &Root, scope: Scope, found: &mut Vec<Found>) {
        // The schemas with an `$id` that enclose the current place.
        let mut inside: Vec<(String, usize)> = Vec::new();
        visit(
            &root.value,
            root.kind,
            scope,
            &mut root.origin.clone(),
            &mut |value, kind, place| {
                while inside
                    .last()
                    .is_some_and(|(outer, _)| !pointer::is_within(place, outer))
                {
                    inside.pop();
                }
                let text = |field: &str| value.get(field).and_then(Value::as_str);
                let mut base = inside.last().map_or(0, |(_, base)| *base);
                if kind == Kind::Schema && scope.version == Version::V3_1 {
                    if let Some(own) = text("$id").and_then(|id| self.identify(id, base, place)) {
                        inside.push((place.to_owned(), own));
                        base = own;
                    }
                    for (field, is_dynamic) in [("$anchor", false), ("$dynamicAnchor", true)] {
                        if let Some(name) = text(field) {
                            self.anchors
                                .entry((base, name.to_owned()))
                                .or_insert_with(|| place.to_owned());
                            *self.dynamic.entry(name.to_owned()).or_default() += usize::from(is_dynamic);
                        }
                    }
                }
                let mut add = |how: How, kind: Kind, text: &str| {
                    found.push(Found {
                        root: index,
                        place: place.to_owned(),
                        kind,
                        how,
                        text: text.to_owned(),
                        base,
                    });
                };
                if kind.has_reference()
                    && let Some(text) = text("$ref")
                {
                    add(How::Reference, kind, text);
                }
                if kind == Kind::Schema
                    && let Some(text) = text("$dynamicRef")
                {
                    add(How::Dynamic, kind, text);
                }
                if kind == Kind::Discriminator {
                    let mapping = value.get("mapping").and_then(Value::as_object);
                    for (key, text) in mapping.into_iter().flatten() {
                        if let Some(text) = text.as_str() {
                            add(How::Mapping(key.clone()), Kind::Schema, text);
                        }
                    }
                }
            },
        );
    }

    /// Registers the `$id` of a schema and returns the index of its base.
    fn identify(&mut self, id: &str, outer: usize, place: &str) -> Option<usize> {
        if id.starts_with('#') {
            return None;
        }
        let iri = resolved(self.bases[outer].iri.as_ref()?, id)?;
        let own = self.bases.len();
        self.by_iri
            .entry(without_fragment(&iri).to_owned())
            .or_insert(own);
        self.bases.push(Base {
            place: place.to_owned(),
            iri: Some(iri),
        });
        Some(own)
    }

    /// The places that the reference may mean, the most likely first. `None` if it leads out of the document.
    pub(super) fn candidates(&self, reference: &str, base: usize) -> Option<Vec<String>> {
        let (resource, fragment) = match reference.strip_prefix('#') {
            Some(fragment) => (base, fragment.to_owned()),
            None => {
                let iri = resolved(self.bases[base].iri.as_ref()?, reference)?;
                let resource = *self.by_iri.get(without_fragment(&iri))?;
                (resource, iri.fragment().unwrap_or_default().to_owned())
            }
        };
        let fragment = percent_decode_str(&fragment).decode_utf8().ok();
        // Many documents give a schema an `$id`, but its references are still relative to the whole document.
        let resources = if resource == 0 { vec![0] } else { vec![resource, 0] };
        let place = |resource: usize| {
            let fragment = fragment.as_deref()?;
            if fragment.is_empty() || fragment.starts_with('/') {
                Some(format!("{}{fragment}", self.bases[resource].place))
            } else {
                self.anchors.get(&(resource, fragment.to_owned())).cloned()
            }
        };
        Some(resources.into_iter().filter_map(place).collect())
    }

    /// Whether the target of a `$dynamicRef` depends on the dynamic scope.
    pub(super) fn is_ambiguous(&self, reference: &str) -> bool {
        let name = reference.rsplit_once('#').map_or("", |(_, name)| name);
        self.dynamic.get(name).is_some_and(|count| *count > 1)
    }
}

/// RFC 3986, section 5.
fn resolved(base: &Iri<String>, reference: &str) -> Option<Iri<String>> {
    base.resolve(&IriRef::parse(reference).ok()?).ok()
}

fn without_fragment(iri: &Iri<String>) -> &str {
    iri.split_once('#').map_or(iri, |(resource, _)| resource)
}
