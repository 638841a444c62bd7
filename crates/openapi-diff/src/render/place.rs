//! The part of a document that a change belongs to: a component, an operation, a path.

use super::cause::Cause;

/// The part of a document that a change belongs to. In this order they are shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Place {
    /// The document as a whole.
    Document,
    /// A component, as kind (`schema`) and name.
    Component(&'static str, String),
    /// All operations of a path.
    Path(String),
    /// One operation, webhooks included.
    Operation(String),
}

impl Place {
    pub(super) fn of(cause: &Cause<'_>) -> Self {
        let (old, new) = (tokens(&cause.finding.old), tokens(&cause.finding.new));
        if let Some(component) = component(&old).or_else(|| component(&new)) {
            return component;
        }
        if let [operation] = cause.operations[..] {
            return Place::Operation(operation.to_owned());
        }
        match old.as_slice() {
            [paths, path, ..] if paths == "paths" || paths == "webhooks" => Place::Path(path.clone()),
            _ => Place::Document,
        }
    }

    /// What kind of thing it is, and its name: `schema`, `User`.
    pub(super) fn title(&self) -> (&'static str, &str) {
        match self {
            Place::Document => ("document", ""),
            Place::Component(kind, name) => (kind, name),
            Place::Path(path) => ("path", path),
            Place::Operation(operation) => ("", operation),
        }
    }
}

fn component(tokens: &[String]) -> Option<Place> {
    let [components, kind, name, ..] = tokens else {
        return None;
    };
    let kind = match kind.as_str() {
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
    (components == "components").then(|| Place::Component(kind, name.clone()))
}

/// The tokens of a JSON pointer (RFC 6901).
fn tokens(pointer: &str) -> Vec<String> {
    pointer
        .split('/')
        .skip(1)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
        .collect()
}
