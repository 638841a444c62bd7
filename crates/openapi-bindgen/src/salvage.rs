//! Removes from the document what progenitor fails on and what cannot be finished or written, and generates
//! the rest, so that one operation that progenitor panics on does not cost the other five hundred.
//!
//! The culprits are found by bisection. Each try contains only what that half of the document needs; then the
//! rest is tried together. If it still fails because parts that work alone do not work together, the parts
//! are added one after the other, and those that fail are left out. A type that cannot be finished becomes
//! any JSON, and the document is generated again.

use std::collections::{BTreeMap, BTreeSet};

use openapi_downconvert::{Change, Loss};
use serde_json::{Map, Value, json};

use crate::{
    Error, Skipped,
    call::Calls,
    finish::Failure,
    generator::{Generator, Made},
    prepare::{TypeNames, change, referred_schema, schema_pointer},
};

pub(crate) const PASS: &str = "salvage";

/// A document that is reduced to the parts that can be generated.
pub(crate) struct Salvage<'a> {
    parts: Parts,
    calls: &'a Calls,
    generator: &'a Generator,
    strict: bool,
    /// The names that the schemas have in the original document, by their Rust names.
    given: BTreeMap<String, String>,
    /// The operations that were left out.
    pub(crate) skipped: Vec<Skipped>,
    /// The schemas that became any JSON, by their Rust names.
    pub(crate) unmade: BTreeSet<String>,
}

impl<'a> Salvage<'a> {
    pub(crate) fn new(
        document: Value,
        calls: &'a Calls,
        names: &TypeNames,
        generator: &'a Generator,
        strict: bool,
    ) -> Self {
        let given = names.iter().map(|(given, rust)| (rust.clone(), given.clone()));
        Self {
            parts: Parts::of(document, calls),
            calls,
            generator,
            strict,
            given: given.collect(),
            skipped: Vec::new(),
            unmade: BTreeSet::new(),
        }
    }

    /// The document without the parts that could not be generated.
    pub(crate) fn document(&self) -> &Value {
        &self.parts.document
    }

    /// Runs progenitor on the document, or on as much of it as works.
    pub(crate) fn generate(&mut self, changes: &mut Vec<Change>) -> Result<Made, Error> {
        let (generator, calls) = (self.generator, self.calls);
        match generator.run(&self.parts.document, calls) {
            Err(Error::Generator(_) | Error::Document { .. }) => {}
            other => return other,
        }
        let names: Vec<String> = self.parts.schemas().keys().cloned().collect();
        let fails = |names: &[String]| generator.run(&self.parts.with_schemas(names), calls).err();
        for (name, reason) in culprits(&names, fails)? {
            self.widen(Failure { name, reason }, changes)?;
        }
        let places = self.parts.places.clone();
        let fails = |places: &[Place]| generator.run(&self.parts.with_operations(places), calls).err();
        for (place, reason) in culprits(&places, fails)? {
            self.skip(&place, reason)?;
        }
        generator.run(&self.parts.document, calls)
    }

    /// Replaces a schema by any JSON.
    pub(crate) fn widen(
        &mut self,
        Failure { name, reason }: Failure,
        changes: &mut Vec<Change>,
    ) -> Result<(), Error> {
        let pointer = schema_pointer(&name);
        let schema = self.parts.document.pointer_mut(&pointer);
        let given = self.given.get(&name).unwrap_or(&name);
        let pointer = schema_pointer(given);
        let Some(schema) = schema.filter(|_| !self.strict && self.unmade.insert(name)) else {
            return Err(Error::document(pointer, reason));
        };
        *schema = json!({});
        let note = format!("the schema cannot be generated and is any JSON: {reason}");
        changes.push(change(PASS, pointer, Loss::Widened, note));
        Ok(())
    }

    /// Leaves out an operation, by the name of its method.
    pub(crate) fn skip_operation(&mut self, id: &str, reason: String) -> Result<(), Error> {
        match self.parts.places.iter().find(|place| place.id == id).cloned() {
            Some(place) => self.skip(&place, reason),
            None => Ok(()),
        }
    }

    fn skip(&mut self, place: &Place, reason: String) -> Result<(), Error> {
        if self.strict {
            return Err(Error::document(&place.pointer, reason));
        }
        self.parts.remove(place);
        self.skipped.push(Skipped {
            operation: place.operation.clone(),
            pointer: place.pointer.clone(),
            reason,
        });
        Ok(())
    }
}

/// Finds the items that fail, with the reasons: first each alone, then those that fail together with the ones
/// before.
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

/// Returns progenitor's complaint about a document. Other errors are not about the document and are passed
/// on.
fn reason(error: Error) -> Result<String, Error> {
    match error {
        Error::Generator(reason) => Ok(reason),
        Error::Document { reason, .. } => Ok(reason),
        other => Err(other),
    }
}

/// The place of an operation.
#[derive(Clone, PartialEq)]
struct Place {
    /// The name of its method.
    id: String,
    path: String,
    method: &'static str,
    /// The method and path in the original document.
    operation: String,
    /// The place in the original document.
    pointer: String,
}

/// A document that can be taken apart.
struct Parts {
    document: Value,
    places: Vec<Place>,
}

impl Parts {
    fn of(document: Value, calls: &Calls) -> Self {
        let places = openapi_document::operations(&document)
            .filter_map(|prepared| {
                let id = prepared.id()?;
                let call = calls.get(id)?;
                Some(Place {
                    id: id.to_owned(),
                    operation: format!("{} {}", prepared.method.to_ascii_uppercase(), call.path),
                    pointer: call.pointer.clone(),
                    path: prepared.path.to_owned(),
                    method: prepared.method,
                })
            })
            .collect();
        Self { document, places }
    }

    fn schemas(&self) -> &Map<String, Value> {
        static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
        self.document
            .pointer("/components/schemas")
            .and_then(Value::as_object)
            .unwrap_or(&NONE)
    }

    /// A document with these schemas and no operations. Other schemas that they refer to are any JSON.
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

    /// A document with these operations and the schemas that they reach.
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
        self.places.retain(|other| other != place);
    }
}

/// Collects the names of the component schemas that a value refers to.
fn references(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        Value::Object(members) => {
            for (key, value) in members {
                match value.as_str() {
                    Some(target) if key == "$ref" => {
                        names.extend(referred_schema(target));
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

    /// Returns the items of `0..count` that were left out, and the number of tries.
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
