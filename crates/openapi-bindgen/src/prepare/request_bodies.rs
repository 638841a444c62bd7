//! Chooses one media type for each request body, and sends it in one of three ways: as JSON, as a URL-encoded
//! form, or as bytes. Types like JSON are sent as JSON with their own `Content-Type`, and all other types as
//! bytes with their own `Content-Type`. Where only the caller knows the `Content-Type`, as with the boundary
//! of a multipart body, it is an argument.

use openapi_document::essence;
use openapi_downconvert::{Change, Loss};
use serde_json::{Map, Value, json};

use super::{change, media_types, operations};
use crate::{
    Error,
    call::{Body, BodyKind, Call, Calls, Parameter, Place, Style},
};

pub(super) const PASS: &str = "request-bodies";

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const BYTES: &str = "application/octet-stream";

pub(super) fn run(document: &mut Value, calls: &mut Calls, changes: &mut Vec<Change>) -> Result<(), Error> {
    for operation in operations(document)? {
        let Some(call) = operation.id().and_then(|id| calls.get_mut(id)) else {
            continue;
        };
        let place = format!("{}/requestBody", operation.pointer);
        let Some(body) = operation.value.get_mut("requestBody") else {
            continue;
        };
        let required = body["required"] == true;
        let Some((media_type, media)) = chosen(body, &place, changes) else {
            changes.push(change(
                PASS,
                place,
                Loss::Dropped,
                "a body without a media type is not sent",
            ));
            operation.value.shift_remove("requestBody");
            continue;
        };
        let (prepared, known) = prepare(&media_type, media, required);
        if known.kind == BodyKind::Raw && essence(&media_type) != BYTES {
            let note = format!("a body of type {media_type} is given as bytes");
            changes.push(change(PASS, &place, Loss::Widened, note));
        }
        body["content"] = prepared;
        if known.kind == BodyKind::Raw && known.content_type.is_none() {
            let argument = content_type(&media_type, required, call);
            let parameters = operation.value.entry("parameters").or_insert_with(|| json!([]));
            if let Some(parameters) = parameters.as_array_mut() {
                parameters.push(argument);
            }
            changes.push(change(PASS, place, Loss::None, "the content type is an argument"));
        }
        call.body = Some(known);
    }
    Ok(())
}

/// The media type that is sent, with its object.
fn chosen(body: &mut Value, place: &str, changes: &mut Vec<Change>) -> Option<(String, Value)> {
    let content = body.get_mut("content")?.as_object_mut()?;
    let all: Vec<String> = content.keys().cloned().collect();
    let chosen = all
        .iter()
        .filter(|media_type| media_types::is_valid(media_type))
        .min_by_key(|media_type| rank(media_type, &content[*media_type]))?;
    let others: Vec<&str> = all
        .iter()
        .filter(|other| *other != chosen)
        .map(String::as_str)
        .collect();
    if !others.is_empty() {
        let note = format!("the body is sent as {chosen}, not as {}", others.join(", "));
        changes.push(change(PASS, format!("{place}/content"), Loss::Dropped, note));
    }
    let media = content.get_mut(chosen.as_str())?.take();
    Some((chosen.clone(), media))
}

/// The lower, the easier the body is to make in Rust.
fn rank(media_type: &str, media: &Value) -> u8 {
    match essence(media_type).as_str() {
        JSON => 0,
        _ if media_types::is_json(media_type) => 1,
        _ if media_types::is_any(media_type) && is_structured(media) => 2,
        FORM => 3,
        BYTES => 4,
        kind if kind.starts_with("text/") => 5,
        kind if kind.starts_with("multipart/") => 6,
        _ => 7,
    }
}

/// Returns whether a schema describes more than one string or blob.
fn is_structured(media: &Value) -> bool {
    media.get("schema").is_some_and(|schema| {
        schema.as_object().is_some_and(|schema| !schema.is_empty()) && schema["type"] != "string"
    })
}

fn prepare(media_type: &str, mut media: Value, required: bool) -> (Value, Body) {
    let schema = media.get_mut("schema").map(Value::take);
    let typed = |kind, name: &str, sent: &str| {
        let body = Body {
            kind,
            content_type: Some(sent.to_owned()),
            optional: !required,
        };
        (content(name, schema.clone().unwrap_or_else(|| json!({}))), body)
    };
    match rank(media_type, &media_with(schema.as_ref())) {
        0 | 1 => typed(BodyKind::Json, JSON, media_type),
        2 => typed(BodyKind::Json, JSON, JSON),
        3 => typed(BodyKind::Form, FORM, FORM),
        _ => {
            let of_caller =
                media_types::is_range(media_type) || essence(media_type).starts_with("multipart/");
            let body = Body {
                kind: BodyKind::Raw,
                content_type: (!of_caller).then(|| media_type.to_owned()),
                optional: !required,
            };
            (
                content(BYTES, json!({ "type": "string", "format": "binary" })),
                body,
            )
        }
    }
}

fn media_with(schema: Option<&Value>) -> Value {
    match schema {
        Some(schema) => json!({ "schema": schema }),
        None => json!({}),
    }
}

fn content(name: &str, schema: Value) -> Value {
    let mut content = Map::new();
    content.insert(name.to_owned(), json!({ "schema": schema }));
    Value::Object(content)
}

/// The argument for the `Content-Type`, which is also added to the call.
fn content_type(media_type: &str, required: bool, call: &mut Call) -> Value {
    const NAME: &str = "content-type";
    call.parameters.push(Parameter {
        name: NAME.to_owned(),
        pointers: vec![format!("{}/requestBody/content", call.pointer)],
        api_name: NAME.to_owned(),
        place: Place::Header,
        style: Style::Simple,
    });
    let hint = if essence(media_type).starts_with("multipart/") {
        format!("{media_type}; boundary=...")
    } else {
        media_type.to_owned()
    };
    json!({
        "name": NAME,
        "in": "header",
        "required": required,
        "description": format!("The type of the body as it is sent: `{hint}`"),
        "schema": { "type": "string" },
    })
}
