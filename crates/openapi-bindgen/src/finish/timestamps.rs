//! A date-time schema with the same name as our date-time type, `Timestamp`, gets no type, because typify
//! takes the two for one. An alias keeps its name.

use serde_json::Value;
use syn::{Item, parse_quote};

use crate::{items, rust_name, write::Surroundings};

/// `names` are the types of the schemas of `document`.
pub(crate) fn run<'a>(
    types: &mut Vec<Item>,
    document: &Value,
    names: impl Iterator<Item = &'a String>,
    surroundings: &Surroundings,
) {
    let runtime = &surroundings.runtime;
    let schemas = &document["components"]["schemas"];
    for name in names.filter(|name| schemas[name.as_str()]["format"] == "date-time") {
        if let Ok(ident) = rust_name::ident(name)
            && !types.iter().any(|item| items::name(item) == Some(&ident))
        {
            types.push(parse_quote! {
                /// A point in time.
                pub type #ident = #runtime::Timestamp;
            });
        }
    }
}
