//! The arguments of a call: the parameters of an operation, and the members of its body or the whole body,
//! each with its type.

use std::collections::{BTreeMap, BTreeSet};

use openapi_document::pointer;
use serde_json::Value;
use syn::{Ident, Item, ItemEnum, ItemStruct, Type, parse_quote};

use crate::{
    call::{BodyKind, Call, Place, Style},
    generator::{BODY, Signature, media_schema},
    items,
    prepare::{Schemas, format, items_type, json_type, schema_pointer},
    rust_name,
};

use super::{
    constructors::{is_required, member, null_method},
    docs,
    limits::{Limited, limits},
};

/// Names of a builder's other methods, and names that are reserved for future ones.
pub(crate) const RESERVED: [&str; 11] = [
    "all",
    "block",
    "clone",
    "header",
    "into_future",
    "new",
    "send",
    "send_as",
    "stream",
    "stream_as",
    "timeout",
];

/// An argument of a call.
pub(crate) struct Argument {
    /// The name in Rust: of the argument, or of the method that sets it.
    pub(crate) name: Ident,
    /// The name in the request.
    pub(crate) api_name: String,
    pub(crate) place: Place,
    pub(crate) style: Style,
    pub(crate) ty: Type,
    pub(crate) shape: Shape,
    pub(crate) is_required: bool,
    /// The name of the method that sets it to null.
    pub(crate) null: Option<Ident>,
    pub(crate) description: String,
    /// Where the document describes it.
    pub(crate) pointers: Vec<String>,
}

/// Facts from the schema of an argument that do not depend on Rust.
pub(crate) struct Shape {
    /// The JSON Schema type.
    pub(crate) json_type: &'static str,
    /// The type of the items, or empty.
    pub(crate) items: &'static str,
    /// The format, or empty.
    pub(crate) format: String,
    /// The limits of its value and of the values inside it.
    pub(crate) limits: Vec<Limited>,
}

impl Shape {
    fn of(document: &Value, schema: &Value) -> Self {
        Self {
            json_type: json_type(document, schema),
            items: items_type(document, schema),
            format: format(document, schema),
            limits: limits(document, schema),
        }
    }
}

impl Argument {
    /// Returns whether it is in the body.
    pub(crate) fn is_of_body(&self) -> bool {
        matches!(self.place, Place::Member | Place::Further | Place::Body)
    }
}

/// What is known about the types of the document.
pub(crate) struct Types<'a> {
    document: &'a Value,
    structs: BTreeMap<String, &'a ItemStruct>,
    enums: BTreeMap<String, &'a ItemEnum>,
    names: BTreeSet<String>,
    known: &'a Schemas,
}

/// The name of a type of the document.
fn name_within_types(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let segments = &path.path.segments;
    (segments.first()?.ident == "types").then(|| segments.last().map(|last| last.ident.to_string()))?
}

impl<'a> Types<'a> {
    pub(crate) fn new(document: &'a Value, items: &'a [Item], known: &'a Schemas) -> Self {
        let structs = items::objects(items).map(|item| (item.ident.to_string(), item));
        let enums = items.iter().filter_map(|item| match item {
            Item::Enum(item) => Some((item.ident.to_string(), item)),
            _ => None,
        });
        Self {
            document,
            structs: structs.collect(),
            enums: enums.collect(),
            names: items
                .iter()
                .filter_map(|item| Some(items::name(item)?.to_string()))
                .collect(),
            known,
        }
    }

    /// The struct with named members that a type is, if it is one.
    fn object(&self, ty: &Type) -> Option<&'a ItemStruct> {
        self.structs.get(&name_within_types(ty)?).copied()
    }

    /// The type of the items of a list. The list is the type itself, or a member of it, or a member of one of
    /// its variants.
    pub(super) fn item(&self, ty: &Type, member: &str) -> Option<Type> {
        if let Some(item) = items::argument_of(ty, "Vec") {
            return Some(item.clone());
        }
        let within = |ty: &Type| {
            let mut ty = ty.clone();
            items::within("types", &self.names, &mut ty);
            ty
        };
        if let Some(object) = self.object(ty) {
            let mut fields = object.fields.iter();
            let list = &fields
                .find(|field| super::member(field).as_deref() == Some(member))?
                .ty;
            return Some(within(items::argument_of(list, "Vec")?));
        }
        let union = self.enums.get(&name_within_types(ty)?)?;
        let payloads = union.variants.iter().flat_map(|variant| &variant.fields);
        payloads
            .into_iter()
            .find_map(|field| self.item(&within(&field.ty), member))
    }
}

/// Collects the arguments of an operation, those of its body last. Also returns the type of the body, if it
/// is an object.
pub(super) fn arguments(
    operation: &openapi_document::Operation<'_>,
    call: &Call,
    signature: &Signature,
    types: &Types<'_>,
) -> Result<(Vec<Argument>, Option<Type>), String> {
    let mut taken: BTreeSet<String> = RESERVED.map(ToOwned::to_owned).into();
    let prepared = operation.at.value.get("parameters").and_then(Value::as_array);
    let mut arguments = Vec::new();
    for (parameter, prepared) in call.parameters.iter().zip(prepared.into_iter().flatten()) {
        let (ty, is_optional) = signature
            .argument(&parameter.name)
            .ok_or_else(|| format!("its parameter {} has no type", parameter.api_name))?;
        taken.insert(parameter.name.clone());
        arguments.push(Argument {
            name: rust_name::ident(&parameter.name)?,
            api_name: parameter.api_name.clone(),
            place: parameter.place,
            style: parameter.style,
            ty,
            shape: Shape::of(types.document, &prepared["schema"]),
            is_required: !is_optional,
            null: None,
            description: prepared["description"].as_str().unwrap_or_default().to_owned(),
            pointers: parameter.pointers.clone(),
        });
    }
    let Some(body) = &call.body else {
        return Ok((arguments, None));
    };
    let ty = match body.kind {
        BodyKind::Raw => parse_quote!(::reqwest::Body),
        BodyKind::Json | BodyKind::Form => signature.argument(BODY).ok_or("its body has no type")?.0,
    };
    let object = types.object(&ty).filter(|_| body.kind != BodyKind::Raw);
    match object {
        Some(object) => {
            for field in &object.fields {
                arguments.extend(of_member(field, object, types, &mut taken)?);
            }
            // The table of operations lists the arguments by index, and has no entry for it.
            arguments.sort_by_key(|argument| argument.place == Place::Further);
            Ok((arguments, Some(ty)))
        }
        None => {
            let schema = media_schema(&operation.at.value["requestBody"]).unwrap_or(&Value::Null);
            arguments.push(Argument {
                name: free("body", &mut taken)?,
                api_name: "body".to_owned(),
                place: Place::Body,
                style: Style::Json,
                ty,
                shape: Shape::of(types.document, schema),
                is_required: !body.optional,
                null: None,
                description: operation.at.value["requestBody"]["description"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                pointers: vec![format!("{}/requestBody", call.pointer)],
            });
            Ok((arguments, None))
        }
    }
}

/// Makes the argument for a member of a body. Members that the object does not declare are one argument
/// together.
fn of_member(
    field: &syn::Field,
    object: &ItemStruct,
    types: &Types<'_>,
    taken: &mut BTreeSet<String>,
) -> Result<Option<Argument>, String> {
    let Some(ident) = &field.ident else {
        return Ok(None);
    };
    let owner = object.ident.to_string();
    let is_required = is_required(field);
    // For an optional argument, null has a separate method.
    let mut ty = match option_of(&field.ty) {
        Some(inner) if !is_required => inner.clone(),
        _ => field.ty.clone(),
    };
    items::within("types", &types.names, &mut ty);
    let name = member(field);
    let at = name
        .as_deref()
        .map(|name| pointer::from_names(["properties", name]));
    let schema = at
        .as_deref()
        .and_then(|at| types.document.pointer(&format!("{}{at}", schema_pointer(&owner))));
    let place = types
        .known
        .places
        .get(&owner)
        .map(String::as_str)
        .unwrap_or_default();
    let takes_null = types
        .known
        .nullable
        .get(&owner)
        .zip(name.as_ref())
        .is_some_and(|(members, name)| members.contains(name));
    let rust_name = free(&ident.to_string(), taken)?;
    let null = match takes_null && !is_required {
        true => Some(free(&null_method(&rust_name.to_string()), taken)?),
        false => None,
    };
    Ok(Some(Argument {
        name: rust_name,
        null,
        place: match name {
            Some(_) => Place::Member,
            None => Place::Further,
        },
        api_name: name.unwrap_or_default(),
        style: Style::Json,
        ty,
        shape: Shape::of(types.document, schema.unwrap_or(&Value::Null)),
        is_required,
        description: docs::of_attributes(&field.attrs),
        pointers: vec![format!("{place}{}", at.unwrap_or_default())],
    }))
}

fn free(wanted: &str, taken: &mut BTreeSet<String>) -> Result<Ident, String> {
    let mut name = wanted.to_owned();
    while !taken.insert(name.clone()) {
        name = format!("{}_body", name.trim_end_matches('_'));
    }
    rust_name::ident(&name)
}

/// Returns `T` of `Option<T>`.
pub(crate) fn option_of(ty: &Type) -> Option<&Type> {
    items::argument_of(ty, "Option")
}
