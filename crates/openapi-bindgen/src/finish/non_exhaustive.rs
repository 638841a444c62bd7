//! Marks the types of the document as non-exhaustive, so that a new member or variant of the service does not
//! break their users.

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
