//! Lets a union be read with the branch that keeps the whole value. The derived `Deserialize` of an untagged enum takes the first
//! branch that accepts the value, though it may drop members that a later one has; and it says nothing of why none did.

use quote::{format_ident, quote};
use syn::{Fields, Item, ItemEnum, Path, Type, parse_quote};

use super::Failure;
use crate::{
    items::{is_untagged, without_derive},
    prepare::{Tag, Tags},
    write::Surroundings,
};

pub(super) fn run(
    types: &mut Vec<Item>,
    tags: &Tags,
    surroundings: &Surroundings,
    failures: &mut Vec<Failure>,
) {
    let mut readers = Vec::new();
    for item in types.iter_mut() {
        if let Item::Enum(item) = item
            && item.attrs.iter().any(is_untagged)
        {
            match reader(item, tags.get(&item.ident.to_string()), &surroundings.runtime) {
                Ok(reader) => readers.push(reader),
                Err(reason) => failures.push(Failure {
                    name: item.ident.to_string(),
                    reason,
                }),
            }
            for attribute in &mut item.attrs {
                without_derive(attribute, "Deserialize");
            }
        }
    }
    types.extend(readers);
}

fn reader(item: &ItemEnum, tag: Option<&Tag>, runtime: &Path) -> Result<Item, String> {
    let name = &item.ident;
    let mut branches = Vec::new();
    for variant in &item.variants {
        let ident = &variant.ident;
        branches.push(match &variant.fields {
            Fields::Unit => quote!(|value| <() as ::serde::Deserialize>::deserialize(value).map(|()| Self::#ident)),
            Fields::Unnamed(fields) => {
                let types: Vec<&Type> = fields.unnamed.iter().map(|field| &field.ty).collect();
                match types.as_slice() {
                    [_] => quote!(|value| ::serde::Deserialize::deserialize(value).map(Self::#ident)),
                    _ => {
                        let names: Vec<_> = (0..types.len()).map(|index| format_ident!("part{index}")).collect();
                        quote!(|value| <(#(#types,)*) as ::serde::Deserialize>::deserialize(value).map(|(#(#names,)*)| Self::#ident(#(#names),*)))
                    }
                }
            }
            Fields::Named(_) => {
                return Err(format!("the union `{name}` has a branch with members of its own"));
            }
        });
    }
    let tagged = tag.map(|tag| tagged(item, tag)).unwrap_or_default();
    let member = tag.map(|tag| tag.member.as_str()).unwrap_or_default();
    let name_text = name.to_string();
    Ok(parse_quote! {
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                #runtime::read_union(
                    deserializer,
                    #name_text,
                    &[#(#branches),*],
                    #member,
                    &[#(#tagged),*],
                )
            }
        }
    })
}

/// Which value of the discriminator means which branch, by its position.
fn tagged(item: &ItemEnum, tag: &Tag) -> Vec<proc_macro2::TokenStream> {
    let position = |branch: &str| {
        item.variants.iter().position(|variant| {
            variant.fields.iter().any(|field| match &field.ty {
                Type::Path(path) => {
                    let text = quote!(#path).to_string();
                    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
                        .any(|word| word == branch)
                }
                _ => false,
            })
        })
    };
    tag.branches
        .iter()
        .filter_map(|(value, branch)| position(branch).map(|position| quote!((#value, #position))))
        .collect()
}
