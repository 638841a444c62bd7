//! A builder for each object that is sent, `types::builder::X`: a setter for each member, and the check that none is missing.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{
    Expr, Field, Fields, Item, ItemStruct, LitStr, Path, Token, Type,
    meta::ParseNestedMeta,
    parse_quote,
    visit_mut::{self, VisitMut},
};

/// The structs with named members: those that can have a builder.
fn structs(types: &[Item]) -> impl Iterator<Item = &ItemStruct> {
    types.iter().filter_map(|item| match item {
        Item::Struct(item) if matches!(item.fields, Fields::Named(_)) => Some(item),
        _ => None,
    })
}

/// The names of the types that can have a builder.
pub(crate) fn names(types: &[Item]) -> BTreeSet<String> {
    structs(types).map(|item| item.ident.to_string()).collect()
}

/// The module `builder`, and `X::builder` for each struct of which `sent` has the name.
pub(crate) fn items(types: &[Item], sent: &BTreeSet<String>) -> Vec<Item> {
    let structs: Vec<_> = structs(types)
        .filter(|item| sent.contains(&item.ident.to_string()))
        .collect();
    if structs.is_empty() {
        return Vec::new();
    }
    let names: BTreeSet<String> = types
        .iter()
        .filter_map(|item| Some(crate::items::name(item)?.to_string()))
        .collect();
    let builders = structs.iter().map(|item| builder(item, &names));
    let module = parse_quote! {
        /// Types for composing complex structures.
        pub mod builder {
            #(#builders)*
        }
    };
    let constructors = structs.iter().map(|item| {
        let name = &item.ident;
        parse_quote! {
            impl #name {
                pub fn builder() -> builder::#name {
                    ::std::default::Default::default()
                }
            }
        }
    });
    constructors.chain(std::iter::once(module)).collect()
}

/// `names` are the types beside the struct, which the builder sees one level up.
fn builder(item: &ItemStruct, names: &BTreeSet<String>) -> TokenStream {
    let name = &item.ident;
    let fields: Vec<_> = item
        .fields
        .iter()
        .filter_map(|field| {
            let mut ty = field.ty.clone();
            Above(names).visit_type_mut(&mut ty);
            Some((field.ident.as_ref()?, ty, start(field)))
        })
        .collect();
    let idents: Vec<_> = fields.iter().map(|(ident, ..)| ident).collect();
    let types: Vec<_> = fields.iter().map(|(_, ty, _)| ty).collect();
    let starts = fields.iter().map(|(.., start)| start);
    let failed = idents
        .iter()
        .map(|ident| format!("error converting supplied value for {ident}: {{e}}"));
    let value = format_ident!("{}", if idents.is_empty() { "_value" } else { "value" });
    quote! {
        #[derive(Clone, Debug)]
        pub struct #name {
            #(#idents: ::std::result::Result<#types, ::std::string::String>,)*
        }

        impl ::std::default::Default for #name {
            fn default() -> Self {
                Self { #(#idents: #starts,)* }
            }
        }

        impl #name {
            #(
                pub fn #idents<T>(mut self, value: T) -> Self
                where
                    T: ::std::convert::TryInto<#types>,
                    T::Error: ::std::fmt::Display,
                {
                    self.#idents = value.try_into().map_err(|e| format!(#failed));
                    self
                }
            )*
        }

        impl ::std::convert::TryFrom<#name> for super::#name {
            type Error = super::error::ConversionError;
            fn try_from(#value: #name) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self { #(#idents: #value.#idents?,)* })
            }
        }

        impl ::std::convert::From<super::#name> for #name {
            fn from(#value: super::#name) -> Self {
                Self { #(#idents: Ok(#value.#idents),)* }
            }
        }
    }
}

/// What a member is until it is set: what serde reads when it is absent, or an error.
fn start(field: &Field) -> TokenStream {
    match (absent(field), &field.ident) {
        (Absent::Function(path), _) => quote!(Ok(super::#path())),
        (Absent::Error, Some(name)) => {
            let missing = format!("no value supplied for {name}");
            quote!(Err(#missing.to_string()))
        }
        _ => quote!(Ok(::std::default::Default::default())),
    }
}

/// Whether a member must be given.
pub(crate) fn is_required(field: &Field) -> bool {
    matches!(absent(field), Absent::Error)
}

/// The name that a member has in JSON; none if it stands for further members.
pub(crate) fn member(field: &Field) -> Option<String> {
    let mut name = field.ident.as_ref().map(ToString::to_string);
    options(field, |meta| {
        if meta.path.is_ident("rename") {
            name = Some(meta.value()?.parse::<LitStr>()?.value());
        } else if meta.path.is_ident("flatten") {
            name = None;
        }
        Ok(())
    });
    name
}

/// What serde makes of a member that is absent.
enum Absent {
    Error,
    Default,
    Function(Path),
}

fn absent(field: &Field) -> Absent {
    let mut absent = Absent::Error;
    options(field, |meta| {
        if meta.path.is_ident("flatten") || meta.path.is_ident("skip_serializing_if") {
            if !matches!(absent, Absent::Function(_)) {
                absent = Absent::Default;
            }
        } else if meta.path.is_ident("default") {
            absent = match meta.value() {
                Ok(value) => Absent::Function(value.parse::<LitStr>()?.parse()?),
                Err(_) => Absent::Default,
            };
        }
        Ok(())
    });
    absent
}

/// Visits serde's options of a field.
fn options(field: &Field, mut visit: impl FnMut(&ParseNestedMeta<'_>) -> syn::Result<()>) {
    for attribute in field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // typify writes the attribute, so that it parses.
        let _ = attribute.parse_nested_meta(|meta| {
            visit(&meta)?;
            if meta.input.peek(Token![=]) {
                meta.value()?.parse::<Expr>()?;
            }
            Ok(())
        });
    }
}

/// Puts `super::` before the types of the document.
struct Above<'a>(&'a BTreeSet<String>);

impl VisitMut for Above<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Type::Path(path) = ty
            && path.path.leading_colon.is_none()
            && path
                .path
                .segments
                .first()
                .is_some_and(|first| self.0.contains(&first.ident.to_string()))
        {
            let inner = &path.path;
            *ty = parse_quote!(super::#inner);
        }
    }
}
