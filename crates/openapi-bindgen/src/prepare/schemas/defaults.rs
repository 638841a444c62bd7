//! Removes the defaults of schemas. A default is an annotation that says what the receiver does when a member
//! is absent (JSON Schema 2020-12, Validation, section 9.2). As a Rust default, it would be sent where the
//! caller set nothing, and added to every response without the member; a default that does not fit its type
//! would fail the build. The documentation keeps it.

use openapi_downconvert::{Change, Loss};
use serde_json::Value;

use super::{super::change, walk::each};

pub(super) const PASS: &str = "defaults";

/// Longer defaults do not help a reader.
const LONGEST: usize = 60;

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) {
    each(document, &mut |schema, pointer| {
        let Some(default) = schema.shift_remove("default") else {
            return;
        };
        let text = default.to_string();
        changes.push(change(
            PASS,
            pointer,
            Loss::None,
            "a default is what the receiver takes for an absent member: it is documented, not sent",
        ));
        if default.is_null() || text.chars().count() > LONGEST {
            return;
        }
        let described = match schema.get("description").and_then(Value::as_str) {
            Some(words) if !words.trim().is_empty() => format!("{}\n\nDefault: `{text}`", words.trim_end()),
            _ => format!("Default: `{text}`"),
        };
        schema.insert("description".to_owned(), Value::String(described));
    });
}
