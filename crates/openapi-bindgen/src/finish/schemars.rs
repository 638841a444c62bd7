//! Derives `schemars::JsonSchema` for every type of the document, behind the feature `schemars`.

use syn::{Attribute, Item, parse_quote};

pub(crate) fn run(types: &mut [Item]) {
    for item in types {
        match item {
            Item::Struct(item) => item.attrs.push(derive()),
            Item::Enum(item) => item.attrs.push(derive()),
            _ => {}
        }
    }
}

/// The attribute.
pub(crate) fn derive() -> Attribute {
    parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))])
}
