//! The builders of the generated code, each with the call that it makes: where the passes on requests work.

use std::collections::BTreeMap;

use syn::{File, ImplItem, ImplItemFn, Item, ItemImpl, ItemStruct, Type};

use super::module;
use crate::{
    Error,
    call::{Call, Calls},
    rust_name,
};

/// One builder.
pub(super) struct Builder<'a> {
    pub(super) call: &'a Call,
    pub(super) item: &'a mut ItemStruct,
    pub(super) methods: &'a mut ItemImpl,
}

/// All builders.
pub(super) fn builders<'a>(file: &'a mut File, calls: &'a Calls) -> Result<Vec<Builder<'a>>, Error> {
    let by_name: BTreeMap<String, &Call> = calls
        .iter()
        .map(|(id, call)| (rust_name::builder(id), call))
        .collect();
    let mut structs = Vec::new();
    let mut impls = BTreeMap::new();
    for item in module(file, "builder")? {
        match item {
            Item::Struct(item) => structs.push(item),
            Item::Impl(item) if item.trait_.is_none() => {
                if let Type::Path(path) = &*item.self_ty
                    && let Some(segment) = path.path.segments.last()
                {
                    impls.insert(segment.ident.to_string(), item);
                }
            }
            _ => {}
        }
    }
    structs
        .into_iter()
        .map(|item| {
            let name = item.ident.to_string();
            match (by_name.get(&name), impls.remove(&name)) {
                (Some(call), Some(methods)) => Ok(Builder { call, item, methods }),
                _ => Err(Error::Shape(format!(
                    "the builder `{name}` belongs to no operation"
                ))),
            }
        })
        .collect()
}

/// A method by its name.
pub(super) fn function<'a>(methods: &'a mut ItemImpl, name: &str) -> Option<&'a mut ImplItemFn> {
    methods.items.iter_mut().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == name => Some(function),
        _ => None,
    })
}
