//! Opens the string enums that occur in responses, so that a value that the service added does not fail the
//! whole response. Such an enum gets a last variant `Unknown(String)`. Enums that are only sent stay closed,
//! because a wrong value there is the caller's mistake and should be an error before the request.

use std::collections::BTreeSet;

use openapi_downconvert::{Change, Loss};
use quote::format_ident;
use syn::{Fields, Ident, Item, ItemEnum, LitStr, Path, Type, Variant, parse_quote};

use super::Failure;
use crate::{items::without_derive, prepare::change, write::Surroundings};

pub(crate) const PASS: &str = "open-enums";

pub(super) fn run(
    types: &mut Vec<Item>,
    received: &BTreeSet<String>,
    surroundings: &Surroundings,
    failures: &mut Vec<Failure>,
    changes: &mut Vec<Change>,
) {
    let mut texts: Vec<Item> = Vec::new();
    let mut opened = BTreeSet::new();
    for item in types.iter_mut() {
        let Item::Enum(item) = item else { continue };
        let is_of_text = item
            .variants
            .iter()
            .all(|variant| matches!(variant.fields, Fields::Unit));
        if !is_of_text || !received.contains(&item.ident.to_string()) {
            continue;
        }
        let Some(values) = item.variants.iter().map(value).collect::<Option<Vec<String>>>() else {
            failures.push(Failure {
                name: item.ident.to_string(),
                reason: "the text of a variant is not known".to_owned(),
            });
            continue;
        };
        let known: Vec<Ident> = item
            .variants
            .iter()
            .map(|variant| variant.ident.clone())
            .collect();
        let unknown = open(item);
        let note = format!(
            "types::{}: a value that it does not name is {unknown}",
            item.ident
        );
        changes.push(change(PASS, "", Loss::Widened, note));
        texts.extend(conversions(&item.ident, &known, &values, &unknown));
        texts.push(reading(&item.ident, &unknown, &surroundings.runtime));
        opened.insert(item.ident.clone());
    }
    // These are conversions of a closed enum, which know no other value.
    types.retain(|item| !is_conversion(item, &opened));
    types.extend(texts);
}

/// The text of a variant.
fn value(variant: &Variant) -> Option<String> {
    let mut value = Some(variant.ident.to_string());
    for attribute in variant
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        let read = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                value = Some(meta.value()?.parse::<LitStr>()?.value());
                return Ok(());
            }
            Err(meta.error("an unexpected option"))
        });
        read.ok()?;
    }
    value
}

/// The name of the variant for values that the document does not list.
pub(super) fn free_variant(item: &ItemEnum) -> Ident {
    let mut name = String::from("Unknown");
    while item.variants.iter().any(|variant| variant.ident == name) {
        name.push('_');
    }
    format_ident!("{name}")
}

/// Adds the variant and returns its name. Removes `Copy`, which a string cannot implement, and `Deserialize`,
/// which is written instead.
fn open(item: &mut ItemEnum) -> Ident {
    let name = free_variant(item);
    item.variants.push(parse_quote! {
        /// A value that the document does not list.
        #[serde(untagged)]
        #name(::std::string::String)
    });
    for attribute in &mut item.attrs {
        without_derive(attribute, "Copy");
        without_derive(attribute, "Deserialize");
    }
    name
}

/// Writes `Deserialize`. The one that serde derives for an enum with such a variant copies each string before
/// it looks at it.
fn reading(name: &Ident, unknown: &Ident, runtime: &Path) -> Item {
    parse_quote! {
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                #runtime::read_text(deserializer, |value| ::std::matches!(value, Self::#unknown(_)))
            }
        }
    }
}

/// Returns whether an item is `Display` or `FromStr` of one of the enums.
fn is_conversion(item: &Item, enums: &BTreeSet<Ident>) -> bool {
    let Item::Impl(item) = item else { return false };
    let Some((path, _)) = &item.trait_ else {
        return false;
    };
    let is_text = path
        .segments
        .last()
        .is_some_and(|last| last.ident == "Display" || last.ident == "FromStr");
    is_text
        && match &*item.self_ty {
            Type::Path(path) => path.path.get_ident().is_some_and(|name| enums.contains(name)),
            _ => false,
        }
}

fn conversions(name: &Ident, known: &[Ident], values: &[String], unknown: &Ident) -> [Item; 2] {
    [
        parse_quote! {
            impl ::std::fmt::Display for #name {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    match self {
                        #(Self::#known => f.write_str(#values),)*
                        Self::#unknown(value) => f.write_str(value),
                    }
                }
            }
        },
        parse_quote! {
            impl ::std::str::FromStr for #name {
                type Err = self::error::ConversionError;
                fn from_str(value: &str) -> ::std::result::Result<Self, self::error::ConversionError> {
                    Ok(match value {
                        #(#values => Self::#known,)*
                        _ => Self::#unknown(value.to_owned()),
                    })
                }
            }
        },
    ]
}
