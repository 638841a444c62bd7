//! Makes a union be read with the branch that its tag names, or else with the branch that keeps the whole
//! value. The `Deserialize` that serde derives for an untagged enum takes the first branch that accepts the
//! value, even if it drops members that a later branch has; and it does not say why no branch accepts a
//! value.
//!
//! In responses, a tag that the document does not list becomes a separate variant, so that a value that the
//! service added does not fail the whole response.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Fields, Item, ItemEnum, Path, Type, parse_quote};

use super::{Failure, fields, open_enums};
use crate::{
    items::{is_untagged, without_derive},
    prepare::{Tag, Tags},
    write::Surroundings,
};

pub(super) fn run(
    types: &mut Vec<Item>,
    received: &BTreeSet<String>,
    tags: &Tags,
    surroundings: &Surroundings,
    failures: &mut Vec<Failure>,
) {
    let mut readers = Vec::new();
    for item in types.iter_mut() {
        if let Item::Enum(item) = item
            && item.attrs.iter().any(is_untagged)
        {
            let name = item.ident.to_string();
            let tag = tags.get(&name).filter(|tag| tag.count == item.variants.len());
            match reader(item, tag, received.contains(&name), &surroundings.runtime) {
                Ok(reader) => readers.push(reader),
                Err(reason) => failures.push(Failure { name, reason }),
            }
            for attribute in &mut item.attrs {
                without_derive(attribute, "Deserialize");
            }
        }
    }
    types.extend(readers);
}

fn reader(item: &mut ItemEnum, tag: Option<&Tag>, is_received: bool, runtime: &Path) -> Result<Item, String> {
    let mut branches = Vec::new();
    for variant in &item.variants {
        let ident = &variant.ident;
        branches.push(match &variant.fields {
            Fields::Unit => quote!(|value| <() as ::serde::Deserialize>::deserialize(value).map(|()| Self::#ident)),
            Fields::Unnamed(fields) => {
                let types: Vec<&Type> = fields.unnamed.iter().map(|field| &field.ty).collect();
                match types.as_slice() {
                    [ty] if fields::holds_integers(ty) => {
                        quote!(|value| #runtime::integers(value).map(Self::#ident))
                    }
                    [_] => quote!(|value| ::serde::Deserialize::deserialize(value).map(Self::#ident)),
                    _ => {
                        let names: Vec<_> = (0..types.len()).map(|index| format_ident!("part{index}")).collect();
                        quote!(|value| <(#(#types,)*) as ::serde::Deserialize>::deserialize(value).map(|(#(#names,)*)| Self::#ident(#(#names),*)))
                    }
                }
            }
            Fields::Named(_) => {
                return Err(format!(
                    "the union `{}` has a branch with inline members",
                    item.ident
                ));
            }
        });
    }
    let tag = match tag {
        Some(tag) => tagged(item, tag, is_received && tag.complete, runtime),
        None => quote!(::std::option::Option::None),
    };
    let name = &item.ident;
    let name_text = name.to_string();
    Ok(parse_quote! {
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                #runtime::read_union(deserializer, #name_text, &[#(#branches),*], #tag)
            }
        }
    })
}

/// Writes what the runtime needs to know about the tag. `is_open` adds a variant for values that no branch
/// has.
fn tagged(item: &mut ItemEnum, tag: &Tag, is_open: bool, runtime: &Path) -> TokenStream {
    let Tag { member, complete, .. } = tag;
    let branches = tag
        .branches
        .iter()
        .map(|(value, branch)| quote!((#value, #branch)));
    let branches = quote!(&[#(#branches),*]);
    let unknown = if is_open {
        let note = format!(" A value whose `{member}` the document does not list.");
        let unknown = open_enums::free_variant(item);
        item.variants.push(parse_quote! {
            #[doc = #note]
            #unknown(::serde_json::Value)
        });
        quote!(::std::option::Option::Some(Self::#unknown))
    } else {
        quote!(::std::option::Option::None)
    };
    quote! {
        ::std::option::Option::Some(#runtime::Tag {
            member: #member,
            branches: #branches,
            complete: #complete,
            unknown: #unknown,
        })
    }
}
