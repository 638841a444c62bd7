//! Questions about generated items that several modules ask, such as their names and the types that a type
//! consists of.

use std::collections::{BTreeMap, BTreeSet};

use quote::format_ident;
use syn::{
    Attribute, Fields, GenericArgument, Ident, Item, ItemMod, ItemStruct, Lit, Meta, Path, PathArguments,
    Token, Type,
    meta::ParseNestedMeta,
    parse_quote,
    punctuated::Punctuated,
    visit::{self, Visit},
    visit_mut::{self, VisitMut},
};

use crate::AnyJson;

/// The name of a type.
pub(crate) fn name(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        _ => None,
    }
}

/// The structs with named members. The objects of the document become such structs.
pub(crate) fn objects(items: &[Item]) -> impl Iterator<Item = &ItemStruct> {
    items.iter().filter_map(|item| match item {
        Item::Struct(item) if matches!(item.fields, Fields::Named(_)) => Some(item),
        _ => None,
    })
}

/// Visits serde's options in attributes.
pub(crate) fn serde_options(
    attributes: &[Attribute],
    mut visit: impl FnMut(&ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // typify writes the attribute, so it parses.
        let _ = attribute.parse_nested_meta(|meta| {
            visit(&meta)?;
            if meta.input.peek(Token![=]) {
                meta.value()?.parse::<Lit>()?;
            }
            Ok(())
        });
    }
}

/// Returns whether a type accepts every value: `struct Any(pub ::serde_json::Value)`.
pub(crate) fn is_any_json(item: &Item) -> bool {
    let Item::Struct(ItemStruct {
        fields: Fields::Unnamed(fields),
        ..
    }) = item
    else {
        return false;
    };
    fields.unnamed.iter().all(|field| match &field.ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "Value"),
        _ => false,
    })
}

/// Returns which JSON a type accepts, if it accepts any: a `serde_json::Value`, a map of it, or one of the
/// `named` types, perhaps optional.
pub(crate) fn any_json(ty: &Type, named: &BTreeMap<String, AnyJson>) -> Option<AnyJson> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let name = last.ident.to_string();
    let of_serde = path.path.segments.first()?.ident == "serde_json";
    match name.as_str() {
        "Value" if of_serde => Some(AnyJson::Value),
        "Map" if of_serde => Some(AnyJson::Object),
        "BTreeMap" | "HashMap" => {
            let PathArguments::AngleBracketed(arguments) = &last.arguments else {
                return None;
            };
            match arguments.args.last()? {
                GenericArgument::Type(value) => any_json(value, named)
                    .filter(|any| *any == AnyJson::Value)
                    .map(|_| AnyJson::Object),
                _ => None,
            }
        }
        "Option" | "Nullable" | "Box" => any_json(argument_of(ty, &name)?, named),
        _ => named.get(&name).copied(),
    }
}

/// The types of a module that accept any JSON under their own name: `struct Any(pub ::serde_json::Value)`.
pub(crate) fn named_any_json(items: &[Item]) -> BTreeMap<String, AnyJson> {
    let mut named = BTreeMap::new();
    // One such type may contain another, which contains a third.
    loop {
        let before = named.len();
        for item in items {
            let ty = match item {
                Item::Struct(ItemStruct {
                    fields: Fields::Unnamed(fields),
                    ..
                }) if fields.unnamed.len() == 1 => &fields.unnamed[0].ty,
                Item::Type(alias) => &*alias.ty,
                _ => continue,
            };
            if let (Some(name), Some(any)) = (name(item), any_json(ty, &named)) {
                named.insert(name.to_string(), any);
            }
        }
        if named.len() == before {
            return named;
        }
    }
}

/// Returns `T` of `Name<T, ..>`.
pub(crate) fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Prefixes the names of a module's types with the module.
pub(crate) fn within(module: &str, names: &BTreeSet<String>, ty: &mut Type) {
    struct Pass<'a>(Ident, &'a BTreeSet<String>);
    impl VisitMut for Pass<'_> {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            visit_mut::visit_type_mut(self, ty);
            if let Type::Path(path) = ty
                && path.path.leading_colon.is_none()
                && path
                    .path
                    .segments
                    .first()
                    .is_some_and(|first| self.1.contains(&first.ident.to_string()))
            {
                let (module, inner) = (&self.0, &path.path);
                *ty = parse_quote!(#module::#inner);
            }
        }
    }
    Pass(format_ident!("{module}"), names).visit_type_mut(ty);
}

/// The types that `roots` consist of, directly or inside others, by name.
pub(crate) fn reachable<'a>(types: &[Item], roots: impl IntoIterator<Item = &'a Type>) -> BTreeSet<String> {
    let mut parts = BTreeMap::new();
    for item in types {
        let mut names = Names::default();
        match item {
            Item::Struct(item) => names.visit_fields(&item.fields),
            Item::Enum(item) => names.visit_item_enum(item),
            Item::Type(item) => names.visit_type(&item.ty),
            _ => continue,
        }
        if let Some(name) = name(item) {
            parts.insert(name.to_string(), names.0);
        }
    }
    let mut open = Names::default();
    for root in roots {
        open.visit_type(root);
    }
    let mut seen = BTreeSet::new();
    while let Some(name) = open.0.pop_first() {
        if let Some(names) = parts.remove(&name) {
            seen.insert(name);
            open.0.extend(names);
        }
    }
    seen
}

/// The last segments of all paths.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_path(&mut self, path: &'ast Path) {
        if let Some(segment) = path.segments.last() {
            self.0.insert(segment.ident.to_string());
        }
        visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

/// The name of a module.
pub(crate) fn module_name(item: &Item) -> Option<String> {
    match item {
        Item::Mod(module) => Some(module.ident.to_string()),
        _ => None,
    }
}

/// Takes out the items of a module.
pub(crate) fn take_module(items: &mut Vec<Item>, name: &str) -> Option<Vec<Item>> {
    let index = items
        .iter()
        .position(|item| matches!(item, Item::Mod(ItemMod { ident, .. }) if ident == name))?;
    match items.remove(index) {
        Item::Mod(module) => module.content.map(|(_, items)| items),
        _ => None,
    }
}

/// Returns whether it is serde's option `untagged`, on an enum or on a variant.
pub(crate) fn is_untagged(attribute: &Attribute) -> bool {
    attribute.path().is_ident("serde")
        && match &attribute.meta {
            Meta::List(list) => list
                .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .is_ok_and(|options| options.iter().any(|option| option.path().is_ident("untagged"))),
            _ => false,
        }
}

/// Removes a trait from the derived ones.
pub(crate) fn without_derive(attribute: &mut Attribute, name: &str) {
    if !attribute.path().is_ident("derive") {
        return;
    }
    if let Ok(derives) = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated) {
        let kept = derives
            .into_iter()
            .filter(|path| path.segments.last().is_none_or(|last| last.ident != name));
        let kept: Punctuated<Path, Token![,]> = kept.collect();
        if let Meta::List(list) = &mut attribute.meta {
            list.tokens = quote::ToTokens::into_token_stream(kept);
        }
    }
}
