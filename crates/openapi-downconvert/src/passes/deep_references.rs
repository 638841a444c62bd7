//! JSON Schema 2020-12, Core, sections 8.2.3.1 `$ref` and 8.2.4 `$defs`: a reference may lead to a schema
//! anywhere in the document, `$defs` being a place for such schemas. OAS 3.0.3 has no `$defs`, and the
//! conversion moves schemas that are inside of others.
//!
//! Each schema that is referred to and is no component becomes one, under a name made of where it was; the
//! original stays in its place too.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::{Log, Site};
use crate::change::Loss;
use crate::grammar::{Kind, Scope};
use crate::pointer::{component, escape, of_reference, unescape};
use crate::reference::Resolved;
use crate::walk::transform;

/// A schema that becomes a component.
pub(crate) struct Moved {
    /// Where it is in the document that was given.
    pub(crate) origin: String,
    /// Its name as a component.
    pub(crate) name: String,
}

/// What has to become a component.
pub(crate) fn plan(document: &Value, references: &[Resolved]) -> Vec<Moved> {
    let present = document.pointer("/components/schemas").and_then(Value::as_object);
    let mut taken: HashSet<String> = present.into_iter().flat_map(Map::keys).cloned().collect();
    let mut planned: HashSet<&str> = HashSet::new();
    let mut moved = Vec::new();
    for Resolved { kind, target } in references {
        if *kind == Kind::Schema && component(target, "schemas").is_none() && planned.insert(target) {
            let name = unused_name(target, &taken);
            taken.insert(name.clone());
            moved.push(Moved {
                origin: target.clone(),
                name,
            });
        }
    }
    moved
}

/// Makes the references in `value` lead to the components.
pub(crate) fn redirect(value: &mut Value, kind: Kind, place: &str, moved: &[Moved], log: &mut Log) {
    if moved.is_empty() {
        return;
    }
    let names: HashMap<&str, &str> = moved.iter().map(|moved| (&*moved.origin, &*moved.name)).collect();
    let redirected = |reference: &Value| {
        let name = names.get(of_reference(reference.as_str()?)?.as_str())?;
        Some(Value::String(format!("#/components/schemas/{}", escape(name))))
    };
    transform(
        value,
        kind,
        Scope::All,
        &mut place.to_owned(),
        &mut |value, kind, place| {
            let Some(schema) = value.as_object_mut().filter(|_| kind == Kind::Schema) else {
                return;
            };
            if let Some(reference) = schema.get_mut("$ref")
                && let Some(target) = redirected(reference)
            {
                let mut site = Site {
                    place,
                    pass: "deep-references",
                    loosened: false,
                    log,
                };
                site.record("$ref", Loss::None, format!("{reference} -> {target}"));
                *reference = target;
            }
            let mapping = schema
                .get_mut("discriminator")
                .and_then(|discriminator| discriminator.get_mut("mapping"));
            for reference in mapping
                .and_then(Value::as_object_mut)
                .into_iter()
                .flat_map(Map::values_mut)
            {
                if let Some(target) = redirected(reference) {
                    *reference = target;
                }
            }
        },
    );
}

/// A name of letters that component names may have, after where the schema is.
fn unused_name(origin: &str, taken: &HashSet<String>) -> String {
    let path = origin.strip_prefix("/components/schemas").unwrap_or(origin);
    let tokens: Vec<String> = path.split('/').skip(1).map(unescape).collect();
    let wanted = match tokens.as_slice() {
        [.., holder, name] if matches!(holder.as_str(), "$defs" | "definitions") => name.clone(),
        tokens => tokens.join("_"),
    };
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    let wanted: String = wanted
        .chars()
        .map(|letter| if allowed(letter) { letter } else { '_' })
        .collect();
    let wanted = if wanted.is_empty() {
        "Schema".to_owned()
    } else {
        wanted
    };
    if !taken.contains(&wanted) {
        return wanted;
    }
    let mut numbered = (2_u64..).map(|number| format!("{wanted}_{number}"));
    numbered.find(|name| !taken.contains(name)).unwrap_or(wanted)
}
