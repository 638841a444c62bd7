//! Takes out of the document what progenitor fails on, and generates the rest: one operation that it panics on must
//! not cost the other five hundred.
//!
//! The culprits are found by halving, each time with no more of the document than the half needs; then the rest is tried
//! together. Should it still fail, by an interplay of parts that are fine alone, the parts are put together again one
//! after the other, and those that do not fit are left out.

use std::collections::BTreeSet;

use openapi_downconvert::{Change, Loss};
use proc_macro2::TokenStream;
use serde_json::{Map, Value, json};

use crate::{
    Error, Skipped,
    call::Calls,
    generator::Generator,
    prepare::{change, operations, pointer_token},
};

const PASS: &str = "salvage";

/// What could be generated.
pub(crate) struct Salvaged {
    pub(crate) tokens: TokenStream,
    /// The document without what could not.
    pub(crate) document: Value,
    pub(crate) skipped: Vec<Skipped>,
}

pub(crate) fn generate(
    document: Value,
    calls: &Calls,
    generator: &Generator,
    strict: bool,
    changes: &mut Vec<Change>,
) -> Result<Salvaged, Error> {
    let mut parts = Parts::of(document, calls)?;
    match generator.run(&parts.document) {
        Err(Error::Generator(_) | Error::Document { .. }) => {}
        other => return other.map(|tokens| parts.salvaged(tokens, Vec::new())),
    }
    let names: Vec<String> = parts.schemas().keys().cloned().collect();
    for (name, reason) in culprits(&names, |names| generator.run(&parts.with_schemas(names)).err())? {
        let pointer = format!("/components/schemas/{}", pointer_token(&name));
        if strict {
            return Err(Error::document(pointer, reason));
        }
        let note = format!("the schema cannot be generated and is any JSON: {reason}");
        changes.push(change(PASS, pointer, Loss::Widened, note));
        if let Some(schema) = parts.document.pointer_mut("/components/schemas") {
            schema[name] = json!({});
        }
    }
    let mut skipped = Vec::new();
    let places = parts.places.clone();
    for (place, reason) in culprits(&places, |places| {
        generator.run(&parts.with_operations(places)).err()
    })? {
        if strict {
            return Err(Error::document(place.pointer, reason));
        }
        parts.remove(&place);
        skipped.push(Skipped {
            operation: place.operation,
            pointer: place.pointer,
            reason,
        });
    }
    let tokens = generator.run(&parts.document)?;
    Ok(parts.salvaged(tokens, skipped))
}

/// The items that fail, with the reason: first each alone, then those that do not go together with the ones before.
fn culprits<T: Clone + PartialEq>(
    items: &[T],
    fails: impl Fn(&[T]) -> Option<Error>,
) -> Result<Vec<(T, String)>, Error> {
    let mut found = Vec::new();
    alone(items, &fails, &mut found)?;
    let rest: Vec<T> = items
        .iter()
        .filter(|item| !found.iter().any(|(culprit, _)| culprit == *item))
        .cloned()
        .collect();
    together(&mut Vec::new(), &rest, &fails, &mut found)?;
    Ok(found)
}

fn alone<T: Clone>(
    items: &[T],
    fails: &impl Fn(&[T]) -> Option<Error>,
    found: &mut Vec<(T, String)>,
) -> Result<(), Error> {
    if items.is_empty() {
        return Ok(());
    }
    match (fails(items).map(reason).transpose()?, items) {
        (None, _) => {}
        (Some(reason), [item]) => found.push((item.clone(), reason)),
        (Some(_), _) => {
            let (left, right) = items.split_at(items.len() / 2);
            alone(left, fails, found)?;
            alone(right, fails, found)?;
        }
    }
    Ok(())
}

fn together<T: Clone>(
    kept: &mut Vec<T>,
    items: &[T],
    fails: &impl Fn(&[T]) -> Option<Error>,
    found: &mut Vec<(T, String)>,
) -> Result<(), Error> {
    if items.is_empty() {
        return Ok(());
    }
    let before = kept.len();
    kept.extend(items.iter().cloned());
    if let Some(error) = fails(kept) {
        kept.truncate(before);
        if let [item] = items {
            found.push((item.clone(), reason(error)?));
        } else {
            let (left, right) = items.split_at(items.len() / 2);
            together(kept, left, fails, found)?;
            together(kept, right, fails, found)?;
        }
    }
    Ok(())
}

/// What progenitor says of a document; any other error is none of the document's.
fn reason(error: Error) -> Result<String, Error> {
    match error {
        Error::Generator(reason) => Ok(reason),
        Error::Document { reason, .. } => Ok(reason),
        other => Err(other),
    }
}

/// Where an operation stands.
#[derive(Clone, PartialEq)]
struct Place {
    path: String,
    method: &'static str,
    /// Its method and path in the document that was given.
    operation: String,
    /// Its place in that document.
    pointer: String,
}

/// A document that can be taken apart.
struct Parts {
    document: Value,
    places: Vec<Place>,
}

impl Parts {
    fn of(mut document: Value, calls: &Calls) -> Result<Self, Error> {
        let mut places = Vec::new();
        for at in operations(&mut document)? {
            let call = at.id().and_then(|id| calls.get(id));
            let path = call.map_or(at.path, |call| &call.path);
            places.push(Place {
                operation: format!("{} {path}", at.method.to_ascii_uppercase()),
                pointer: call.map_or(&at.pointer, |call| &call.pointer).clone(),
                path: at.path.to_owned(),
                method: at.method,
            });
        }
        Ok(Self { document, places })
    }

    fn salvaged(self, tokens: TokenStream, skipped: Vec<Skipped>) -> Salvaged {
        Salvaged {
            tokens,
            document: self.document,
            skipped,
        }
    }

    fn schemas(&self) -> &Map<String, Value> {
        static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
        self.document
            .pointer("/components/schemas")
            .and_then(Value::as_object)
            .unwrap_or(&NONE)
    }

    /// No operations, and these schemas; what they refer to beside them is any JSON.
    fn with_schemas(&self, names: &[String]) -> Value {
        let mut schemas: Map<String, Value> = names
            .iter()
            .filter_map(|name| Some((name.clone(), self.schemas().get(name)?.clone())))
            .collect();
        let mut referred = BTreeSet::new();
        schemas
            .values()
            .for_each(|schema| references(schema, &mut referred));
        for name in referred {
            schemas.entry(name).or_insert_with(|| json!({}));
        }
        self.without_paths(schemas)
    }

    /// These operations, and the schemas that they reach.
    fn with_operations(&self, places: &[Place]) -> Value {
        let mut paths = Map::new();
        let mut open = BTreeSet::new();
        for place in places {
            let operation = &self.document["paths"][&place.path][place.method];
            references(operation, &mut open);
            let item = paths.entry(place.path.clone()).or_insert_with(|| json!({}));
            item[place.method] = operation.clone();
        }
        let mut schemas = Map::new();
        while let Some(name) = open.pop_first() {
            if let Some(schema) = self.schemas().get(&name)
                && !schemas.contains_key(&name)
            {
                references(schema, &mut open);
                schemas.insert(name, schema.clone());
            }
        }
        let mut document = self.without_paths(schemas);
        document["paths"] = Value::Object(paths);
        document
    }

    fn without_paths(&self, schemas: Map<String, Value>) -> Value {
        json!({
            "openapi": self.document["openapi"],
            "info": self.document["info"],
            "paths": {},
            "components": { "schemas": schemas },
        })
    }

    fn remove(&mut self, place: &Place) {
        if let Some(item) = self.document["paths"][&place.path].as_object_mut() {
            item.shift_remove(place.method);
        }
    }
}

/// The names of the component schemas that are referred to.
fn references(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        Value::Object(members) => {
            for (key, value) in members {
                match value.as_str() {
                    Some(target) if key == "$ref" => {
                        if let Some(name) = target.strip_prefix("#/components/schemas/") {
                            names.insert(name.replace("~1", "/").replace("~0", "~"));
                        }
                    }
                    _ => references(value, names),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// The items of `0..count` that are left out, and the number of tries.
    fn left_out(count: u32, fails: impl Fn(&[u32]) -> bool) -> (Vec<u32>, u32) {
        let tries = Cell::new(0);
        let items: Vec<u32> = (0..count).collect();
        let found = culprits(&items, |items| {
            tries.set(tries.get() + 1);
            fails(items).then(|| Error::Generator("no".to_owned()))
        });
        (
            found.unwrap().into_iter().map(|(item, _)| item).collect(),
            tries.get(),
        )
    }

    #[test]
    fn culprits_are_found_by_halving() {
        assert_eq!(left_out(512, |_| false), (vec![], 2));
        let (found, tries) = left_out(512, |items| items.contains(&300));
        assert_eq!(found, [300]);
        assert!(tries <= 2 * 9 + 2, "{tries} tries");
        let (found, _) = left_out(512, |items| items.iter().any(|item| item % 100 == 7));
        assert_eq!(found, [7, 107, 207, 307, 407, 507]);
    }

    #[test]
    fn what_fails_together_only_loses_as_little_as_it_can() {
        let (found, tries) = left_out(512, |items| items.contains(&3) && items.contains(&400));
        assert_eq!(found, [400]);
        assert!(tries <= 2 * 9 + 4, "{tries} tries");
    }

    #[test]
    fn an_error_that_is_not_of_the_document_ends_the_search() {
        let error = culprits(&[1, 2], |_| Some(Error::Settings("wrong".to_owned()))).unwrap_err();
        assert!(matches!(error, Error::Settings(_)));
    }
}
