//! The methods of the client: one trait for each tag, and methods of `Client` itself for operations without a tag.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Item, parse_quote};

use super::{docs, operation::Operation};

/// The items, and the names of the traits.
pub(super) fn items(
    operations: &[Operation<'_>],
    tags: &BTreeMap<String, String>,
) -> (Vec<Item>, Vec<Ident>) {
    let mut own: Vec<TokenStream> = Vec::new();
    let mut extensions: BTreeMap<Ident, (Option<&String>, Vec<&Operation<'_>>)> = BTreeMap::new();
    for operation in operations {
        match operation.extension() {
            Some(name) => {
                let description = operation.tag.as_ref().and_then(|tag| tags.get(tag));
                let (_, methods) = extensions.entry(name).or_insert((description, Vec::new()));
                methods.push(operation);
            }
            None => {
                let (docs, signature, body) = method(operation);
                own.push(quote!(#[doc = #docs] pub #signature { #body }));
            }
        }
    }
    let mut items: Vec<Item> = Vec::new();
    if !own.is_empty() {
        items.push(parse_quote!(impl Client { #(#own)* }));
    }
    for (name, (description, operations)) in &extensions {
        let description = description.map(|text| {
            let text = docs::clean(text);
            quote!(#[doc = #text])
        });
        let declared = operations.iter().map(|operation| {
            let (docs, signature, _) = method(operation);
            quote!(#[doc = #docs] #signature;)
        });
        let defined = operations.iter().map(|operation| {
            let (_, signature, body) = method(operation);
            quote!(#signature { #body })
        });
        items.push(parse_quote!(#description pub trait #name { #(#declared)* }));
        items.push(parse_quote!(impl #name for Client { #(#defined)* }));
    }
    (items, extensions.into_keys().collect())
}

/// The documentation, the signature and the body of a method.
fn method(operation: &Operation<'_>) -> (String, TokenStream, TokenStream) {
    let Operation { name, builder, .. } = operation;
    (
        docs::of_method(operation),
        quote!(fn #name(&self) -> builder::#builder<'_>),
        quote!(builder::#builder::new(self)),
    )
}
