//! Operations without ids or tags, with similar ids or tags, and with their parts in other places.

use fastrand::Rng;
use heck::{ToKebabCase, ToPascalCase, ToSnakeCase};
use openapi_document::{METHODS, pointer};
use serde_json::{Value, json};

use super::places::{self, Fixed, Object, referred};
use crate::{finding::count, place::readable};

/// Removes the ids of some or all operations.
pub(super) fn drop_ids(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let linked = links(document);
    let mut with_id = places::operations(document);
    with_id.retain(|pointer| id(document, pointer).is_some_and(|id| !linked.contains(&id)));
    if !rng.bool() {
        rng.shuffle(&mut with_id);
        with_id.truncate(3);
    }
    for pointer in &with_id {
        places::object_at(document, pointer)?.shift_remove("operationId");
    }
    (!with_id.is_empty()).then(|| format!("drop the ids of {}", count(with_id.len(), "operation")))
}

/// Gives an operation the id of another one in another spelling, or a Rust keyword as id.
pub(super) fn similar_id(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let linked = links(document);
    let operations = places::operations(document);
    let ids: Vec<String> = operations
        .iter()
        .filter_map(|pointer| id(document, pointer))
        .collect();
    let pointer = rng.choice(operations)?;
    if id(document, &pointer).is_some_and(|id| linked.contains(&id)) {
        return None;
    }
    let other = rng.choice(&ids)?;
    let new = match rng.u8(..6) {
        0 => other.to_snake_case(),
        1 => other.to_kebab_case(),
        2 => other.to_pascal_case(),
        3 => format!("{other}_"),
        4 => format!("{other} (v2)"),
        _ => rng
            .choice([
                "new", "send", "type", "request", "1", "self", "Client", "get", "with",
            ])?
            .to_owned(),
    };
    if new.is_empty() || ids.contains(&new) {
        return None;
    }
    let note = format!("set the id {new:?} at {}", readable(&pointer));
    places::object_at(document, &pointer)?.insert("operationId".to_owned(), json!(new));
    Some(note)
}

fn id(document: &Value, pointer: &str) -> Option<String> {
    document
        .pointer(pointer)?
        .get("operationId")?
        .as_str()
        .map(ToOwned::to_owned)
}

/// The ids that links refer to.
fn links(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    look(document, &mut found);
    fn look(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| look(item, found)),
            Value::Object(members) => {
                for (key, value) in members {
                    if key == "links" {
                        let links = value.as_object().into_iter().flat_map(Object::values);
                        found.extend(
                            links
                                .filter_map(|link| link["operationId"].as_str())
                                .map(ToOwned::to_owned),
                        );
                    }
                    look(value, found);
                }
            }
            _ => {}
        }
    }
    found
}

/// Removes the tags of one or all operations, or gives an operation the tag of another one in another
/// spelling.
pub(super) fn tags(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let operations = places::operations(document);
    let has_tags = |pointer: &&String| {
        document
            .pointer(pointer)
            .is_some_and(|at| at.get("tags").is_some())
    };
    let tagged: Vec<String> = operations.iter().filter(has_tags).cloned().collect();
    let pointer = rng.choice(&tagged)?.clone();
    match rng.u8(..3) {
        0 => {
            for pointer in &tagged {
                places::object_at(document, pointer)?.shift_remove("tags");
            }
            document.as_object_mut()?.shift_remove("tags");
            Some("drop all tags".to_owned())
        }
        1 => {
            places::object_at(document, &pointer)?.shift_remove("tags");
            Some(format!("drop the tags of {}", readable(&pointer)))
        }
        _ => {
            let tag = document.pointer(&pointer)?["tags"][0].as_str()?.to_owned();
            let new = rng.choice([
                tag.to_snake_case(),
                tag.to_uppercase(),
                format!("{tag}!"),
                "self".to_owned(),
            ])?;
            let note = format!("set the tag {new:?} at {}", readable(&pointer));
            places::object_at(document, &pointer)?.insert("tags".to_owned(), json!([new]));
            Some(note)
        }
    }
}

/// Turns a parameter, a body or a response of an operation into a component, or replaces a reference with the
/// component.
pub(super) fn move_component(document: &mut Value, rng: &mut Rng) -> Option<String> {
    match rng.bool() {
        true => into_component(document, rng),
        false => out_of_component(document, rng),
    }
}

fn into_component(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let fixed = Fixed::of(document);
    let mut parts = parts(document);
    parts.retain(|(_, pointer)| {
        let is_inline = document
            .pointer(pointer)
            .is_some_and(|part| part.is_object() && part.get("$ref").is_none());
        is_inline && fixed.is_free(pointer)
    });
    let (section, pointer) = rng.choice(parts)?;
    let named = document["components"][section].as_object();
    let name = ["Shared", "Part", "default", "404", "body"]
        .into_iter()
        .find(|name| named.is_none_or(|named| !named.contains_key(*name)))?;
    let part = document.pointer_mut(&pointer)?;
    let part = std::mem::replace(part, json!({ "$ref": format!("#/components/{section}/{name}") }));
    places::section(document, section)?.insert(name.to_owned(), part);
    Some(format!(
        "move {} into components/{section}/{name}",
        readable(&pointer)
    ))
}

fn out_of_component(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let copy = |(section, pointer): &(&'static str, String)| {
        let name = referred(document.pointer(pointer)?, section)?;
        document["components"][section].get(&name).cloned()
    };
    let found: Vec<_> = parts(document)
        .into_iter()
        .filter_map(|part| Some((copy(&part)?, part.1)))
        .collect();
    let (copy, pointer) = rng.choice(found)?;
    *document.pointer_mut(&pointer)? = copy;
    Some(format!(
        "replace the reference at {} with the component",
        readable(&pointer)
    ))
}

/// The parameters, bodies and responses of all operations, each with its section of the components.
fn parts(document: &Value) -> Vec<(&'static str, String)> {
    let mut parts = Vec::new();
    for pointer in places::operations(document) {
        let Some(operation) = document.pointer(&pointer) else {
            continue;
        };
        let parameters = operation["parameters"].as_array().map_or(0, Vec::len);
        parts.extend((0..parameters).map(|index| ("parameters", format!("{pointer}/parameters/{index}"))));
        if operation.get("requestBody").is_some() {
            parts.push(("requestBodies", format!("{pointer}/requestBody")));
        }
        let responses = operation["responses"]
            .as_object()
            .into_iter()
            .flat_map(Object::keys);
        let responses = responses.filter(|status| !status.starts_with("x-"));
        parts.extend(responses.map(|status| {
            (
                "responses",
                format!("{pointer}/responses/{}", pointer::escape(status)),
            )
        }));
    }
    parts
}

/// Moves a parameter that all operations of a path have to the path item, or from the path item to all
/// operations.
pub(super) fn move_parameter(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let paths: Vec<String> = document["paths"]
        .as_object()?
        .keys()
        .filter(|path| path.starts_with('/'))
        .cloned()
        .collect();
    let fixed = Fixed::of(document);
    let path = rng.choice(paths)?;
    let pointer = format!("/paths/{}", pointer::escape(&path));
    let at = document.clone();
    let identity = |parameter: &Value| {
        let target = parameter
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(pointer::of_reference);
        let parameter = target.and_then(|target| at.pointer(&target)).unwrap_or(parameter);
        (parameter["name"].clone(), parameter["in"].clone())
    };
    let item = places::object_at(document, &pointer)?;
    if item.contains_key("$ref") || !fixed.is_free(&pointer) {
        return None;
    }
    if let Some(Value::Array(shared)) = item.shift_remove("parameters") {
        for (_, operation) in item.iter_mut().filter(|(key, _)| METHODS.contains(&key.as_str())) {
            let own = operation
                .as_object_mut()?
                .entry("parameters")
                .or_insert_with(|| json!([]))
                .as_array_mut()?;
            let taken: Vec<_> = own.iter().map(identity).collect();
            own.extend(
                shared
                    .iter()
                    .filter(|parameter| !taken.contains(&identity(parameter)))
                    .cloned(),
            );
        }
        return Some(format!("move the parameters of {path} to its operations"));
    }
    let lists: Vec<&Vec<Value>> = item
        .iter()
        .filter(|(key, _)| METHODS.contains(&key.as_str()))
        .map(|(_, operation)| operation["parameters"].as_array())
        .collect::<Option<_>>()?;
    let common = lists
        .first()?
        .iter()
        .filter(|parameter| lists.iter().all(|list| list.contains(parameter)));
    let moved = rng.choice(common.cloned().collect::<Vec<_>>())?;
    for (_, operation) in item.iter_mut().filter(|(key, _)| METHODS.contains(&key.as_str())) {
        operation["parameters"]
            .as_array_mut()?
            .retain(|parameter| *parameter != moved);
    }
    item.insert("parameters".to_owned(), json!([moved]));
    Some(format!(
        "move a parameter of all operations of {path} to the path"
    ))
}
