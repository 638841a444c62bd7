//! What cannot be said in the document is mended in progenitor's tokens, one pass at a time.
//!
//! A pass that does not find what it is there to mend is an error, not a success: progenitor has changed then, and
//! the pass has to follow.

mod bodies;
mod builders;
mod client_constructor;
mod docs;
mod error_responses;
mod methods;
mod open_enums;
mod optional_bodies;
mod parameters;
mod prelude;
mod schemars;
mod success_responses;
mod timestamps;
mod unions;

use openapi_downconvert::Change;
use proc_macro2::TokenStream;
use quote::ToTokens;
use serde_json::Value;
use syn::{Attribute, File, Item, ItemMod, Meta, Path, Token, parse_quote, punctuated::Punctuated};

use crate::{Error, Settings, call::Calls, prepare::Tags};

pub(crate) fn finish(
    tokens: TokenStream,
    calls: &Calls,
    tags: &Tags,
    operations: usize,
    settings: &Settings,
    changes: &mut Vec<Change>,
) -> Result<File, Error> {
    let mut file: File = syn::parse2(tokens)
        .map_err(|error| Error::Shape(format!("progenitor's output does not parse: {error}")))?;
    client_constructor::run(&mut file)?;
    prelude::run(&mut file)?;
    error_responses::run(&mut file, settings, operations)?;
    requests(&mut file, calls, operations, settings)?;
    open_enums::run(&mut file, changes)?;
    unions::run(&mut file, tags, settings)?;
    docs::run(&mut file, calls);
    Ok(file)
}

/// The passes on each builder.
fn requests(file: &mut File, calls: &Calls, operations: usize, settings: &Settings) -> Result<(), Error> {
    let runtime: Path = syn::parse_str(&format!("{}::runtime", settings.module))
        .map_err(|error| Error::Settings(format!("the module {:?}: {error}", settings.module)))?;
    let runtime = quote::quote!(#runtime);
    let mut builders = builders::builders(file, calls)?;
    if builders.len() != operations {
        return Err(Error::Shape(format!(
            "{operations} operations have {} builders",
            builders.len()
        )));
    }
    for builder in &mut builders {
        methods::run(builder);
        parameters::run(builder, &runtime)?;
        optional_bodies::run(builder)?;
        bodies::run(builder)?;
        success_responses::run(builder, &runtime);
    }
    let import = parse_quote! {
        #[allow(unused_imports)]
        use #runtime::{OptionalBody as _, RequestBody as _};
    };
    module(file, "builder")?.insert(0, import);
    Ok(())
}

/// Gives a date-time schema without a type of its own its name back.
pub(crate) fn timestamps<'a>(
    file: &mut File,
    document: &Value,
    names: impl Iterator<Item = &'a String>,
    settings: &Settings,
) -> Result<(), Error> {
    timestamps::run(file, document, names, settings)
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

/// Takes a trait out of the derived ones.
fn without_derive(attribute: &mut Attribute, name: &str) {
    if !attribute.path().is_ident("derive") {
        return;
    }
    if let Ok(derives) = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated) {
        let kept = derives
            .into_iter()
            .filter(|path| path.segments.last().is_none_or(|last| last.ident != name));
        let kept: Punctuated<Path, Token![,]> = kept.collect();
        if let Meta::List(list) = &mut attribute.meta {
            list.tokens = kept.into_token_stream();
        }
    }
}
