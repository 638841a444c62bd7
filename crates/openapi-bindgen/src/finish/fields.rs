//! Makes the runtime read fields where serde would refuse a valid value, or does not count what a union needs
//! to know. Integers may be written `2.0` or `1e3` (JSON Schema 2020-12, Core, section 4.2.3), and objects
//! may have members that the document does not declare.

use syn::{Field, GenericArgument, Item, PathArguments, Type, parse_quote};

use crate::{items::serde_options, spelling::code, write::Surroundings};

pub(super) fn run(types: &mut [Item], surroundings: &Surroundings) {
    let runtime = code(&surroundings.runtime);
    for item in types {
        if let Item::Struct(item) = item {
            for field in &mut item.fields {
                read_with(field, &runtime);
            }
        }
    }
}

fn read_with(field: &mut Field, runtime: &str) {
    let is_flat = has_option(field, "flatten");
    let is_read = has_option(field, "deserialize_with");
    if is_read {
        return;
    }
    let reader = if is_flat && is_any_json(&field.ty) {
        format!("{runtime}::further_members")
    } else if holds_integers(&field.ty) {
        format!("{runtime}::integers")
    } else {
        return;
    };
    // With a custom reader, an absent member is not read as `None` by default. The field of a newtype is not
    // a member.
    let is_absent_none =
        field.ident.is_some() && is_named(&field.ty, "Option") && !is_flat && !has_option(field, "default");
    field.attrs.push(if is_absent_none {
        parse_quote!(#[serde(default, deserialize_with = #reader)])
    } else {
        parse_quote!(#[serde(deserialize_with = #reader)])
    });
}

fn has_option(field: &Field, name: &str) -> bool {
    let mut found = false;
    serde_options(&field.attrs, |meta| {
        found |= meta.path.is_ident(name);
        Ok(())
    });
    found
}

/// Returns whether a type is an integer, or a list, map or option of integers.
pub(super) fn holds_integers(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else {
        return false;
    };
    if ["i64", "u64", "i128"].iter().any(|name| last.ident == name) {
        return true;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return false;
    };
    let inner = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    ["Option", "Nullable", "Vec", "BTreeMap"]
        .iter()
        .any(|name| last.ident == name)
        && inner.last().is_some_and(holds_integers)
}

fn is_any_json(ty: &Type) -> bool {
    is_named(ty, "Map") && code(ty).contains("serde_json")
}

fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}
