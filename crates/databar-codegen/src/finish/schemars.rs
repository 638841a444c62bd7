//! Derives `schemars::JsonSchema` for every type, behind the feature `schemars`.

use syn::{File, Item, parse_quote};

use super::module;
use crate::Error;

pub(super) fn run(file: &mut File) -> Result<(), Error> {
    for item in module(file, "types")? {
        let attributes = match item {
            Item::Struct(item) => &mut item.attrs,
            Item::Enum(item) => &mut item.attrs,
            _ => continue,
        };
        attributes.push(parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]));
    }
    Ok(())
}
