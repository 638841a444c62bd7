//! References that cannot be resolved within the document.

use openapi_document::{At, pointer};
use serde_json::Value;

use crate::place::readable;

/// The members whose values are data, in which `$ref` is not a reference.
const VALUES: [&str; 5] = ["example", "examples", "default", "const", "enum"];

pub(crate) fn problems(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    visit(document, document, &mut String::new(), &mut found);
    found
}

/// Recursive: the reader has limited the depth of the document.
fn visit(document: &Value, value: &Value, pointer: &mut String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let has_names = is_map_of_names(pointer);
            for (key, value) in members {
                pointer::with(pointer, key, |pointer| match value {
                    Value::String(reference) if key == "$ref" => {
                        found.extend(
                            problem(document, reference)
                                .map(|reason| format!("{}: {reason}", readable(pointer))),
                        );
                    }
                    // A property can have the name of such a member.
                    _ if VALUES.contains(&&**key) && !has_names => {}
                    _ => visit(document, value, pointer, found),
                });
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointer::with(pointer, &index.to_string(), |pointer| {
                    visit(document, item, pointer, found);
                });
            }
        }
        _ => {}
    }
}

/// Whether the keys of an object are names that the author chose, not keywords.
fn is_map_of_names(pointer: &str) -> bool {
    const MAPS: [&str; 5] = [
        "/properties",
        "/patternProperties",
        "/$defs",
        "/schemas",
        "/dependentSchemas",
    ];
    MAPS.iter().any(|map| pointer.ends_with(map))
}

fn problem(document: &Value, reference: &str) -> Option<String> {
    if !reference.starts_with('#') {
        return Some(format!("{reference} is in another document, which is not read"));
    }
    At::target(document, reference)
        .is_none()
        .then(|| format!("{reference} is not in the document"))
}
