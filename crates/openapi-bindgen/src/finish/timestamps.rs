//! A date-time schema that is called as our type for date-times is, `Timestamp`, has no type of its own: typify takes the two for
//! one. An alias keeps its name.

use serde_json::Value;
use syn::{File, Item, Path, parse_quote};

use super::module;
use crate::{Error, Settings};

/// `names` are the types of the schemas of `document`, which has them under these names.
pub(super) fn run<'a>(
    file: &mut File,
    document: &Value,
    names: impl Iterator<Item = &'a String>,
    settings: &Settings,
) -> Result<(), Error> {
    let timestamp: Path = syn::parse_str(&format!("{}::runtime::Timestamp", settings.module))
        .map_err(|error| Error::Settings(format!("the module {:?}: {error}", settings.module)))?;
    let schemas = &document["components"]["schemas"];
    let items = module(file, "types")?;
    for name in names.filter(|name| schemas[name.as_str()]["format"] == "date-time") {
        if items.iter().any(|item| is_type(item, name)) {
            continue;
        }
        let Ok(ident) = syn::parse_str::<syn::Ident>(name) else {
            continue;
        };
        items.push(parse_quote! {
            /// A point in time.
            pub type #ident = #timestamp;
        });
    }
    Ok(())
}

fn is_type(item: &Item, name: &str) -> bool {
    match item {
        Item::Struct(item) => item.ident == name,
        Item::Enum(item) => item.ident == name,
        Item::Type(item) => item.ident == name,
        _ => false,
    }
}
