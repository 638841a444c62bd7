//! The items of the bindings as rows of a report.

use openapi_diff::{
    Semver,
    report::{Change, Effect, Row},
};

/// A public item of the bindings that differs.
pub(super) struct Item {
    /// Its path in the new bindings, or in the old ones if it was removed: `types::User::email`.
    pub(super) item: String,
    /// What happened to it.
    pub(super) change: Change,
    /// Its type or signature in the old bindings.
    pub(super) old: Option<String>,
    /// Its type or signature in the new bindings.
    pub(super) new: Option<String>,
    /// The release step that this item alone requires.
    pub(super) semver: Semver,
    /// The path in the old bindings, if it is another one.
    pub(super) renamed_from: Option<String>,
    /// The fingerprint of the finding that caused it, if there is one.
    pub(super) cause: Option<String>,
}

/// The section of a report with these items, or why they are not known.
pub(super) fn section(items: Result<Vec<Item>, String>) -> Effect {
    Effect {
        key: "rust",
        title: "Rust",
        audience: "Rust users",
        parents: "builders",
        rows: items.map(|items| items.into_iter().map(Row::from).collect()),
    }
}

impl From<Item> for Row {
    fn from(item: Item) -> Self {
        let says = |start: &str| {
            [&item.old, &item.new]
                .into_iter()
                .flatten()
                .any(|signature| signature.starts_with(start))
        };
        let is_method = says("fn(");
        let argument = item
            .item
            .strip_prefix("builder::")
            .filter(|_| item.renamed_from.is_none())
            .and_then(|path| path.rsplit_once("::"));
        Self {
            // For these the name is enough: the signature of a method and the kind of a type would add
            // nothing.
            by_name: is_method || ["struct", "enum", "variant"].into_iter().any(says),
            // The name of a method does not show the operation that it calls.
            names_operation: is_method,
            // The same argument is often added to or removed from many methods.
            repeats: argument.map(|(_, name)| name.to_owned()),
            item: item.item,
            change: item.change,
            old: item.old,
            new: item.new,
            semver: item.semver,
            renamed_from: item.renamed_from,
            cause: item.cause,
        }
    }
}
