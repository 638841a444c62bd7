//! The references of a document: found, and checked to lead somewhere in it.

use std::collections::HashSet;

use serde_json::Value;

use crate::error::{Error, Reference};
use crate::grammar::{Kind, Scope};
use crate::pointer;
use crate::walk::visit;

/// A reference whose target exists.
pub(crate) struct Resolved {
    /// What refers, and so what is referred to.
    pub(crate) kind: Kind,
    /// Pointer to the target.
    pub(crate) target: String,
}

/// All references of the document, and of the schemas that they lead to wherever those are.
pub(crate) fn resolve(document: &Value) -> Result<Vec<Resolved>, Error> {
    let mut seen_schemas = HashSet::new();
    let (mut resolved, mut external, mut dangling) = (Vec::new(), Vec::new(), Vec::new());
    let mut to_visit = vec![(String::new(), Kind::Document)];
    while let Some((start, kind)) = to_visit.pop() {
        let Some(value) = document.pointer(&start) else {
            continue;
        };
        visit(
            value,
            kind,
            Scope::All,
            &mut start.clone(),
            &mut |value, kind, place| {
                if kind == Kind::Schema && !seen_schemas.insert(place.to_owned()) {
                    return;
                }
                let Some(reference) = value.get("$ref").filter(|_| kind.has_reference()) else {
                    return;
                };
                let text = reference
                    .as_str()
                    .map_or_else(|| reference.to_string(), str::to_owned);
                let problem = || Reference {
                    pointer: place.to_owned(),
                    target: text.clone(),
                };
                if reference.is_string() && !text.starts_with('#') {
                    external.push(problem());
                    return;
                }
                match pointer::of_reference(&text).filter(|target| document.pointer(target).is_some()) {
                    Some(target) => resolved.push(Resolved { kind, target }),
                    None => dangling.push(problem()),
                }
            },
        );
        if to_visit.is_empty() {
            let unseen = resolved
                .iter()
                .filter(|found| found.kind == Kind::Schema && !seen_schemas.contains(&found.target));
            to_visit.extend(unseen.map(|found| (found.target.clone(), Kind::Schema)));
            to_visit.dedup();
        }
    }
    match (external.is_empty(), dangling.is_empty()) {
        (true, true) => Ok(resolved),
        (false, _) => Err(Error::ExternalReferences(external)),
        (true, false) => Err(Error::DanglingReferences(dangling)),
    }
}
