//! The part of a document that a change belongs to: a component, an operation, a path.

use std::borrow::Cow;

use openapi_document::pointer;

use super::cause::Cause;

/// The part of a document that a change belongs to. The parts are shown in this order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Place {
    /// The document as a whole.
    Document,
    /// A component, as kind (`schema`) and name.
    Component(&'static str, String),
    /// A path, with all its operations.
    Path(String),
    /// One operation, including operations of webhooks.
    Operation(String),
}

impl Place {
    pub(super) fn of(cause: &Cause<'_>) -> Self {
        let names = |pointer| pointer::names(pointer).collect::<Vec<_>>();
        let (old, new) = (names(&cause.finding.old), names(&cause.finding.new));
        match (component(&old), component(&new)) {
            (Some((kind, old)), Some((_, new))) if old != new => {
                return Place::Component(kind, format!("{old}, now {new}"));
            }
            (Some((kind, name)), _) | (None, Some((kind, name))) => {
                return Place::Component(kind, name.to_owned());
            }
            (None, None) => {}
        }
        if let [operation] = cause.operations[..] {
            return Place::Operation(operation.to_owned());
        }
        match old.as_slice() {
            [paths, path, ..] if paths == "paths" || paths == "webhooks" => Place::Path(path.to_string()),
            _ => Place::Document,
        }
    }

    /// The kind of the part, and its name: `schema`, `User`.
    pub(super) fn title(&self) -> (&'static str, &str) {
        match self {
            Place::Document => ("document", ""),
            Place::Component(kind, name) => (kind, name),
            Place::Path(path) => ("path", path),
            Place::Operation(operation) => ("", operation),
        }
    }
}

/// The kind and the name of the component that contains a place.
fn component<'a>(names: &'a [Cow<'_, str>]) -> Option<(&'static str, &'a str)> {
    let [components, kind, name, ..] = names else {
        return None;
    };
    let kind = match &**kind {
        "schemas" => "schema",
        "parameters" => "parameter",
        "requestBodies" => "request body",
        "responses" => "response",
        "headers" => "header",
        "securitySchemes" => "security scheme",
        "callbacks" => "callback",
        "pathItems" => "path item",
        _ => return None,
    };
    (components == "components").then_some((kind, name))
}
