//! What callers give: the parameters of an operation and its body, each with its type.

use std::collections::BTreeSet;

use serde_json::Value;
use syn::{Ident, Type};

use crate::{
    call::{self, Call, Parameter},
    generator::Signature,
    prepare::PreparedOperation,
    rust_name,
};

/// A parameter.
pub(crate) struct Argument<'a> {
    pub(crate) parameter: &'a Parameter,
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    pub(crate) is_optional: bool,
    pub(crate) description: String,
}

/// A body.
pub(crate) struct Body<'a> {
    pub(crate) body: &'a call::Body,
    pub(crate) ty: Type,
    /// The name of the builder of that type, if it has one.
    pub(crate) builder: Option<Ident>,
}

impl<'a> Body<'a> {
    /// `structs` has the types of the document that have builders.
    pub(crate) fn new(body: &'a call::Body, ty: Type, structs: &BTreeSet<String>) -> Self {
        let builder = match &ty {
            Type::Path(path)
                if path
                    .path
                    .segments
                    .first()
                    .is_some_and(|first| first.ident == "types") =>
            {
                path.path
                    .segments
                    .last()
                    .map(|last| last.ident.clone())
                    .filter(|name| structs.contains(&name.to_string()))
            }
            _ => None,
        };
        Self { body, ty, builder }
    }
}

pub(super) fn arguments<'a>(
    at: &PreparedOperation<'_>,
    call: &'a Call,
    signature: &Signature,
) -> Result<Vec<Argument<'a>>, String> {
    let prepared = at.value.get("parameters").and_then(Value::as_array);
    let described = prepared
        .into_iter()
        .flatten()
        .map(|parameter| &parameter["description"]);
    call.parameters
        .iter()
        .zip(described)
        .map(|(parameter, description)| {
            let (ty, is_optional) = signature
                .argument(&parameter.name)
                .ok_or_else(|| format!("its parameter {} has no type", parameter.api_name))?;
            Ok(Argument {
                parameter,
                name: rust_name::ident(&parameter.name)?,
                ty,
                is_optional,
                description: description.as_str().unwrap_or_default().to_owned(),
            })
        })
        .collect()
}
