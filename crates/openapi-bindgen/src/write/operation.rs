//! An operation with everything that is needed to write it.

use serde_json::Value;
use syn::{Ident, Type};

use super::{
    Surroundings,
    arguments::{Argument, Types, arguments},
};
use crate::{
    call::{BodyKind, Call, Place, Success},
    generator::Signature,
    rust_name,
    template::{self, Piece},
};

/// An operation of the document.
pub(crate) struct Operation<'a> {
    pub(crate) call: &'a Call,
    /// The index in the table of operations.
    pub(crate) index: usize,
    /// The name of the method.
    pub(crate) name: Ident,
    /// The name of the builder.
    pub(crate) builder: Ident,
    /// The HTTP method, in lower case.
    pub(crate) method: &'static str,
    /// The tag, if it has one.
    pub(crate) tag: Option<String>,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) arguments: Vec<Argument>,
    /// The indices of the arguments that the method takes one by one.
    pub(crate) taken: Vec<usize>,
    /// The indices of the arguments that the method takes in a struct with a field for each.
    pub(crate) gathered: Vec<usize>,
    /// The type of the body, if that is an object.
    pub(crate) object: Option<Type>,
    /// The type of a success.
    pub(crate) success: Type,
    /// The type of the items of its pages, if it is paged.
    pub(crate) item: Option<Type>,
}

impl<'a> Operation<'a> {
    /// `prefix` is the prefix of the markers' names.
    ///
    /// # Errors
    ///
    /// What is missing in progenitor's signature of the operation, or what is wrong with the marker.
    pub(crate) fn new(
        operation: &openapi_document::Operation<'_>,
        call: &'a Call,
        index: usize,
        signature: &Signature,
        types: &Types<'_>,
        surroundings: &Surroundings,
        prefix: &str,
    ) -> Result<Self, String> {
        let text = |key: &str| {
            operation
                .at
                .value
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let id = operation.id().ok_or("it has no id")?;
        let success = match call.success {
            Success::Json => signature.success.clone(),
            Success::Bytes => {
                let bytes = &surroundings.bytes;
                syn::parse_quote!(#bytes)
            }
            Success::Empty => syn::parse_quote!(()),
        };
        let (arguments, object) = arguments(operation, call, signature, types)?;
        let marker = format!("{prefix}arguments");
        let order = operation.at.value.get(&marker);
        let (taken, gathered) = required(&arguments, &call.path, order).map_err(|reason| {
            format!("{marker}: {reason}; it must name exactly the required parameters and members that are not in the path")
        })?;
        let pages = operation.at.value.get(format!("{prefix}pagination"));
        let member = pages.and_then(|pages| pages.get("items")?.as_str());
        let item = member.and_then(|member| types.item(&success, member));
        Ok(Self {
            call,
            index,
            name: rust_name::ident(id)?,
            builder: rust_name::ident(&rust_name::builder(id))?,
            method: operation.method,
            tag: operation
                .at
                .value
                .get("tags")
                .and_then(|tags| tags.get(0))
                .and_then(Value::as_str)
                .map(ToOwned::to_owned),
            summary: text("summary"),
            description: text("description"),
            arguments,
            taken,
            gathered,
            object,
            success,
            item,
        })
    }

    /// The types of everything that is sent.
    pub(crate) fn sent(&self) -> impl Iterator<Item = &Type> {
        self.arguments
            .iter()
            .map(|argument| &argument.ty)
            .chain(&self.object)
    }

    /// The type of what is received.
    pub(crate) fn received(&self) -> &Type {
        &self.success
    }

    /// The path of the method.
    pub(crate) fn method_path(&self) -> String {
        format!("Client::{}", self.name)
    }

    /// The module of the builder, within `builder`.
    pub(crate) fn module(&self) -> Option<String> {
        let name = rust_name::method(self.tag.as_ref()?);
        // The builder module already imports these two names.
        let is_taken = name == "types" || name == "runtime";
        Some(if is_taken { format!("{name}_") } else { name })
    }

    /// The path from the module of the builder to the root of the generated code.
    pub(crate) fn up(&self) -> &'static str {
        match self.tag {
            Some(_) => "super::super",
            None => "super",
        }
    }

    /// The path of a type next to the builder, from the root of the generated code.
    pub(crate) fn path_of(&self, name: &str) -> String {
        match self.module() {
            Some(module) => format!("builder::{module}::{name}"),
            None => format!("builder::{name}"),
        }
    }

    /// The name of the struct with the gathered arguments.
    pub(crate) fn gathered_name(&self) -> String {
        format!("{}Required", self.builder)
    }

    /// The arguments that the method takes one by one, with their indices.
    pub(crate) fn taken(&self) -> impl Iterator<Item = (usize, &Argument)> {
        self.taken.iter().map(|index| (*index, &self.arguments[*index]))
    }

    /// The arguments in the struct, with their indices.
    pub(crate) fn gathered(&self) -> impl Iterator<Item = (usize, &Argument)> {
        self.gathered
            .iter()
            .map(|index| (*index, &self.arguments[*index]))
    }

    /// The arguments that the builder has a method for, with their indices.
    pub(crate) fn optional(&self) -> impl Iterator<Item = (usize, &Argument)> {
        self.arguments
            .iter()
            .enumerate()
            .filter(|(_, argument)| !argument.is_required)
    }

    /// Returns whether the body is bytes, which are not kept as text with the other arguments.
    pub(crate) fn has_raw(&self) -> bool {
        self.call
            .body
            .as_ref()
            .is_some_and(|body| body.kind == BodyKind::Raw)
    }

    /// Returns whether an argument is such a body.
    pub(crate) fn is_raw(&self, index: usize) -> bool {
        self.has_raw() && self.arguments[index].place == Place::Body
    }
}

/// The required arguments: those that are taken one by one, in order, and those that are gathered.
///
/// Path parameters come in the order of the template, which a provider cannot change without changing the
/// URL. One more argument can follow. Several more would have the order of the document, in which a provider
/// may swap two texts while callers still compile. So the order comes from the marker, or else the arguments
/// are named.
fn required(
    arguments: &[Argument],
    path: &str,
    order: Option<&Value>,
) -> Result<(Vec<usize>, Vec<usize>), String> {
    let find = |place: fn(Place) -> bool, name: &str| {
        arguments
            .iter()
            .position(|argument| place(argument.place) && argument.api_name == name)
    };
    let mut taken = Vec::new();
    for piece in template::parse(path) {
        if let Piece::Parameter(name) = piece
            && let Some(index) = find(|place| place == Place::Path, &name)
            && !taken.contains(&index)
        {
            taken.push(index);
        }
    }
    let mut further: Vec<usize> = (0..arguments.len())
        .filter(|index| arguments[*index].is_required && !taken.contains(index))
        .collect();
    if let Some(order) = order {
        let names = order.as_array().ok_or("is not a list")?;
        let mut listed = Vec::new();
        for name in names {
            let name = name.as_str().ok_or("has an entry that is not a name")?;
            let index = further
                .iter()
                .position(|index| arguments[*index].api_name == name)
                .ok_or_else(|| format!("names {name:?}, which is not required"))?;
            listed.push(further.remove(index));
        }
        if let Some(index) = further.first() {
            return Err(format!(
                "lacks {:?}, which is required",
                arguments[*index].api_name
            ));
        }
        taken.extend(listed);
    } else if further.len() == 1 {
        taken.append(&mut further);
    }
    Ok((taken, further))
}
