//! Derives `schemars::JsonSchema` for every type of the document and for `Timestamp`, behind the feature `schemars`.

use syn::{Attribute, File, Item, parse_quote};

use super::module;
use crate::Error;

pub(super) fn run(file: &mut File) -> Result<(), Error> {
    let derive: Attribute = parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]);
    for item in module(file, "types")? {
        let attributes = match item {
            Item::Struct(item) => &mut item.attrs,
            Item::Enum(item) => &mut item.attrs,
            _ => continue,
        };
        attributes.push(derive.clone());
    }
    for item in module(file, "runtime")? {
        if let Item::Struct(item) = item
            && item.ident == "Timestamp"
        {
            item.attrs.push(derive.clone());
        }
    }
    Ok(())
}
