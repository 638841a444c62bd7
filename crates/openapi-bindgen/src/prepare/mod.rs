//! Rewrites what progenitor cannot read in an OpenAPI 3.0 document, one pass at a time.
//!
//! The passes work on JSON, before progenitor sees the document. What can only be changed in its output is
//! done in `finish`. Each pass records its changes.

mod credential_headers;
mod error_bodies;
mod inline_references;
mod inline_titles;
mod known_members;
mod markers;
mod media_types;
mod named_types;
mod nullable;
mod operation_ids;
mod optional_bodies;
mod parameter_names;
mod parameter_styles;
mod path_parameters;
mod request_bodies;
mod response_media;
mod response_schemas;
mod schemas;
mod sent_headers;
mod success_responses;
mod tags;

use openapi_document::{METHODS, pointer};
use openapi_downconvert::{Change, Loss};
use serde_json::{Map, Value};

use crate::{Error, Settings, Skipped, call::Calls, passes::Pass};

pub(crate) use schemas::{LIMITS, NullableMembers, Schemas, Tag, Tags, TypeNames};

/// The passes on operations, in order.
pub(crate) const PASSES: &[Pass] = &[
    Pass::new(
        inline_references::PASS,
        "what stands under `components`, or on a path item, is put into the operation",
    ),
    Pass::new(
        named_types::PASS,
        "an id is a type of its own where the overlay says so",
    ),
    Pass::new(
        known_members::PASS,
        "what does not become code goes; a member that OpenAPI does not allow costs no more than itself",
    ),
    Pass::new(
        operation_ids::PASS,
        "FastAPI's ids hold path and method; others are missing, collide, or are names of the generated code",
    ),
    Pass::new(
        tags::PASS,
        "a tag is a module; two that are one name in Rust are one module",
    ),
    Pass::new(
        credential_headers::PASS,
        "the key belongs to the transport, not to the arguments of each call",
    ),
    Pass::new(
        inline_titles::PASS,
        "typify names types by title, and FastAPI titles each field: `types::Type`, `types::Name`",
    ),
    Pass::new(
        sent_headers::PASS,
        "header parameters that OpenAPI ignores or HTTP forbids are no arguments",
    ),
    Pass::new(
        path_parameters::PASS,
        "the parameters of a path are those of its template",
    ),
    Pass::new(
        parameter_styles::PASS,
        "every style, place and type of a parameter goes into the call",
    ),
    Pass::new(
        request_bodies::PASS,
        "one media type for each body: JSON, a form, or bytes under their own content type",
    ),
    Pass::new(
        parameter_names::PASS,
        "arguments stay apart from each other and from the builder's own methods",
    ),
    Pass::new(
        error_bodies::PASS,
        "one error type for every status: with a type for each, a body of another shape would lose the status",
    ),
    Pass::new(
        response_media::PASS,
        "one media type for each success: JSON if there is any, else a stream of bytes",
    ),
    Pass::new(
        response_schemas::PASS,
        "a response that has only an example is any JSON",
    ),
    Pass::new(
        success_responses::PASS,
        "every 2xx is read as the documented one: it may hold the id of a task that was paid for",
    ),
    Pass::new(
        optional_bodies::PASS,
        "a body that may be left out is left out, not sent as `null`",
    ),
];

/// The passes on schemas, which run after those on operations.
pub(crate) const SCHEMA_PASSES: &[Pass] = schemas::PASSES;

/// A document that progenitor can read, and the information that it cannot express.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) document: Value,
    /// How its operations are called.
    pub(crate) calls: Calls,
    /// The results of the passes on schemas.
    pub(crate) schemas: Schemas,
    /// The operations that were removed because they cannot be called.
    pub(crate) skipped: Vec<Skipped>,
}

pub(crate) fn prepare(
    mut document: Value,
    settings: &Settings,
    changes: &mut Vec<Change>,
) -> Result<Prepared, Error> {
    if settings.strict {
        markers::check(&document, settings)?;
    }
    let mut rejected = Vec::new();
    let places = inline_references::places(&document);
    inline_references::run(&mut document, &mut rejected, changes);
    named_types::run(&mut document, &format!("{}type", settings.marker_prefix), changes);
    known_members::run(&mut document, &mut rejected, changes);
    let mut calls = operation_ids::run(&mut document, changes)?;
    tags::run(&mut document, changes)?;
    credential_headers::run(&mut document, &settings.credential_headers, changes)?;
    inline_titles::run(&mut document, changes)?;
    sent_headers::run(&mut document, &mut rejected, changes)?;
    path_parameters::run(&mut document, changes)?;
    parameter_styles::run(&mut document, &places, &mut calls, changes)?;
    request_bodies::run(&mut document, &mut calls, changes)?;
    parameter_names::run(&mut document, &mut calls, changes)?;
    error_bodies::run(&mut document, changes)?;
    response_media::run(&mut document, &mut calls, changes)?;
    response_schemas::run(&mut document, changes)?;
    success_responses::run(&mut document, &mut calls, changes)?;
    optional_bodies::run(&mut document, &calls, changes)?;
    let skipped = remove(&mut document, rejected, settings.strict)?;
    let schemas = schemas::run(&mut document, settings, changes);
    if let Some((name, reason)) = schemas.unnamed.first_key_value().filter(|_| settings.strict) {
        let place = schema_pointer(name);
        return Err(Error::document(place, reason));
    }
    Ok(Prepared {
        document,
        calls,
        schemas,
        skipped,
    })
}

/// An operation that cannot be called, or a path item that is not valid.
pub(crate) struct Rejected {
    path: String,
    method: String,
    pointer: String,
    reason: String,
}

impl Rejected {
    fn new(path: &str, method: &str, pointer: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            method: method.to_owned(),
            pointer: pointer.into(),
            reason: reason.into(),
        }
    }
}

/// Removes the rejected operations.
fn remove(document: &mut Value, rejected: Vec<Rejected>, strict: bool) -> Result<Vec<Skipped>, Error> {
    let mut skipped: Vec<Skipped> = Vec::new();
    for Rejected {
        path,
        method,
        pointer,
        reason,
    } in rejected
    {
        if strict {
            return Err(Error::document(pointer, reason));
        }
        if let Some(item) = document["paths"].get_mut(&path).and_then(Value::as_object_mut) {
            item.shift_remove(&method);
        }
        let operation = format!("{} {path}", method.to_ascii_uppercase());
        if !skipped.iter().any(|skipped| skipped.operation == operation) {
            skipped.push(Skipped {
                operation,
                pointer,
                reason,
            });
        }
    }
    Ok(skipped)
}

/// An operation with its place.
pub(crate) struct OperationAt<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'static str,
    pub(crate) pointer: String,
    pub(crate) value: &'a mut Map<String, Value>,
}

impl OperationAt<'_> {
    /// The id that the pass `operation-ids` set.
    pub(crate) fn id(&self) -> Option<&str> {
        self.value.get("operationId").and_then(Value::as_str)
    }
}

/// All operations of the document, in order.
pub(crate) fn operations(document: &mut Value) -> Result<Vec<OperationAt<'_>>, Error> {
    let mut found = Vec::new();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return Err(Error::document("/paths", "is missing or is not an object"));
    };
    // A key that does not begin with a slash is an extension and not a path (OAS 3.0.3, Paths Object).
    for (path, item) in paths.iter_mut().filter(|(path, _)| path.starts_with('/')) {
        let place = pointer::from_names(["paths", path]);
        let Some(item) = item.as_object_mut() else {
            return Err(Error::document(place, "is not an object"));
        };
        for (key, value) in item {
            let Some(method) = METHODS.into_iter().find(|method| method == key) else {
                continue;
            };
            let pointer = format!("{place}/{method}");
            let Some(value) = value.as_object_mut() else {
                return Err(Error::document(pointer, "is not an object"));
            };
            found.push(OperationAt {
                path,
                method,
                pointer,
                value,
            });
        }
    }
    Ok(found)
}

/// The responses of an operation by status, with their place.
pub(crate) type ResponsesAt<'a> = (String, &'a mut Map<String, Value>);

/// The responses of all operations.
pub(crate) fn responses(document: &mut Value) -> Result<Vec<ResponsesAt<'_>>, Error> {
    let mut found = Vec::new();
    for operation in operations(document)? {
        let place = format!("{}/responses", operation.pointer);
        match operation
            .value
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        {
            Some(responses) => found.push((place, responses)),
            None => return Err(Error::document(place, "is missing or is not an object")),
        }
    }
    Ok(found)
}

/// The target of a prepared schema, if it is a reference. References of a prepared document form no circle,
/// because that would be a type that never ends.
pub(crate) fn referred<'a>(document: &'a Value, schema: &Value) -> Option<&'a Value> {
    let first = schema.get("allOf").and_then(|all| all.get(0));
    let named = first.unwrap_or(schema).get("$ref")?.as_str()?;
    document.pointer(&pointer::of_reference(named)?)
}

/// Follows the references of a prepared schema.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let mut schema = schema;
    while let Some(target) = referred(document, schema) {
        schema = target;
    }
    schema
}

/// The JSON Schema type of a prepared schema's values; `any` for several.
pub(crate) fn json_type(document: &Value, schema: &Value) -> &'static str {
    match resolved(document, schema).get("type").and_then(Value::as_str) {
        Some("string") => "string",
        Some("integer") => "integer",
        Some("number") => "number",
        Some("boolean") => "boolean",
        Some("array") => "array",
        Some("object") => "object",
        _ => "any",
    }
}

/// The JSON Schema type of the items of a prepared schema's lists; empty for other values.
pub(crate) fn items_type(document: &Value, schema: &Value) -> &'static str {
    match resolved(document, schema) {
        list if list["type"] == "array" => json_type(document, &list["items"]),
        _ => "",
    }
}

/// The format of a prepared schema's values, or empty.
pub(crate) fn format(document: &Value, schema: &Value) -> String {
    let format = resolved(document, schema).get("format").and_then(Value::as_str);
    format.unwrap_or_default().to_owned()
}

/// The place of a component schema, as a JSON pointer.
pub(crate) fn schema_pointer(name: &str) -> String {
    pointer::from_names(["components", "schemas", name])
}

/// The name of the component schema that a reference leads to.
pub(crate) fn referred_schema(reference: &str) -> Option<String> {
    let place = pointer::of_reference(reference)?;
    pointer::component(&place, "schemas").map(Into::into)
}

pub(crate) fn change(
    pass: &'static str,
    pointer: impl Into<String>,
    loss: Loss,
    note: impl Into<String>,
) -> Change {
    Change {
        pass,
        pointer: pointer.into(),
        loss,
        repairs: false,
        note: note.into(),
    }
}
