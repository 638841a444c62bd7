//! References that lead nowhere, or out of the document.

use serde_json::Value;

/// The members of objects that hold values, in which a `$ref` is no reference.
const VALUES: [&str; 5] = ["example", "examples", "default", "const", "enum"];

pub(crate) fn problems(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    visit(document, document, &mut String::new(), &mut found);
    found
}

/// Recursive: what was read is nested in bounds.
fn visit(document: &Value, value: &Value, pointer: &mut String, found: &mut Vec<String>) {
    let length = pointer.len();
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                match value {
                    Value::String(reference) if key == "$ref" => {
                        found.extend(
                            problem(document, reference).map(|reason| format!("{pointer}: {reason}")),
                        );
                    }
                    // Names of properties are not those of keywords.
                    _ if VALUES.contains(&&**key) && !is_map_of_names(&pointer[..length]) => {}
                    _ => visit(document, value, pointer, found),
                }
                pointer.truncate(length);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointer.push_str(&format!("/{index}"));
                visit(document, item, pointer, found);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}

/// Whether the keys of the object at a place are names that the author chose.
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
    let Some(fragment) = reference.strip_prefix('#') else {
        return Some(format!(
            "{reference} leads out of the document, which must stand by itself"
        ));
    };
    let pointer = percent_decoded(fragment);
    let is_there = (pointer.is_empty() || pointer.starts_with('/')) && document.pointer(&pointer).is_some();
    (!is_there).then(|| format!("{reference} leads nowhere"))
}

/// The fragment of a URI may be percent-encoded (RFC 6901, section 6).
fn percent_decoded(fragment: &str) -> String {
    percent_encoding::percent_decode_str(fragment)
        .decode_utf8_lossy()
        .into_owned()
}
