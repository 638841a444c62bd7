//! Checks a value against a schema of the document (JSON Schema 2020-12, as in OpenAPI 3.1), and reads text
//! (path, query, headers) as the type that its schema asks for. `inspect` decides what is checked, and
//! `exchange` what follows from a finding.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jsonschema::{
    Draft, JsonType, Registry, Resource, ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind},
};
use openapi_document::pointer;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::wording::{self, Wording};

/// The name of the document for the validators. Nothing is ever fetched from it.
const BASE: &str = "urn:databar:openapi.json";

/// Something that a schema does not allow.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Finding {
    /// The place: names of fields and positions in lists.
    pub(crate) place: Vec<Value>,
    pub(crate) wording: Wording,
    /// The value at that place; null if it is long.
    pub(crate) input: Value,
}

pub(crate) struct Schemas {
    document: Value,
    registry: Registry<'static>,
    /// Compiled at first use, so that a test with three operations does not wait for all schemas.
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

impl std::fmt::Debug for Schemas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Schemas").finish_non_exhaustive()
    }
}

impl Schemas {
    pub(crate) fn new(document: Value) -> Result<Self, String> {
        let resource = Resource::from_contents(document.clone());
        let registry = Registry::new()
            .draft(Draft::Draft202012)
            .add(BASE, resource)
            .and_then(|registry| registry.prepare())
            .map_err(|error| error.to_string())?;
        Ok(Self {
            document,
            registry,
            compiled: Mutex::default(),
        })
    }

    /// What is wrong with a value according to the schema at a pointer. Of many findings, only the first are
    /// returned.
    pub(crate) fn check(&self, schema: &str, value: &Value) -> Vec<Finding> {
        match self.validator(schema) {
            Ok(validator) => {
                let findings = validator
                    .iter_errors(value)
                    .flat_map(|error| self.explain(value, &error));
                one_for_each_place(findings.take(MOST_FINDINGS))
            }
            Err(message) => vec![Finding {
                place: Vec::new(),
                wording: Wording::new("value_error", message),
                input: Value::Null,
            }],
        }
    }

    pub(crate) fn validator(&self, schema: &str) -> Result<Arc<Validator>, String> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = compiled.get(schema) {
            return Ok(Arc::clone(validator));
        }
        let reference = pointer::to_reference(schema);
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(&self.registry)
            .should_validate_formats(true)
            // The service takes every spelling of a UUID that pydantic takes.
            .with_format("uuid", |text| Uuid::parse_str(text).is_ok())
            .offline()
            .build(&json!({ "$ref": format!("{BASE}{reference}") }))
            .map_err(|error| format!("the schema at `{schema}` cannot be used: {error}"))?;
        let validator = Arc::new(validator);
        compiled.insert(schema.to_owned(), Arc::clone(&validator));
        Ok(validator)
    }

    /// Reads text as the first of the schema's types that it can be read as, or else as a string.
    pub(crate) fn read_text(&self, schema: Option<&str>, text: &str) -> Value {
        let schema = schema.and_then(|pointer| self.document.pointer(pointer));
        let types = schema.map(|schema| self.types(schema, 0)).unwrap_or_default();
        let read = |name: &&str| match *name {
            "integer" => whole(text).map(Value::from),
            "number" => text
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
                .map(Value::from),
            "boolean" => truth(text).map(Value::from),
            _ => None,
        };
        types.iter().find_map(read).unwrap_or_else(|| text.into())
    }

    /// Rewrites `1.0`, which counts as an integer, as `1` wherever the schema asks for an integer. A number
    /// beyond 64 bits becomes the nearest one that fits: either way it matches nothing and exceeds every
    /// limit.
    pub(crate) fn write_integers(&self, schema: &str, value: &mut Value) {
        if let Some(schema) = self.document.pointer(schema) {
            self.rewrite(schema, value, 0);
        }
    }

    fn rewrite(&self, schema: &Value, value: &mut Value, references: usize) {
        if let Some(target) = self.target(schema)
            && references < MOST_REFERENCES
        {
            self.rewrite(target, value, references + 1);
        }
        for part in parts(schema) {
            self.rewrite(part, value, references);
        }
        match value {
            Value::Number(number) if names(schema).contains(&"integer") => {
                let whole = number.as_f64().filter(|number| number.fract() == 0.0);
                if let Some(whole) = whole.filter(|_| number.as_i64().is_none()) {
                    *value = (whole as i64).into();
                }
            }
            Value::Array(items) => {
                if let Some(schema) = schema.get("items") {
                    items.iter_mut().for_each(|item| self.rewrite(schema, item, 0));
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    let named = schema["properties"].get(name);
                    if let Some(schema) = named.or_else(|| schema.get("additionalProperties")) {
                        self.rewrite(schema, member, 0);
                    }
                }
            }
            _ => {}
        }
    }

    /// The schema that a schema refers to.
    fn target(&self, schema: &Value) -> Option<&Value> {
        self.document
            .pointer(&pointer::of_reference(schema["$ref"].as_str()?)?)
    }

    fn types<'a>(&'a self, schema: &'a Value, references: usize) -> Vec<&'a str> {
        let mut types = names(schema);
        for part in parts(schema) {
            types.extend(self.types(part, references));
        }
        if let Some(target) = self.target(schema)
            && references < MOST_REFERENCES
        {
            types.extend(self.types(target, references + 1));
        }
        types
    }

    /// The findings behind an error. A failed union only says that no branch fits, so the findings of the
    /// closest branch are used: that is the branch that the sender meant.
    fn explain(&self, whole: &Value, error: &ValidationError<'_>) -> Vec<Finding> {
        let base = error.instance_path();
        if let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } =
            error.kind()
        {
            let distance = |branch: &&Vec<ValidationError<'static>>| {
                let refused = branch.iter().find_map(|inner| match inner.kind() {
                    ValidationErrorKind::Type { kind } if inner.instance_path() == base => Some(kind),
                    _ => None,
                });
                let is_null = matches!(refused, Some(TypeKind::Single(JsonType::Null)));
                (refused.is_some(), is_null, branch.len())
            };
            if let Some(branch) = context.iter().min_by_key(distance) {
                return branch
                    .iter()
                    .flat_map(|inner| self.explain(whole, inner))
                    .collect();
            }
        }
        let input = error.instance();
        let wording = wording::of(error.kind(), input, self.expects_model(error));
        let mut place = steps(whole, base.as_str());
        if let ValidationErrorKind::Required { property } = error.kind() {
            place.push(property.clone());
        }
        // The value itself may be long, and the caller knows it, so the text names only the rule.
        let wording = wording.unwrap_or_else(|| Wording::new("value_error", error.masked().to_string()));
        vec![Finding {
            place,
            wording,
            input: if is_short(input) {
                input.clone().into_owned()
            } else {
                Value::Null
            },
        }]
    }

    /// Whether the schema that failed lists fields.
    fn expects_model(&self, error: &ValidationError<'_>) -> bool {
        let failed = error.absolute_keyword_location().and_then(|place| {
            let keyword = pointer::of_reference(&format!("#{}", place.fragment()?))?;
            let (schema, _keyword) = keyword.rsplit_once('/')?;
            self.document.pointer(schema)
        });
        failed.is_some_and(|schema| schema.get("properties").is_some())
    }
}

/// The maximum number of findings about a value, so that a list of a million wrong elements does not give a
/// million findings.
const MOST_FINDINGS: usize = 100;

/// Keeps one finding for each place, as pydantic does: of a type and a list of literals, it checks the
/// literals.
fn one_for_each_place(findings: impl Iterator<Item = Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        match kept.iter_mut().find(|one| one.place == finding.place) {
            None => kept.push(finding),
            Some(one) if finding.wording.rule == "literal_error" => *one = finding,
            Some(_) => {}
        }
    }
    kept
}

/// Whether a value is short enough to be shown in an answer.
fn is_short(value: &Value) -> bool {
    fn fits(value: &Value, room: &mut usize) -> bool {
        let size = match value {
            Value::String(text) => text.len(),
            _ => 1,
        };
        *room = room.saturating_sub(size);
        *room > 0
            && match value {
                Value::Array(items) => items.iter().all(|item| fits(item, room)),
                Value::Object(members) => members
                    .iter()
                    .all(|(name, member)| fits(member, room) && name.len() <= *room),
                _ => true,
            }
    }
    fits(value, &mut 10_000)
}

/// A longer chain of references is taken to be circular.
const MOST_REFERENCES: usize = 16;

/// The steps of a JSON pointer into a value. Digits are a position in a list, but a name in an object.
fn steps(value: &Value, pointer: &str) -> Vec<Value> {
    let mut at = Some(value);
    pointer::names(pointer)
        .map(|step| {
            let position = at
                .filter(|at| at.is_array())
                .and_then(|_| step.parse::<usize>().ok());
            at = match position {
                Some(position) => at.and_then(|at| at.get(position)),
                None => at.and_then(|at| at.get(&*step)),
            };
            position.map_or_else(|| step.as_ref().into(), Value::from)
        })
        .collect()
}

/// The types that a schema names itself.
fn names(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The schemas that a schema is composed of.
fn parts(schema: &Value) -> impl Iterator<Item = &Value> {
    ["anyOf", "oneOf", "allOf"]
        .iter()
        .filter_map(|key| schema[*key].as_array())
        .flatten()
}

/// Parses an integer as pydantic does: `12`, ` 12 ` and `12.0`. A number beyond 64 bits becomes the nearest
/// one that fits.
fn whole(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = match text.split_once('.') {
        Some((digits, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => digits,
        _ => text,
    };
    let unsigned = digits.trim_start_matches(['-', '+']);
    let is_number = !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit());
    let nearest = || Some(digits.parse::<f64>().ok()? as i64);
    digits.parse().ok().or_else(|| is_number.then(nearest).flatten())
}

/// Parses a boolean as pydantic does.
fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schemas() -> Schemas {
        Schemas::new(json!({
            "components": { "schemas": {
                "Lead": {
                    "type": "object",
                    "required": ["email"],
                    "properties": {
                        "email": { "type": "string" },
                        "next": { "anyOf": [{ "$ref": "#/components/schemas/Lead" }, { "type": "null" }] },
                    },
                },
                "Page": { "anyOf": [{ "type": "integer", "minimum": 1 }, { "type": "null" }] },
            }},
            "paths": { "/v1/{id}": { "get": { "schema": { "$ref": "#/components/schemas/Lead" } } } },
        }))
        .unwrap()
    }

    fn places(findings: &[Finding]) -> Value {
        findings
            .iter()
            .map(|found| json!([found.place, found.wording.rule]))
            .collect()
    }

    #[test]
    fn references_are_followed_from_any_place_and_findings_point_into_the_branch_that_was_meant() {
        let schemas = schemas();
        let schema = "/paths/~1v1~1{id}/get/schema";
        assert_eq!(schemas.check(schema, &json!({ "email": "a", "next": null })), []);
        for (value, place, rule) in [
            (
                json!({ "email": "a", "next": { "email": 1 } }),
                json!(["next", "email"]),
                "string_type",
            ),
            (json!({}), json!(["email"]), "missing"),
            (
                json!({ "email": "a", "next": 1 }),
                json!(["next"]),
                "model_attributes_type",
            ),
            (json!([]), json!([]), "model_attributes_type"),
        ] {
            assert_eq!(
                places(&schemas.check(schema, &value)),
                json!([[place, rule]]),
                "{value}"
            );
        }
        let page = "/components/schemas/Page";
        for (value, rule) in [
            (json!("one"), "int_parsing"),
            (json!(0), "greater_than_equal"),
            (json!(1.5), "int_from_float"),
        ] {
            assert_eq!(
                places(&schemas.check(page, &value)),
                json!([[[], rule]]),
                "{value}"
            );
        }
    }

    #[test]
    fn digits_are_a_position_in_a_list_and_a_name_in_an_object() {
        let value = json!([{ "0": [{ "a/b": 1 }] }]);
        assert_eq!(
            steps(&value, "/0/0/0/a~1b"),
            [json!(0), json!("0"), json!(0), json!("a/b")]
        );
    }

    #[test]
    fn a_value_that_is_not_one_of_the_literals_is_one_finding() {
        let schemas = Schemas::new(json!({ "Launch": { "type": "string", "enum": ["a", "b"] } })).unwrap();
        for wrong in [json!("c"), json!(null)] {
            assert_eq!(
                places(&schemas.check("/Launch", &wrong)),
                json!([[[], "literal_error"]])
            );
        }
    }

    #[test]
    fn a_schema_that_is_not_there_is_a_finding() {
        assert_eq!(
            places(&schemas().check("/components/schemas/None", &json!(1))),
            json!([[[], "value_error"]])
        );
    }

    #[test]
    fn text_is_read_as_its_schema_asks() {
        let schemas = schemas();
        let page = Some("/components/schemas/Page");
        assert_eq!(schemas.read_text(page, "12"), json!(12));
        assert_eq!(schemas.read_text(page, "12.0"), json!(12));
        assert_eq!(schemas.read_text(page, "12.5"), json!("12.5"));
        assert_eq!(schemas.read_text(page, &"9".repeat(30)), json!(i64::MAX));
        assert_eq!(schemas.read_text(page, "twelve"), json!("twelve"));
        assert_eq!(schemas.read_text(None, "12"), json!("12"));
    }

    #[test]
    fn whole_numbers_are_integers_where_the_schema_asks_for_one() {
        let schemas = Schemas::new(json!({ "Batch": {
            "type": "object",
            "properties": {
                "pages": { "anyOf": [{ "type": "integer" }, { "type": "null" }] },
                "ids": { "type": "array", "items": { "$ref": "#/Id" } },
                "cells": { "type": "object", "additionalProperties": true },
            },
        }, "Id": { "type": "integer" } }))
        .unwrap();
        let mut value = json!({ "pages": 1.0, "ids": [2.0, 2.5, -1e300, u64::MAX], "cells": { "a": 3.0 } });
        schemas.write_integers("/Batch", &mut value);
        assert_eq!(
            value,
            json!({ "pages": 1, "ids": [2, 2.5, i64::MIN, i64::MAX], "cells": { "a": 3.0 } })
        );
    }
}
