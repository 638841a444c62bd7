//! Counts the fields that are any JSON, and finds those for which the document is more specific. For example,
//! a member is declared as `{ "type": "string" }`, but its field is a `serde_json::Value`.
//!
//! The type of a branch has the place of its union. So a member is searched in all branches, and counts if
//! another branch declares it.

use openapi_document::pointer;
use serde_json::Value;

use super::report::{Fields, UntypedField};
use crate::{AnyJson, Kind, Surface};

/// How far nested schemas and references are followed, because they form circles in some documents.
const DEEPEST: usize = 16;

pub(super) fn fields(document: &Value, surface: &Surface) -> Fields {
    let document = Document(document);
    let mut total = 0;
    let mut any_json = 0;
    let mut places = Vec::new();
    let is_field = |item: &&crate::Item| item.kind == Kind::Field && item.path.starts_with("types::");
    for item in surface.items.iter().filter(is_field) {
        total += 1;
        let Some(any) = item.any_json else { continue };
        any_json += 1;
        let says_more = |pointer: &&String| {
            let schemas = document.at(pointer);
            // A field for undeclared members is a map, and its place is that of the values.
            let any = match pointer.ends_with("/additionalProperties") {
                true => AnyJson::Value,
                false => any,
            };
            schemas
                .iter()
                .any(|schema| document.says_more(schema, any, DEEPEST))
        };
        places.extend(item.pointers.iter().find(says_more).map(|pointer| UntypedField {
            field: item.path.clone(),
            pointer: pointer.clone(),
        }));
    }
    Fields {
        total,
        any_json,
        untyped: places.len(),
        // No document has so many fields that a float could not count them exactly.
        untyped_share: places.len() as f64 / total.max(1) as f64,
        places,
    }
}

struct Document<'a>(&'a Value);

impl<'a> Document<'a> {
    /// The schemas at a pointer. There are several if the pointer leads through branches, or if it is not
    /// exact inside an operation.
    fn at(&self, pointer: &str) -> Vec<&'a Value> {
        let tokens: Vec<&str> = pointer.split('/').skip(1).collect();
        let (before, after) = match tokens.first() {
            Some(&"paths")
                if tokens
                    .get(OPERATION_PART)
                    .is_none_or(|token| IN_SCHEMAS.contains(token)) =>
            {
                tokens.split_at(OPERATION_PART.min(tokens.len()))
            }
            _ => (&tokens[..], &[][..]),
        };
        let mut found = self.follow(vec![self.0], before);
        if before.len() == OPERATION_PART && tokens.first() == Some(&"paths") {
            found = found
                .into_iter()
                .flat_map(|value| self.schemas_in(value))
                .collect();
        }
        self.follow(found, after)
    }

    fn follow(&self, mut found: Vec<&'a Value>, tokens: &[&str]) -> Vec<&'a Value> {
        for token in tokens {
            let token = pointer::unescape(token);
            let wide = found.into_iter().flat_map(|value| self.with_parts(value));
            found = wide.filter_map(|value| member(value, &token)).collect();
        }
        found
    }

    /// The value itself, what it refers to, and its parts and branches.
    fn with_parts(&self, value: &'a Value) -> Vec<&'a Value> {
        let mut all = vec![value];
        self.parts(value, &mut all, DEEPEST);
        all
    }

    fn parts(&self, value: &'a Value, all: &mut Vec<&'a Value>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let branches = ["allOf", "anyOf", "oneOf"]
            .into_iter()
            .filter_map(|keyword| value.get(keyword)?.as_array())
            .flatten();
        for part in self.target(value).into_iter().chain(branches) {
            if !all.iter().any(|known| std::ptr::eq(*known, part)) {
                all.push(part);
                self.parts(part, all, depth);
            }
        }
    }

    /// The schemas of the parameters, the body or the responses of an operation.
    fn schemas_in(&self, value: &'a Value) -> Vec<&'a Value> {
        let mut found = Vec::new();
        self.collect(value, &mut found, DEEPEST);
        found
    }

    fn collect(&self, value: &'a Value, found: &mut Vec<&'a Value>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.collect(item, found, depth)),
            Value::Object(members) => {
                if let Some(target) = self.target(value) {
                    self.collect(target, found, depth);
                }
                for (key, value) in members {
                    match key.as_str() {
                        "schema" => found.push(value),
                        "example" | "examples" | "headers" | "links" => {}
                        key if key.starts_with("x-") => {}
                        _ => self.collect(value, found, depth),
                    }
                }
            }
            _ => {}
        }
    }

    fn target(&self, value: &Value) -> Option<&'a Value> {
        let pointer = pointer::of_reference(value.get("$ref")?.as_str()?)?;
        self.0.pointer(&pointer)
    }

    /// Returns whether a schema says more about a value than that it is any value, or any object.
    fn says_more(&self, schema: &Value, any: AnyJson, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        let Some(members) = schema.as_object() else {
            return schema == &Value::Bool(false);
        };
        let more = |schema: &Value| self.says_more(schema, any, depth);
        let more_of_parts = |schema: &Value| self.says_more(schema, AnyJson::Value, depth);
        members
            .iter()
            .any(|(keyword, value)| match (keyword.as_str(), value) {
                ("$ref", _) => self.target(schema).is_some_and(more),
                ("type", _) => !is_any_type(value, any),
                ("enum" | "const", _) => true,
                ("allOf", Value::Array(parts)) => parts.iter().any(more),
                // If one branch accepts anything, so does the whole.
                ("anyOf" | "oneOf", Value::Array(branches)) => {
                    !branches.is_empty() && branches.iter().all(more)
                }
                ("properties" | "patternProperties", Value::Object(members)) => !members.is_empty(),
                ("required" | "prefixItems", Value::Array(items)) => !items.is_empty(),
                ("additionalProperties" | "unevaluatedProperties" | "items", value) => more_of_parts(value),
                _ => false,
            })
    }
}

/// How many tokens lead to `parameters`, `requestBody` or `responses`: `/paths/~1orders/get/responses`.
const OPERATION_PART: usize = 4;

/// Tokens that follow such a part when the pointer leaves out the place of the schema.
const IN_SCHEMAS: [&str; 3] = ["additionalProperties", "items", "properties"];

fn member<'a>(value: &'a Value, token: &str) -> Option<&'a Value> {
    match value {
        Value::Object(members) => members.get(token),
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        _ => None,
    }
}

/// Returns whether the types allow any value, or any object. `integer` is included in `number`.
fn is_any_type(types: &Value, any: AnyJson) -> bool {
    let all: &[&str] = match any {
        AnyJson::Value => &["array", "boolean", "number", "object", "string"],
        AnyJson::Object => &["object"],
    };
    match types {
        Value::String(name) => all == [name.as_str()],
        Value::Array(names) => all.iter().all(|name| names.iter().any(|given| given == name)),
        _ => true,
    }
}
