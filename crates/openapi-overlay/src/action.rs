//! One Action Object, read and checked. Not its application.

use openapi_document::pointer;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::path::Path;
use crate::version::Version;

/// The field of our extension: a JSONPath that must select nothing for the action to be applied.
const WHEN_ABSENT: &str = "x-when-absent";

/// One action of an overlay: where, and what to do there.
#[derive(Debug, Clone)]
pub struct Action {
    pub(crate) path: Path,
    pub(crate) guard: Option<Path>,
    pub(crate) modification: Modification,
    fields: Map<String, Value>,
}

/// What an action does to the nodes that its target selects, as written in the overlay.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Change<'a> {
    /// Merge this value into each node.
    Update(&'a Value),
    /// Take each node out of what contains it.
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
    /// The JSONPath of the nodes that the action is about.
    pub fn target(&self) -> &str {
        self.path.as_str()
    }

    /// The description, if there is one.
    pub fn description(&self) -> Option<&str> {
        self.fields.get("description").and_then(Value::as_str)
    }

    /// What the action does.
    pub fn change(&self) -> Change<'_> {
        match &self.modification {
            Modification::Update(value) => Change::Update(value),
            Modification::Remove => Change::Remove,
            Modification::Copy(path) => Change::Copy(path.as_str()),
        }
    }

    /// The JSONPath of `x-when-absent`, if there is one: the action is skipped where it selects something.
    pub fn when_absent(&self) -> Option<&str> {
        self.guard.as_ref().map(Path::as_str)
    }

    /// The value of a specification extension (a field whose name starts with `x-`), by its whole name.
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
            return Err(wrong("", "an action is an object"));
        };
        for name in fields.keys() {
            let known = matches!(name.as_str(), "target" | "description" | "update" | "remove")
                || (name == "copy" && version == Version::V1_1)
                || name.starts_with("x-");
            if !known {
                let reason = "no field of an action in this version of the Overlay Specification; extensions start with `x-`";
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
            Some(_) => Err(wrong(&format!("/{field}"), "a JSONPath is a string")),
        };
        let target = path("target")?.ok_or_else(|| wrong("", "`target` is missing"))?;
        let guard = path(WHEN_ABSENT)?;
        let copy = path("copy")?;
        let remove = match fields.get("remove") {
            None | Some(Value::Bool(false)) => false,
            Some(Value::Bool(true)) => true,
            Some(_) => return Err(wrong("/remove", "`remove` is true or false")),
        };
        if !matches!(fields.get("description"), None | Some(Value::String(_))) {
            return Err(wrong("/description", "`description` is a string"));
        }
        if remove && target.is_root() {
            return Err(wrong(
                "/target",
                "the root of the document cannot be removed: nothing contains it",
            ));
        }
        let modification = match (remove, fields.shift_remove("update"), copy) {
            (true, _, _) => Modification::Remove,
            (false, Some(_), Some(_)) => {
                return Err(wrong(
                    "",
                    "`update` and `copy` exclude each other: each has no effect where the other is",
                ));
            }
            (false, Some(value), None) => Modification::Update(value),
            (false, None, Some(path)) => Modification::Copy(path),
            (false, None, None) => {
                return Err(wrong(
                    "",
                    "the action does nothing: it has no `update`, no `copy`, and no `remove: true`",
                ));
            }
        };
        if guard.is_some() && !matches!(modification, Modification::Update(_)) {
            let reason = "`x-when-absent` is for actions that add something with `update`";
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
