//! Writes the operations: for each, a method of the client, and a builder that holds the arguments, puts the request
//! together and reads the answer. All of it follows from the [`Call`](crate::call::Call) and from the types that
//! progenitor has for its parts.

mod arguments;
mod builder;
mod client;
mod docs;
mod operation;
mod request;
pub(crate) mod struct_builders;

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Item, Path, parse_quote};

use crate::{Error, Settings};

pub(crate) use docs::clean_docs;
pub(crate) use operation::Operation;

/// What generated code refers to outside of itself.
pub(crate) struct Surroundings {
    pub(crate) runtime: Path,
    pub(crate) error_body: Path,
    /// Whether requests go through a transport that the client carries.
    has_transport: bool,
    /// Whether there is a table of operations.
    has_table: bool,
}

impl Surroundings {
    pub(crate) fn of(settings: &Settings) -> Result<Self, Error> {
        let path = |text: String| {
            syn::parse_str(&text).map_err(|error| Error::Settings(format!("the path {text:?}: {error}")))
        };
        Ok(Self {
            runtime: path(format!("{}::runtime", settings.module))?,
            error_body: path(settings.error_body())?,
            has_transport: settings.transport.is_some(),
            has_table: settings.operation_table,
        })
    }
}

/// The client's methods, the builders, and the prelude. `tags` has the descriptions of tags.
pub(crate) fn items(
    operations: &[Operation<'_>],
    tags: &BTreeMap<String, String>,
    surroundings: &Surroundings,
) -> Vec<Item> {
    let (mut items, traits) = client::items(operations, tags);
    let builders = operations
        .iter()
        .enumerate()
        .flat_map(|(index, operation)| builder::items(operation, index, surroundings));
    items.push(parse_quote! {
        /// Types for composing operation parameters.
        #[allow(clippy::all)]
        pub mod builder {
            #[allow(unused_imports)]
            use super::{types, ByteStream, Error, ResponseValue};
            #(#builders)*
        }
    });
    items.push(prelude(&traits));
    items
}

/// The traits alone: whoever imports it beside a facade with a `Client` of its own would have two.
fn prelude(traits: &[Ident]) -> Item {
    parse_quote! {
        /// The traits that have the methods of the client.
        pub mod prelude {
            #(pub use super::#traits;)*
        }
    }
}

/// `::std::option::Option<T>`, if it is one.
fn optional(ty: &syn::Type, is_optional: bool) -> TokenStream {
    if is_optional {
        quote!(::std::option::Option<#ty>)
    } else {
        quote!(#ty)
    }
}
