//! How the items of the bindings read in a report.

use openapi_diff::{
    Semver,
    report::{Change, Effect, Row},
};

/// A public item of the bindings that differs.
pub(super) struct Item {
    /// Its path, which is that in the new bindings unless it was removed: `types::User::email`.
    pub(super) item: String,
    /// What became of it.
    pub(super) change: Change,
    /// What the old bindings say: the type of a field, the signature of a function.
    pub(super) old: Option<String>,
    /// What the new bindings say.
    pub(super) new: Option<String>,
    /// The step that this alone forces.
    pub(super) semver: Semver,
    /// The path in the old bindings, where it is another.
    pub(super) renamed_from: Option<String>,
    /// The fingerprint of the finding that caused it, where there is one.
    pub(super) cause: Option<String>,
}

/// The section of a report about these items, or why they are not known.
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
            // The signature of a method says no more than its name, and the kind of a type none of what it is for.
            by_name: is_method || ["struct", "enum", "variant"].into_iter().any(says),
            // A method does not show what it calls.
            names_operation: is_method,
            // The same argument comes and goes in many methods.
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
