//! The text of the rows of an effect, independent of the format.

use std::collections::{HashMap, HashSet};

use crate::report::{Change, Effect, Row};

/// The minimum number of parents with the same row for the rows to be combined.
const REPEATED: usize = 3;

/// One row, or the same row in several parents.
pub(super) struct Entry<'a> {
    /// The row, or the first of them.
    pub(super) row: &'a Row,
    /// `, and in 3 more builders`, or empty.
    pub(super) others: String,
}

/// The content of the line for a row.
pub(super) enum Words<'a> {
    /// The item, which was added or removed.
    Named(&'a str),
    /// The item with its description, such as its type.
    Typed(&'a str, &'a str),
    /// The item with a changed description.
    Retyped {
        name: &'a str,
        old: &'a str,
        new: &'a str,
    },
    /// The item with a changed name.
    Renamed { old: &'a str, new: &'a str },
}

/// The rows in order. Rows that differ only in the parent are combined.
pub(super) fn entries(effect: &Effect) -> Vec<Entry<'_>> {
    let mut repeats: HashMap<_, usize> = HashMap::new();
    for same in effect.rows().iter().filter_map(same) {
        *repeats.entry(same).or_default() += 1;
    }
    repeats.retain(|_, times| *times >= REPEATED);
    let mut told = HashSet::new();
    let mut entries = Vec::new();
    for row in effect.rows() {
        let repeated = same(row).and_then(|same| repeats.get_key_value(&same));
        let others = match repeated {
            None => String::new(),
            Some((same, _)) if !told.insert(same) => continue,
            Some((_, times)) => format!(", and in {} more {}", times - 1, effect.parents),
        };
        entries.push(Entry { row, others });
    }
    entries
}

/// The properties that a row has in common with the rows of other parents.
fn same(row: &Row) -> Option<(Change, &str, Option<&str>, Option<&str>)> {
    let name = row.repeats.as_deref()?;
    Some((row.change, name, row.old.as_deref(), row.new.as_deref()))
}

impl<'a> Entry<'a> {
    pub(super) fn words(&self) -> Words<'a> {
        let name = self.row.item.as_str();
        if let Some(old) = &self.row.renamed_from {
            return Words::Renamed { old, new: name };
        }
        match (&self.row.old, &self.row.new) {
            (Some(old), Some(new)) => Words::Retyped { name, old, new },
            (Some(only), None) | (None, Some(only)) if !self.row.by_name => Words::Typed(name, only),
            _ => Words::Named(name),
        }
    }
}
