//! Leaves room in the types of the document for what the service adds: a member or a variant more is no break for those who
//! use them.

use syn::{Fields, Item, parse_quote};

pub(super) fn run(types: &mut [Item]) {
    for item in types {
        let attributes = match item {
            Item::Struct(item) if matches!(item.fields, Fields::Named(_)) => &mut item.attrs,
            Item::Enum(item) => &mut item.attrs,
            _ => continue,
        };
        attributes.push(parse_quote!(#[non_exhaustive]));
    }
}
