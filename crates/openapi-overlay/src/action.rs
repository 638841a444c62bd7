//! Reads and checks an Action Object. `apply` applies it.

use openapi_document::pointer;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::path::Path;
use crate::version::Version;

/// The field of this crate's extension: a JSONPath. The action is applied only if the path selects nothing.
const WHEN_ABSENT: &str = "x-when-absent";

/// One action of an overlay: which nodes to change, and how.
#[derive(Debug, Clone)]
pub struct Action {
    pub(crate) path: Path,
    pub(crate) guard: Option<Path>,
    pub(crate) modification: Modification,
    fields: Map<String, Value>,
}

/// The change that an action makes to the nodes that its target selects, as written in the overlay.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Change<'a> {
    /// Merge this value into each node.
    Update(&'a Value),
    /// Remove each node from its parent.
    Remove,
    /// Merge the one node that this JSONPath selects into each node (Overlay 1.1).
    Copy(&'a str),
}

#[derive(Debug, Clone)]
pub(crate) enum Modification {
    Update(Value),
    Remove,
    Copy(Path),
}

impl Action {
    /// The JSONPath of the nodes that the action changes.
    pub fn target(&self) -> &str {
        self.path.as_str()
    }

    /// The description, if the action has one.
    pub fn description(&self) -> Option<&str> {
        self.fields.get("description").and_then(Value::as_str)
    }

    /// The change that the action makes.
    pub fn change(&self) -> Change<'_> {
        match &self.modification {
            Modification::Update(value) => Change::Update(value),
            Modification::Remove => Change::Remove,
            Modification::Copy(path) => Change::Copy(path.as_str()),
        }
    }

    /// The JSONPath of `x-when-absent`, if the action has one. The action is skipped if this path selects
    /// something.
    pub fn when_absent(&self) -> Option<&str> {
        self.guard.as_ref().map(Path::as_str)
    }

    /// The value of a specification extension (a field whose name starts with `x-`), by its full name.
    pub fn extension(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|_| name.starts_with("x-"))
    }

    /// Reads the Action Object at `/actions/{index}`.
    pub(crate) fn read(value: Value, index: usize, version: Version) -> Result<Self, Error> {
        let at = |field: &str| format!("/actions/{index}{field}");
        let wrong = |field: &str, reason: &str| Error::NotAnOverlay {
            pointer: at(field),
            reason: reason.to_owned(),
        };

        let Value::Object(mut fields) = value else {
            return Err(wrong("", "an action must be an object"));
        };
        for name in fields.keys() {
            let known = matches!(name.as_str(), "target" | "description" | "update" | "remove")
                || (name == "copy" && version == Version::V1_1)
                || name.starts_with("x-");
            if !known {
                let reason = "an action has no such field in this version of the Overlay Specification; extensions start with `x-`";
                return Err(wrong(&pointer::from_names([name]), reason));
            }
        }
        let path = |field: &str| match fields.get(field) {
            None => Ok(None),
            Some(Value::String(text)) => match Path::parse(text) {
                Ok(path) => Ok(Some(path)),
                Err(reason) => Err(Error::InvalidPath {
                    pointer: at(&format!("/{field}")),
                    path: text.clone(),
                    reason,
                }),
            },
            Some(_) => Err(wrong(&format!("/{field}"), "a JSONPath must be a string")),
        };
        let target = path("target")?.ok_or_else(|| wrong("", "`target` is missing"))?;
        let guard = path(WHEN_ABSENT)?;
        let copy = path("copy")?;
        let remove = match fields.get("remove") {
            None | Some(Value::Bool(false)) => false,
            Some(Value::Bool(true)) => true,
            Some(_) => return Err(wrong("/remove", "`remove` must be true or false")),
        };
        if !matches!(fields.get("description"), None | Some(Value::String(_))) {
            return Err(wrong("/description", "`description` must be a string"));
        }
        if remove && target.is_root() {
            return Err(wrong("/target", "the root of the document cannot be removed"));
        }
        let modification = match (remove, fields.shift_remove("update"), copy) {
            (true, _, _) => Modification::Remove,
            (false, Some(_), Some(_)) => {
                return Err(wrong(
                    "",
                    "the action has both `update` and `copy`; use one of them",
                ));
            }
            (false, Some(value), None) => Modification::Update(value),
            (false, None, Some(path)) => Modification::Copy(path),
            (false, None, None) => {
                return Err(wrong(
                    "",
                    "the action does nothing: it needs `update`, `copy` or `remove: true`",
                ));
            }
        };
        if guard.is_some() && !matches!(modification, Modification::Update(_)) {
            let reason = "`x-when-absent` can be used only with `update`";
            return Err(wrong(&format!("/{WHEN_ABSENT}"), reason));
        }
        Ok(Self {
            path: target,
            guard,
            modification,
            fields,
        })
    }
}
