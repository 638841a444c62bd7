//! Keeps the parts of the document that become code, each member in the form that progenitor reads.
//! progenitor fails on the whole document for an invalid example or an unknown kind of security scheme.
//!
//! Parts that do not become code (callbacks, links, headers of responses, security, servers, examples) are
//! left out. An invalid member costs the smallest part that needs it: a parameter, a media type, a response
//! or an operation.

use std::collections::BTreeSet;

use openapi_document::{METHODS, pointer};
use openapi_downconvert::{Change, Loss};
use serde_json::{Map, Value, json};

use super::{Rejected, change};
use crate::call::Place;

pub(super) const PASS: &str = "known-members";

pub(super) fn run(document: &mut Value, rejected: &mut Vec<Rejected>, changes: &mut Vec<Change>) {
    let mut pass = Pass {
        left_out: BTreeSet::new(),
        changes,
    };
    let info = document.get("info");
    let text = |key: &str| info.and_then(|info| info.get(key)).and_then(Value::as_str);
    let mut kept_info =
        json!({ "title": text("title").unwrap_or("API"), "version": text("version").unwrap_or("0") });
    if let Some(description) = text("description") {
        kept_info["description"] = json!(description);
    }
    let mut kept = json!({ "openapi": document["openapi"].clone(), "info": kept_info });
    kept["tags"] = pass.tags(document.get("tags"));
    kept["paths"] = pass.paths(document.get_mut("paths"), rejected);
    let schemas = document.pointer_mut("/components/schemas").map(Value::take);
    kept["components"] = json!({ "schemas": schemas.unwrap_or_else(|| json!({})) });
    *document = kept;
    if !pass.left_out.is_empty() {
        let names: Vec<_> = pass.left_out.into_iter().collect();
        let note = format!("what does not become code is left out: {}", names.join(", "));
        pass.changes.push(change(PASS, "", Loss::None, note));
    }
}

struct Pass<'a> {
    /// The members of operations, parameters, bodies and responses that do not become code.
    left_out: BTreeSet<String>,
    changes: &'a mut Vec<Change>,
}

impl Pass<'_> {
    fn tags(&self, tags: Option<&Value>) -> Value {
        let tags = tags.and_then(Value::as_array).into_iter().flatten();
        tags.filter_map(|tag| {
            let name = tag.get("name")?.as_str()?;
            Some(match tag.get("description").and_then(Value::as_str) {
                Some(description) => json!({ "name": name, "description": description }),
                None => json!({ "name": name }),
            })
        })
        .collect()
    }

    fn paths(&mut self, paths: Option<&mut Value>, rejected: &mut Vec<Rejected>) -> Value {
        let mut kept = Map::new();
        let paths = paths.and_then(Value::as_object_mut).map(std::mem::take);
        // A key that does not begin with a slash is an extension and not a path (OAS 3.0.3, Paths Object).
        for (path, item) in paths
            .into_iter()
            .flatten()
            .filter(|(path, _)| path.starts_with('/'))
        {
            let pointer = format!("/paths/{}", pointer::escape(&path));
            let Value::Object(item) = item else {
                rejected.push(Rejected::new(&path, "*", pointer, "is not an object"));
                continue;
            };
            let mut methods = Map::new();
            for (method, operation) in item {
                let pointer = format!("{pointer}/{method}");
                match operation {
                    Value::Object(operation) if METHODS.contains(&method.as_str()) => {
                        methods.insert(method, self.operation(operation, &pointer));
                    }
                    _ if METHODS.contains(&method.as_str()) => {
                        rejected.push(Rejected::new(&path, &method, pointer, "is not an object"));
                    }
                    _ => {}
                }
            }
            kept.insert(path, Value::Object(methods));
        }
        Value::Object(kept)
    }

    fn operation(&mut self, operation: Map<String, Value>, pointer: &str) -> Value {
        let mut kept = Map::new();
        for (key, value) in operation {
            let place = format!("{pointer}/{}", pointer::escape(&key));
            let value = match (key.as_str(), value) {
                ("operationId" | "summary" | "description", value @ Value::String(_)) => value,
                ("tags", Value::Array(tags)) => tags.into_iter().filter(Value::is_string).collect(),
                ("parameters", Value::Array(parameters)) => {
                    let parameters = parameters.into_iter().enumerate();
                    parameters
                        .filter_map(|(index, parameter)| {
                            self.parameter(parameter, &format!("{place}/{index}"))
                        })
                        .collect()
                }
                ("requestBody", Value::Object(body)) => self.body(body, &place),
                ("responses", Value::Object(responses)) => self.responses(responses, &place),
                (known, _) if KNOWN.contains(&known) => {
                    self.dropped(place, "is not what OpenAPI says it is");
                    continue;
                }
                // Keeps the markers of the overlay. The extensions of dropshot would make progenitor require
                // more crates.
                (extension, value)
                    if extension.starts_with("x-") && !extension.starts_with("x-dropshot-") =>
                {
                    value
                }
                _ => {
                    self.left_out.insert(key);
                    continue;
                }
            };
            kept.insert(key, value);
        }
        kept.entry("responses").or_insert_with(|| json!({}));
        Value::Object(kept)
    }

    fn parameter(&mut self, parameter: Value, place: &str) -> Option<Value> {
        let known = parameter.get("name").is_some_and(Value::is_string)
            && parameter
                .get("in")
                .and_then(Value::as_str)
                .and_then(Place::of)
                .is_some();
        let Value::Object(parameter) = parameter else {
            self.dropped(place, "is not a parameter");
            return None;
        };
        if !known {
            self.dropped(place, "has no name or no place");
            return None;
        }
        let mut kept = Map::new();
        for (key, value) in parameter {
            match (key.as_str(), &value) {
                ("name" | "in" | "description" | "style", Value::String(_))
                | ("required" | "explode", Value::Bool(_))
                | ("schema" | "content", Value::Object(_)) => {
                    kept.insert(key, value);
                }
                _ => {
                    self.left_out.insert(key);
                }
            }
        }
        Some(Value::Object(kept))
    }

    fn body(&mut self, body: Map<String, Value>, place: &str) -> Value {
        let mut kept = Map::new();
        for (key, value) in body {
            match (key.as_str(), value) {
                ("description", value @ Value::String(_)) | ("required", value @ Value::Bool(_)) => {
                    kept.insert(key, value);
                }
                ("content", content) => {
                    let content = self.content(content, &format!("{place}/content"));
                    kept.insert(key, content);
                }
                _ => {
                    self.left_out.insert(key);
                }
            }
        }
        kept.entry("content").or_insert_with(|| json!({}));
        Value::Object(kept)
    }

    fn responses(&mut self, responses: Map<String, Value>, place: &str) -> Value {
        let mut kept = Map::new();
        for (status, response) in responses {
            let place = format!("{place}/{}", pointer::escape(&status));
            if status.starts_with("x-") {
                continue;
            }
            let Some(status) = known_status(&status) else {
                self.dropped(place, "is not a status");
                continue;
            };
            let Value::Object(mut response) = response else {
                self.dropped(place, "is not a response");
                continue;
            };
            let description = response.shift_remove("description");
            let mut kept_response =
                json!({ "description": description.filter(Value::is_string).unwrap_or_else(|| json!("")) });
            if let Some(content) = response.shift_remove("content") {
                kept_response["content"] = self.content(content, &format!("{place}/content"));
            }
            self.left_out.extend(response.into_iter().map(|(key, _)| key));
            kept.insert(status, kept_response);
        }
        Value::Object(kept)
    }

    fn content(&mut self, content: Value, place: &str) -> Value {
        let Value::Object(content) = content else {
            self.dropped(place, "is not an object");
            return json!({});
        };
        let mut kept = Map::new();
        for (name, media) in content {
            let Value::Object(media) = media else {
                self.dropped(
                    format!("{place}/{}", pointer::escape(&name)),
                    "is not a media type object",
                );
                continue;
            };
            let mut kept_media = json!({});
            for (key, value) in media {
                if key == "schema" && value.is_object() {
                    kept_media[key] = value;
                } else {
                    self.left_out.insert(key);
                }
            }
            kept.insert(name, kept_media);
        }
        Value::Object(kept)
    }

    fn dropped(&mut self, place: impl Into<String>, note: &str) {
        self.changes.push(Change {
            repairs: true,
            ..change(PASS, place, Loss::Dropped, note)
        });
    }
}

const KNOWN: [&str; 7] = [
    "operationId",
    "summary",
    "description",
    "tags",
    "parameters",
    "requestBody",
    "responses",
];

/// A status in the form that progenitor reads: `default`, three digits, or a range such as `2XX`.
fn known_status(status: &str) -> Option<String> {
    let range = status.to_ascii_uppercase();
    let known = status == "default"
        || matches!(range.as_bytes(), [b'1'..=b'5', b'X', b'X'])
        || matches!(status.as_bytes(), [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9']);
    known.then(|| {
        if status == "default" {
            status.to_owned()
        } else {
            range
        }
    })
}
