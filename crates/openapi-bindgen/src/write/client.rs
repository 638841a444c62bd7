//! The methods of the client: one trait for each tag, and methods of `Client` itself for operations without a tag.

use std::collections::BTreeMap;

use syn::Ident;

use crate::fill::{fill, lines};

use super::{docs, operation::Operation};

const OWN: &str = "
impl Client {
    $methods
}
";

const EXTENSION: &str = "
$docs
pub trait $name {
    $declared
}
impl $name for Client {
    $defined
}
";

/// The traits alone: whoever imports it beside a facade with a `Client` of its own would have two.
const PRELUDE: &str = "
/// The traits that have the methods of the client.
pub mod prelude {
    $traits
}
";

/// The methods, and the prelude. `tags` has the descriptions of tags.
pub(super) fn text(operations: &[Operation<'_>], tags: &BTreeMap<String, String>) -> String {
    let own = operations
        .iter()
        .filter(|operation| operation.extension().is_none());
    let own = lines(own.map(|operation| {
        format!(
            "{}pub {}",
            docs::comment(&docs::of_method(operation)),
            definition(operation)
        )
    }));
    let mut out = String::new();
    if !own.is_empty() {
        out.push_str(&fill(OWN, &[("methods", &own)]));
    }
    let mut traits = Vec::new();
    for (name, operations) in extensions(operations) {
        let description = operations[0].tag.as_ref().and_then(|tag| tags.get(tag));
        let operations = operations.into_iter();
        out.push_str(&fill(
            EXTENSION,
            &[
                (
                    "docs",
                    &description.map(|text| docs::comment(text)).unwrap_or_default(),
                ),
                ("name", &name.to_string()),
                ("declared", &lines(operations.clone().map(declaration))),
                ("defined", &lines(operations.map(definition))),
            ],
        ));
        traits.push(format!("pub use super::{name};"));
    }
    out.push_str(&fill(PRELUDE, &[("traits", &lines(traits))]));
    out
}

/// The traits, each with the operations that are its methods.
pub(super) fn extensions<'a, 'b>(operations: &'a [Operation<'b>]) -> BTreeMap<Ident, Vec<&'a Operation<'b>>> {
    let mut extensions: BTreeMap<Ident, Vec<_>> = BTreeMap::new();
    for operation in operations {
        if let Some(name) = operation.extension() {
            extensions.entry(name).or_default().push(operation);
        }
    }
    extensions
}

fn signature(Operation { name, builder, .. }: &Operation<'_>) -> String {
    format!("fn {name}(&self) -> builder::{builder}<'_>")
}

fn declaration(operation: &Operation<'_>) -> String {
    format!(
        "{}{};",
        docs::comment(&docs::of_method(operation)),
        signature(operation)
    )
}

fn definition(operation: &Operation<'_>) -> String {
    format!(
        "{} {{\n    builder::{}::new(self)\n}}",
        signature(operation),
        operation.builder
    )
}
