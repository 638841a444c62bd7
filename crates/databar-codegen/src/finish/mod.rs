//! What cannot be said in the document is mended in progenitor's tokens, one pass at a time.
//!
//! A pass that does not find what it is there to mend is an error, not a success: progenitor has changed then, and
//! the pass has to follow.

mod client_constructor;
mod docs;
mod error_responses;
mod open_enums;
mod optional_bodies;
mod path_encoding;
mod prelude;
mod request_headers;
mod schemars;

use openapi_downconvert::Change;
use proc_macro2::TokenStream;
use syn::{File, Item, ItemMod};

use crate::{Error, Settings, prepare::Prepared};

pub(crate) fn finish(
    tokens: TokenStream,
    prepared: &Prepared,
    operations: usize,
    settings: &Settings,
    changes: &mut Vec<Change>,
) -> Result<File, Error> {
    let mut file: File = syn::parse2(tokens)
        .map_err(|error| Error::Shape(format!("progenitor's output does not parse: {error}")))?;
    client_constructor::run(&mut file)?;
    prelude::run(&mut file)?;
    request_headers::run(&mut file, operations)?;
    path_encoding::run(&mut file)?;
    error_responses::run(&mut file, settings, operations)?;
    optional_bodies::run(&mut file, &prepared.optional_bodies, settings)?;
    open_enums::run(&mut file, changes)?;
    docs::run(&mut file);
    Ok(file)
}

/// Derives `JsonSchema` for all types, those of the runtime included.
pub(crate) fn schemars(file: &mut File, settings: &Settings) -> Result<(), Error> {
    if settings.schemars {
        schemars::run(file)?;
    }
    Ok(())
}

/// The items of a top-level module.
fn module<'a>(file: &'a mut File, name: &str) -> Result<&'a mut Vec<Item>, Error> {
    file.items
        .iter_mut()
        .find_map(|item| match item {
            Item::Mod(ItemMod {
                ident,
                content: Some((_, items)),
                ..
            }) if ident == name => Some(items),
            _ => None,
        })
        .ok_or_else(|| Error::Shape(format!("there is no module `{name}`")))
}
