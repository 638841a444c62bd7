//! Makes a member that may be absent and may be null a `Nullable`. As an `Option`, a null member would become
//! absent.

use std::collections::BTreeSet;

use syn::{Attribute, Field, Fields, Item, Meta, Token, Type, parse_quote, punctuated::Punctuated};

use crate::{
    items,
    prepare::NullableMembers,
    spelling::code,
    write::{Absent, Surroundings, absent, member, option_of},
};

/// `among` are the types whose values must tell the two apart; `None` means all types.
pub(super) fn run(
    types: &mut [Item],
    members: &NullableMembers,
    among: Option<&BTreeSet<String>>,
    surroundings: &Surroundings,
) {
    for item in types {
        let Item::Struct(item) = item else { continue };
        let name = item.ident.to_string();
        let Some(members) = members.get(&name) else {
            continue;
        };
        if among.is_some_and(|among| !among.contains(&name)) || !matches!(item.fields, Fields::Named(_)) {
            continue;
        }
        for field in &mut item.fields {
            if member(field).is_some_and(|name| members.contains(&name)) {
                open(field, surroundings);
            }
        }
    }
}

fn open(field: &mut Field, surroundings: &Surroundings) {
    // A member with a default has a value when it is missing.
    let has_value = matches!(absent(field), Absent::Function(_));
    let Some(inner) = option_of(&field.ty).filter(|_| !has_value) else {
        return;
    };
    let runtime = &surroundings.runtime;
    field.ty = parse_quote!(#runtime::Nullable<#inner>);
    let is_absent = format!("{}::Nullable::is_absent", code(runtime));
    for attribute in &mut field.attrs {
        without_options(attribute, &["default", "skip_serializing_if"]);
    }
    field
        .attrs
        .push(parse_quote!(#[serde(default, skip_serializing_if = #is_absent)]));
}

/// Removes options from serde's attributes.
fn without_options(attribute: &mut Attribute, names: &[&str]) {
    if let Meta::List(list) = &mut attribute.meta
        && list.path.is_ident("serde")
        && let Ok(options) = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
    {
        let kept = options
            .into_iter()
            .filter(|option| !names.iter().any(|name| option.path().is_ident(name)));
        let kept: Punctuated<Meta, Token![,]> = kept.collect();
        list.tokens = quote::ToTokens::into_token_stream(kept);
    }
}

/// Returns the type of the value of a `Nullable`.
pub(crate) fn nullable_of(ty: &Type) -> Option<&Type> {
    items::argument_of(ty, "Nullable")
}
