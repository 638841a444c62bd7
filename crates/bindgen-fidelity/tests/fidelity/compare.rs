//! What of a value is not in what its type gave back.

use std::collections::BTreeSet;

use serde_json::{Map, Number, Value};

/// What counts as equal beyond the law.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rules {
    /// An absent member may come back with its default, or as an empty list or map, and an empty one not at
    /// all; case makes no difference for a text that is a UUID (RFC 9562, section 4).
    pub(crate) handy: bool,
}

/// The first difference that the law does not allow, with its place.
pub(crate) fn difference(
    document: &Value,
    schema: &Value,
    given: &Value,
    back: &Value,
    rules: Rules,
) -> Option<String> {
    Comparison { document, rules }.at("", &[schema], given, back)
}

struct Comparison<'a> {
    document: &'a Value,
    rules: Rules,
}

impl<'a> Comparison<'a> {
    fn at(&self, place: &str, schemas: &[&'a Value], given: &Value, back: &Value) -> Option<String> {
        match (given, back) {
            (Value::Object(given), Value::Object(back)) => self.members(place, schemas, given, back),
            (Value::Array(items), Value::Array(others)) if items.len() == others.len() => {
                let parts = self.parts(schemas);
                items
                    .iter()
                    .zip(others)
                    .enumerate()
                    .find_map(|(index, (item, other))| {
                        let below: Vec<&Value> = parts.iter().filter_map(|part| part.get("items")).collect();
                        self.at(&format!("{place}/{index}"), &below, item, other)
                    })
            }
            (Value::Number(one), Value::Number(other)) if same(one, other) => None,
            (Value::String(one), Value::String(other)) if self.rules.handy && one.len() == 36 => {
                (!one.eq_ignore_ascii_case(other)).then(|| format!("{place} became {other:?}"))
            }
            _ => (given != back).then(|| format!("{place} became {back}")),
        }
    }

    fn members(
        &self,
        place: &str,
        schemas: &[&'a Value],
        given: &Map<String, Value>,
        back: &Map<String, Value>,
    ) -> Option<String> {
        let parts = self.parts(schemas);
        let declared: BTreeSet<&String> = parts
            .iter()
            .filter_map(|part| part["properties"].as_object())
            .flat_map(Map::keys)
            .collect();
        let lost = given.iter().find_map(|(name, value)| {
            let below: Vec<&Value> = parts
                .iter()
                .filter_map(|part| {
                    part["properties"]
                        .get(name)
                        .or_else(|| part.get("additionalProperties"))
                })
                .collect();
            match back.get(name) {
                Some(other) => self.at(&format!("{place}/{name}"), &below, value, other),
                None if value.is_null() || self.rules.handy && is_empty(value) => None,
                None if !declared.is_empty() && !declared.contains(name) => None,
                None => Some(format!("{place}/{name} is lost")),
            }
        });
        lost.or_else(|| {
            let added = back.iter().find(|(name, value)| {
                let filled_in = self.rules.handy
                    && (is_empty(value)
                        || parts
                            .iter()
                            .filter_map(|part| part["properties"][name.as_str()].get("default"))
                            .any(|default| match (default, *value) {
                                (Value::Number(one), Value::Number(other)) => same(one, other),
                                (default, value) => default == value,
                            }));
                !given.contains_key(*name) && !value.is_null() && !filled_in
            });
            added.map(|(name, _)| format!("{place}/{name} is added"))
        })
    }

    /// The schemas, and those that they refer to or are made of.
    fn parts(&self, schemas: &[&'a Value]) -> Vec<&'a Value> {
        let mut open = schemas.to_vec();
        let mut parts: Vec<&Value> = Vec::new();
        while let Some(schema) = open.pop() {
            if parts.iter().any(|part| std::ptr::eq(*part, schema)) {
                continue;
            }
            parts.push(schema);
            if let Some(target) = schema["$ref"].as_str() {
                open.extend(self.document.pointer(target.trim_start_matches('#')));
            }
            for keyword in ["allOf", "anyOf", "oneOf"] {
                open.extend(schema[keyword].as_array().into_iter().flatten());
            }
        }
        parts
    }
}

/// `1` and `1.0` are one number (JSON Schema 2020-12, Core, section 4.2.2).
fn same(one: &Number, other: &Number) -> bool {
    one == other || one.as_f64() == other.as_f64()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
