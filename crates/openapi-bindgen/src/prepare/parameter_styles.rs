//! Gives each parameter a schema, and records its place and style.

use openapi_downconvert::{Change, Loss};
use serde_json::{Map, Value, json};

use super::{
    change,
    inline_references::{Places, PlacesOf},
    nullable::without_null,
    operations,
};
use crate::{
    Error,
    call::{Calls, Parameter, Place, Style},
};

pub(super) const PASS: &str = "parameter-styles";

pub(super) fn run(
    document: &mut Value,
    places: &Places,
    calls: &mut Calls,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    for operation in operations(document)? {
        let Some(call) = operation.id().and_then(|id| calls.get_mut(id)) else {
            continue;
        };
        let none = PlacesOf::new();
        let places = places.get(&operation.pointer).unwrap_or(&none);
        let pointer = format!("{}/parameters", operation.pointer);
        let parameters = operation
            .value
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            let pointer = format!("{pointer}/{index}");
            let Some(given) = parameter.as_object_mut() else {
                continue;
            };
            let (prepared, known) = prepare(given, &pointer, places, changes);
            *given = prepared;
            call.parameters.push(known);
        }
    }
    Ok(())
}

fn prepare(
    given: &mut Map<String, Value>,
    pointer: &str,
    places: &PlacesOf,
    changes: &mut Vec<Change>,
) -> (Map<String, Value>, Parameter) {
    let text = |key: &str| given.get(key).and_then(Value::as_str).unwrap_or_default();
    let name = text("name").to_owned();
    let place = Place::of(text("in")).unwrap_or(Place::Query);
    let explode = given.get("explode").and_then(Value::as_bool);
    let mut style = style(place, text("style"), explode);
    let mut schema = given.get_mut("schema").map(Value::take);
    if let Some((media_type, media)) = given
        .get_mut("content")
        .and_then(Value::as_object_mut)
        .and_then(|content| content.iter_mut().next())
    {
        let described = media.get_mut("schema").map(Value::take);
        if super::media_types::is_json(media_type) {
            style = Style::Json;
            schema = Some(described.unwrap_or_else(|| json!({})));
            changes.push(change(
                PASS,
                pointer,
                Loss::None,
                format!("{name} is written as JSON text"),
            ));
        } else {
            schema = Some(json!({ "type": "string" }));
            let note = format!("{name} is {media_type}, and is given as text in this form");
            changes.push(change(PASS, pointer, Loss::Widened, note));
        }
    }
    let mut schema = schema.unwrap_or_else(|| {
        let note = format!("{name} has no schema, and is treated as text");
        changes.push(change(PASS, pointer, Loss::Widened, note));
        json!({ "type": "string" })
    });
    // A parameter without a value is left out, because null cannot be written. A query parameter that may be
    // null is optional.
    if place != Place::Query {
        without_null(&mut schema);
    }
    if !matches!(style, Style::FormExploded | Style::Simple | Style::Json) {
        let note = format!("{name} is written in the style {style:?}");
        changes.push(change(PASS, pointer, Loss::None, note));
    }
    let mut prepared = Map::new();
    prepared.insert("name".to_owned(), json!(name));
    prepared.insert("in".to_owned(), json!(place.name()));
    for key in ["description", "required"] {
        if let Some(value) = given.get(key) {
            prepared.insert(key.to_owned(), value.clone());
        }
    }
    prepared.insert("schema".to_owned(), schema);
    let known = Parameter {
        pointers: places
            .get(&(place.name().to_owned(), name.clone()))
            .cloned()
            .unwrap_or_default(),
        api_name: name.clone(),
        name,
        place,
        style,
    };
    (prepared, known)
}

/// The style, with OpenAPI's defaults. A style that the place does not allow is ignored.
fn style(place: Place, style: &str, explode: Option<bool>) -> Style {
    match (place, style) {
        (Place::Query, "deepObject") => Style::DeepObject,
        (Place::Query, "spaceDelimited") if explode != Some(true) => Style::SpaceDelimited,
        (Place::Query, "pipeDelimited") if explode != Some(true) => Style::PipeDelimited,
        (Place::Query | Place::Cookie, _) if explode == Some(false) => Style::Form,
        (Place::Query | Place::Cookie, _) => Style::FormExploded,
        (Place::Path, "label") if explode == Some(true) => Style::LabelExploded,
        (Place::Path, "label") => Style::Label,
        (Place::Path, "matrix") if explode == Some(true) => Style::MatrixExploded,
        (Place::Path, "matrix") => Style::Matrix,
        (Place::Path | Place::Header, _) if explode == Some(true) => Style::SimpleExploded,
        (Place::Path | Place::Header, _) => Style::Simple,
        // These are not parameters.
        (Place::Member | Place::Further | Place::Body, _) => Style::Json,
    }
}
