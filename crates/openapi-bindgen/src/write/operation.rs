//! An operation with all that is known of it, ready to be written.

use std::collections::BTreeSet;

use quote::format_ident;
use serde_json::Value;
use syn::{Ident, Type};

use super::{
    Surroundings,
    arguments::{Argument, Body, arguments},
};
use crate::{
    call::{BodyKind, Call, Place, Success},
    generator::{BODY, Signature},
    prepare::PreparedOperation,
    rust_name,
};

/// An operation of the document.
pub(crate) struct Operation<'a> {
    pub(crate) call: &'a Call,
    /// The name of its method.
    pub(crate) name: Ident,
    /// The name of its builder.
    pub(crate) builder: Ident,
    /// The HTTP method, in lower case.
    pub(crate) method: &'static str,
    /// Its tag, if it has one.
    pub(crate) tag: Option<String>,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) arguments: Vec<Argument<'a>>,
    pub(crate) body: Option<Body<'a>>,
    /// The type of a success.
    pub(crate) success: Type,
}

impl<'a> Operation<'a> {
    /// `structs` has the types of the document that have builders.
    ///
    /// # Errors
    ///
    /// What is missing in the signature that progenitor gives the operation.
    pub(crate) fn new(
        at: &PreparedOperation<'_>,
        call: &'a Call,
        signature: &Signature,
        structs: &BTreeSet<String>,
        surroundings: &Surroundings,
    ) -> Result<Self, String> {
        let text = |key: &str| {
            at.value
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let id = at.id().ok_or("it has no id")?;
        let success = match call.success {
            Success::Json => signature.success.clone(),
            Success::Bytes => {
                let bytes = &surroundings.bytes;
                syn::parse_quote!(#bytes)
            }
            Success::Empty => syn::parse_quote!(()),
        };
        let body = match &call.body {
            Some(body) if body.kind == BodyKind::Raw => {
                Some(Body::new(body, syn::parse_quote!(::reqwest::Body), structs))
            }
            Some(body) => {
                let (ty, _) = signature.argument(BODY).ok_or("its body has no type")?;
                Some(Body::new(body, ty, structs))
            }
            None => None,
        };
        Ok(Self {
            call,
            name: rust_name::ident(id)?,
            builder: rust_name::ident(&rust_name::builder(id))?,
            method: at.method,
            tag: at
                .value
                .get("tags")
                .and_then(|tags| tags.get(0))
                .and_then(Value::as_str)
                .map(ToOwned::to_owned),
            summary: text("summary"),
            description: text("description"),
            arguments: arguments(at, call, signature)?,
            body,
            success,
        })
    }

    pub(crate) fn id(&self) -> String {
        self.name.to_string()
    }

    /// The types of all that is sent.
    pub(crate) fn sent(&self) -> impl Iterator<Item = &Type> {
        let body = self.body.iter().map(|body| &body.ty);
        self.arguments.iter().map(|argument| &argument.ty).chain(body)
    }

    /// The type of what is received.
    pub(crate) fn received(&self) -> &Type {
        &self.success
    }

    pub(crate) fn of_place(&self, places: &'a [Place]) -> impl Iterator<Item = &Argument<'a>> {
        self.arguments
            .iter()
            .filter(move |argument| places.contains(&argument.parameter.place))
    }

    /// The path of its method.
    pub(crate) fn method_path(&self) -> String {
        match self.extension() {
            Some(extension) => format!("{extension}::{}", self.name),
            None => format!("Client::{}", self.name),
        }
    }

    /// The trait that has its method.
    pub(crate) fn extension(&self) -> Option<Ident> {
        let tag = self.tag.as_ref()?;
        Some(format_ident!("Client{}Ext", rust_name::builder(tag)))
    }
}
