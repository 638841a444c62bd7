//! How an item of the bindings reads, whatever it is written with.

use crate::report::Item;

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

pub(super) fn words(item: &Item) -> Words<'_> {
    let path = item.item.as_str();
    if let Some(old) = &item.renamed_from {
        return Words::Renamed { old, new: path };
    }
    match (&item.old, &item.new) {
        (Some(old), Some(new)) => Words::Retyped { path, old, new },
        // The signature of a function says no more than its name, and the kind of a type none of what it is for.
        (Some(only), None) | (None, Some(only)) if path.contains("::") && !is_kind(only) => {
            Words::Typed(path, only)
        }
        _ => Words::Named(path),
    }
}

fn is_kind(signature: &str) -> bool {
    ["fn(", "struct", "enum", "variant"]
        .iter()
        .any(|kind| signature.starts_with(kind))
}
