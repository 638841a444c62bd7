//! What differs between two documents, in the terms of the API.

use std::collections::BTreeMap;

use serde_json::Value;

/// The differences, and whether any of them breaks a client.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// One line each, the gravest first.
    pub(crate) lines: Vec<String>,
    pub(crate) is_breaking: bool,
}

/// Compares two documents whose overlay has been applied.
pub(crate) fn compare(old: &Value, new: &Value) -> Changes {
    let mut changes = Changes::default();
    let operations = (super::operations(old), super::operations(new));
    changes.note("operation", &operations.0, &operations.1, |_, _| Vec::new());
    let schemas = (schemas(old), schemas(new));
    changes.note("schema", &schemas.0, &schemas.1, lost_properties);
    changes.lines.sort_by_key(|line| !line.contains("(breaking)"));
    changes
}

impl Changes {
    fn note(
        &mut self,
        what: &str,
        old: &BTreeMap<String, &Value>,
        new: &BTreeMap<String, &Value>,
        lost: fn(&Value, &Value) -> Vec<String>,
    ) {
        for (name, before) in old {
            match new.get(name) {
                None => {
                    // A schema that nothing uses any more breaks nobody; its users show as changed.
                    let is_breaking = what == "operation";
                    self.is_breaking |= is_breaking;
                    self.lines
                        .push(format!("{what} {name}: removed{}", mark(is_breaking)));
                }
                Some(after) if before != after => {
                    let lost = lost(before, after);
                    self.is_breaking |= !lost.is_empty();
                    let detail = if lost.is_empty() {
                        String::new()
                    } else {
                        format!(", without {}", lost.join(", "))
                    };
                    self.lines.push(format!(
                        "{what} {name}: changed{detail}{}",
                        mark(!lost.is_empty())
                    ));
                }
                Some(_) => {}
            }
        }
        let added = new.keys().filter(|name| !old.contains_key(*name));
        self.lines
            .extend(added.map(|name| format!("{what} {name}: added")));
    }
}

fn mark(is_breaking: bool) -> &'static str {
    if is_breaking { " (breaking)" } else { "" }
}

fn schemas(document: &Value) -> BTreeMap<String, &Value> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    schemas
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.clone(), schema))
        .collect()
}

fn lost_properties(old: &Value, new: &Value) -> Vec<String> {
    let names = |schema: &Value| -> Vec<String> {
        let properties = schema.get("properties").and_then(Value::as_object);
        properties
            .into_iter()
            .flat_map(|properties| properties.keys().cloned())
            .collect()
    };
    let kept = names(new);
    names(old)
        .into_iter()
        .filter(|name| !kept.contains(name))
        .collect()
}
