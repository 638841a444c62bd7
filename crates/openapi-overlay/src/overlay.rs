//! The Overlay Object. It is read and checked once, and applied any number of times.

use openapi_document::{MAX_DEPTH, is_deeper_than};
use serde_json::Value;

use crate::action::Action;
use crate::error::Error;
use crate::version::Version;

/// A well-formed overlay: its version is supported and every JSONPath in it parses.
#[derive(Debug, Clone)]
pub struct Overlay {
    version: Version,
    title: String,
    actions: Vec<Action>,
}

impl Overlay {
    /// Reads an overlay from JSON text.
    ///
    /// # Errors
    /// The text is not JSON, or [`from_value`](Self::from_value) fails.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let value = serde_json::from_str(text).map_err(|error| Error::NotJson {
            reason: error.to_string(),
        })?;
        Self::from_value(value)
    }

    /// Reads an overlay that is already parsed, for example from YAML.
    ///
    /// # Errors
    /// - The value is not an overlay of version 1.0 or 1.1.
    /// - A JSONPath in it is not valid.
    /// - An action does nothing, has both `update` and `copy`, or would remove the root of the document.
    /// - The value is nested deeper than [`MAX_DEPTH`].
    pub fn from_value(value: Value) -> Result<Self, Error> {
        let wrong = |pointer: &str, reason: String| Error::NotAnOverlay {
            pointer: pointer.to_owned(),
            reason,
        };

        if is_deeper_than(&value, MAX_DEPTH) {
            return Err(wrong(
                "",
                format!("the overlay is nested deeper than {MAX_DEPTH} levels"),
            ));
        }
        let Value::Object(mut fields) = value else {
            return Err(wrong("", "an overlay must be an object".to_owned()));
        };
        let version = match fields.get("overlay") {
            Some(Value::String(text)) => Version::parse(text).ok_or_else(|| {
                wrong(
                    "/overlay",
                    format!("version `{text}` is not supported; use 1.0.x or 1.1.x"),
                )
            })?,
            Some(_) => {
                return Err(wrong(
                    "/overlay",
                    "the version must be a string such as \"1.1.0\"".to_owned(),
                ));
            }
            None => {
                return Err(wrong(
                    "",
                    "`overlay`, the version of the Overlay Specification, is missing".to_owned(),
                ));
            }
        };
        let Some(Value::Object(info)) = fields.get("info") else {
            return Err(wrong(
                "/info",
                "an object with `title` and `version` is required".to_owned(),
            ));
        };
        let text = |field: &str| match info.get(field) {
            Some(Value::String(text)) => Ok(text.clone()),
            _ => Err(wrong(
                &format!("/info/{field}"),
                "a string is required".to_owned(),
            )),
        };
        let title = text("title")?;
        text("version")?;
        let Some(Value::Array(actions)) = fields.shift_remove("actions") else {
            return Err(wrong("/actions", "a list of actions is required".to_owned()));
        };
        if actions.is_empty() {
            return Err(wrong("/actions", "at least one action is required".to_owned()));
        }
        let actions = actions
            .into_iter()
            .enumerate()
            .map(|(index, action)| Action::read(action, index, version));
        Ok(Self {
            version,
            title,
            actions: actions.collect::<Result<_, _>>()?,
        })
    }

    /// The version of the Overlay Specification that the overlay follows.
    pub fn version(&self) -> Version {
        self.version
    }

    /// `info.title`: the purpose of the overlay.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The actions, in the order in which they are applied.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }
}
