//! Checks the markers of a document, because the document would be read without one that is misspelled.

use openapi_document::pointer;
use serde_json::Value;

use crate::{Error, Settings};

const MARKERS: [&str; 7] = [
    "arguments",
    "batch",
    "billable",
    "command",
    "idempotent",
    "pagination",
    "type",
];

/// # Errors
///
/// An extension member begins with the prefix of the markers and is none of them, or a type is neither a
/// replacement nor a component.
pub(super) fn check(document: &Value, settings: &Settings) -> Result<(), Error> {
    // Every extension begins with `x-`, also those of others.
    if settings.marker_prefix == "x-" {
        return Ok(());
    }
    Check { document, settings }.visit(document, &mut String::new())
}

struct Check<'a> {
    document: &'a Value,
    settings: &'a Settings,
}

impl Check<'_> {
    fn visit(&self, value: &Value, place: &mut String) -> Result<(), Error> {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    pointer::with(place, name, |place| self.member(name, value, place))?;
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    pointer::with(place, &index.to_string(), |place| self.visit(item, place))?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn member(&self, name: &str, value: &Value, place: &mut String) -> Result<(), Error> {
        let prefix = &self.settings.marker_prefix;
        match (name.strip_prefix(prefix.as_str()), name) {
            (Some("type"), _) => self.named_type(value, place),
            (Some(marker), _) if MARKERS.contains(&marker) => Ok(()),
            (Some(_), _) => {
                let known = MARKERS.map(|marker| format!("{prefix}{marker}")).join(", ");
                Err(Error::document(
                    &*place,
                    format!("is not a marker; the markers are {known}"),
                ))
            }
            // Names of properties are free, and so are values.
            (None, "properties") => match value {
                Value::Object(properties) => properties.iter().try_for_each(|(name, schema)| {
                    pointer::with(place, name, |place| self.visit(schema, place))
                }),
                _ => Ok(()),
            },
            (None, "const" | "default" | "enum" | "example" | "examples") => Ok(()),
            (None, _) => self.visit(value, place),
        }
    }

    fn named_type(&self, name: &Value, place: &str) -> Result<(), Error> {
        let is_known = name.as_str().is_some_and(|name| {
            let replacements = &self.settings.replacements;
            let components = self.document.pointer("/components/schemas");
            replacements.iter().any(|(known, _)| known == name)
                || components.is_some_and(|schemas| schemas.get(name).is_some())
        });
        match is_known {
            true => Ok(()),
            false => Err(Error::document(
                place,
                format!("{name} is neither a hand-written type (`Settings::replacements`) nor a component"),
            )),
        }
    }
}
