//! Resolves the references of a document. Rewrites those that OpenAPI 3.0 does not allow (to anchors,
//! identifiers and places inside other objects), and removes those without a target.
//!
//! Afterwards each reference is a pointer to a component, or from a path item to another path item.

mod chains;
mod identifiers;
mod resolve;

use openapi_document::pointer;
use serde_json::Value;

use crate::ExternalReferences;
use crate::change::Loss;
use crate::error::{Error, Reference};
use crate::grammar::{Kind, Scope, Version, each_below};
use crate::passes::broken_places::{bury, mend};
use crate::passes::deep_references::{Moved, plan, take_out};
use crate::passes::{Log, Site};
use crate::root::Root;

use identifiers::Identifiers;
use resolve::{Resolver, Target};

/// A reference in the document.
struct Found {
    /// The index of the root that contains it.
    root: usize,
    /// The place of the object with the reference.
    place: String,
    /// The kind of the object with the reference, and so also of its target.
    kind: Kind,
    how: How,
    text: String,
    /// The index of the base that the reference is relative to.
    base: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum How {
    Reference,
    /// `$dynamicRef` of JSON Schema 2020-12.
    Dynamic,
    /// An entry in the mapping of a discriminator.
    Mapping(String),
}

impl How {
    /// The pointer from the object to the text of the reference.
    fn below(&self) -> String {
        match self {
            Self::Reference => "/$ref".to_owned(),
            Self::Dynamic => "/$dynamicRef".to_owned(),
            Self::Mapping(key) => format!("/mapping/{}", pointer::escape(key)),
        }
    }
}

/// A document that is ready for the passes.
#[derive(Clone)]
pub(crate) struct Prepared {
    pub(crate) document: Value,
    /// The objects that were taken out of the document and become components.
    pub(crate) moved: Vec<Moved>,
    pub(crate) log: Log,
}

/// Repairs the document and resolves its references.
pub(crate) fn prepare(
    document: Value,
    version: Version,
    external: ExternalReferences,
) -> Result<Prepared, Error> {
    let scope = Scope { version, lost: true };
    let mut log = Log::default();
    let mut identifiers = Identifiers::of(&document);
    let mut roots = vec![Root {
        origin: String::new(),
        kind: Kind::Document,
        value: document,
    }];
    let mut found: Vec<Found> = Vec::new();
    let mut targets: Vec<Target> = Vec::new();
    let mut resolver = Resolver::new(scope);
    let mut ready = 0;
    while ready < roots.len() {
        for (index, root) in roots.iter_mut().enumerate().skip(ready) {
            mend(
                &mut root.value,
                root.kind,
                scope,
                &mut root.origin.clone(),
                &mut log,
            );
            identifiers.collect(index, root, scope, &mut found);
        }
        ready = roots.len();
        for reference in &found[targets.len()..] {
            targets.push(resolver.resolve(reference, &identifiers, &mut roots));
        }
    }

    let leads_out = |(_, target): &(&Found, &Target)| matches!(target, Target::External);
    let outside: Vec<Reference> = found
        .iter()
        .zip(&targets)
        .filter(leads_out)
        .map(|(found, _)| Reference {
            pointer: found.place.clone(),
            target: found.text.clone(),
        })
        .collect();
    if external == ExternalReferences::Refuse && !outside.is_empty() {
        return Err(Error::ExternalReferences(outside));
    }

    chains::settle(&found, &mut targets);
    let moves = plan(&roots[0].value, version, needed(&found, &targets));
    for (reference, target) in found.iter().zip(&targets) {
        let root = &mut roots[reference.root];
        let inside = reference.place[root.origin.len()..].to_owned();
        match target {
            Target::Unknown => {}
            Target::Local { place, .. } => {
                let (pass, text) = match moves.name(place, reference.kind) {
                    Some(name) => ("deep-references", reference.kind.reference_to(name)),
                    None if pointer::of_reference(&reference.text).as_ref() == Some(place) => continue,
                    None => ("identifiers", pointer::to_reference(place)),
                };
                let note = format!("`{}` -> `{text}`", reference.text);
                let is_by_pointer = pointer::of_reference(&reference.text).is_some();
                let pass = if is_by_pointer { pass } else { "identifiers" };
                Site::new(pass, &reference.place, &mut log).record_below(
                    &reference.how.below(),
                    Loss::None,
                    note,
                );
                if let Some(value) = root
                    .value
                    .pointer_mut(&format!("{inside}{}", reference.how.below()))
                {
                    *value = text.into();
                }
            }
            Target::External | Target::Nothing(_) => {
                let why = match target {
                    Target::Nothing(why) => format!("`{}` {why}", reference.text),
                    _ => format!("`{}` leads out of the document", reference.text),
                };
                remove(&mut root.value, &inside, version, reference, &why, &mut log);
            }
        }
    }
    if !outside.is_empty() && !has_operations(&roots[0].value, scope) {
        return Err(Error::ExternalReferences(outside));
    }
    let moved = take_out(&mut roots, moves);
    let document = roots.swap_remove(0).value;
    Ok(Prepared { document, moved, log })
}

/// The targets of references, each with the kind of its object and the index of its root.
fn needed<'a>(
    found: &'a [Found],
    targets: &'a [Target],
) -> impl Iterator<Item = (&'a str, Kind, usize)> + 'a {
    found
        .iter()
        .zip(targets)
        .filter_map(|(found, target)| match target {
            Target::Local {
                place,
                root: Some(root),
            } => Some((place.as_str(), found.kind, *root)),
            _ => None,
        })
}

/// Removes a reference without a target, or the object that consists only of it.
fn remove(value: &mut Value, inside: &str, version: Version, reference: &Found, why: &str, log: &mut Log) {
    let mut site = Site::repairing("dangling-references", &reference.place, log);
    if reference.kind.may_be_reference_object() {
        site.record_here(Loss::Dropped, format!("removed: {why}"));
        return bury(value, inside);
    }
    let is_checked = reference.kind == Kind::Schema && !matches!(reference.how, How::Mapping(_));
    let loss = if is_checked { Loss::Widened } else { Loss::Dropped };
    site.record_below(&reference.how.below(), loss, format!("removed: {why}"));
    let (holder, field) = match &reference.how {
        How::Reference => (inside.to_owned(), "$ref"),
        How::Dynamic => (inside.to_owned(), "$dynamicRef"),
        How::Mapping(key) => (format!("{inside}/mapping"), key.as_str()),
    };
    if let Some(holder) = value.pointer_mut(&holder).and_then(Value::as_object_mut) {
        if is_checked && version == Version::V3_0 {
            // In 3.0, keywords next to a reference have no effect.
            holder.clear();
        } else {
            holder.shift_remove(field);
        }
    }
}

/// Whether the document has an operation, or has no path items at all.
fn has_operations(document: &Value, scope: Scope) -> bool {
    let items = ["paths", "webhooks"]
        .into_iter()
        .filter_map(|field| document.get(field).and_then(Value::as_object))
        .flat_map(|items| items.values());
    let items: Vec<&Value> = items.filter(|item| item.is_object()).collect();
    let has_any = |item: &&Value| {
        let mut has_any = item.get("$ref").is_some();
        each_below(item, Kind::PathItem, scope, &mut |_, _, kind| {
            has_any |= kind == Kind::Operation
        });
        has_any
    };
    items.is_empty() || items.iter().any(has_any)
}
