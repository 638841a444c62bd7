//! How items of the bindings read, whatever they are written with.

use std::collections::{HashMap, hash_map};

use crate::report::{Change, Item};

/// In how many parents the same must have happened for it to be told once.
const REPEATED: usize = 3;

/// One item, or the same in several parents: an argument of many methods.
pub(super) struct Entry<'a> {
    /// The item, or the first of them.
    pub(super) item: &'a Item,
    /// In how many other parents the same happened.
    pub(super) others: usize,
}

/// What a line says about an item.
pub(super) enum Words<'a> {
    /// It is there, or was: a method, a type, a variant.
    Named(&'a str),
    /// It has this type: a field, an argument.
    Typed(&'a str, &'a str),
    /// It has another type.
    Retyped {
        path: &'a str,
        old: &'a str,
        new: &'a str,
    },
    /// It has another name.
    Renamed { old: &'a str, new: &'a str },
}

/// The items in their order, where those that differ in the parent alone are one.
pub(super) fn entries(items: &[Item]) -> Vec<Entry<'_>> {
    let mut repeats: HashMap<_, usize> = HashMap::new();
    for item in items {
        *repeats.entry(same(item)).or_default() += 1;
    }
    let mut told = HashMap::new();
    let mut entries = Vec::new();
    for item in items {
        let times = match (same(item), repeats.get(&same(item))) {
            (Some(_), Some(times)) if *times >= REPEATED => *times,
            _ => 1,
        };
        if times > 1 {
            match told.entry(same(item)) {
                hash_map::Entry::Occupied(_) => continue,
                hash_map::Entry::Vacant(entry) => entry.insert(()),
            };
        }
        entries.push(Entry {
            item,
            others: times - 1,
        });
    }
    entries
}

/// What an argument of a method has in common with that of another method.
fn same(item: &Item) -> Option<(Change, &str, Option<&str>, Option<&str>)> {
    let (parent, name) = item.item.rsplit_once("::")?;
    (parent.starts_with("builder::") && item.renamed_from.is_none()).then_some((
        item.change,
        name,
        item.old.as_deref(),
        item.new.as_deref(),
    ))
}

impl<'a> Entry<'a> {
    pub(super) fn words(&self) -> Words<'a> {
        let path = self.item.item.as_str();
        if let Some(old) = &self.item.renamed_from {
            return Words::Renamed { old, new: path };
        }
        match (&self.item.old, &self.item.new) {
            (Some(old), Some(new)) => Words::Retyped { path, old, new },
            // The signature of a method says no more than its name, and the kind of a type none of what it is for.
            (Some(only), None) | (None, Some(only)) if !is_kind(only) => Words::Typed(path, only),
            _ => Words::Named(path),
        }
    }
}

fn is_kind(signature: &str) -> bool {
    ["fn(", "struct", "enum", "variant"]
        .iter()
        .any(|kind| signature.starts_with(kind))
}
