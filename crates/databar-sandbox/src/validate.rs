//! Checks of one value against one schema of the document (JSON Schema 2020-12, as OpenAPI 3.1 has it), and the
//! reading of text (path, query, headers) as the type that its schema asks for. What is checked, and what follows from
//! a finding, is decided in `exchange`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jsonschema::{Draft, Registry, Resource, ValidationError, Validator, error::ValidationErrorKind};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

/// The name under which the document is known to the validators; nothing is ever fetched from it.
const BASE: &str = "urn:databar:openapi.json";
/// What a JSON pointer may hold and a URI fragment may not.
const FRAGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// How many errors of one value are listed.
const MAX_FINDINGS: usize = 100;

/// Something that a schema does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Where in the value, as a JSON pointer.
    pub(crate) pointer: String,
    /// The keyword of the schema that failed.
    pub(crate) keyword: String,
    pub(crate) message: String,
}

pub(crate) struct Schemas {
    document: Value,
    registry: Registry<'static>,
    /// Compiled at the first use: a test that needs three operations does not wait for all.
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

    /// All that is wrong with a value under the schema at a pointer.
    pub(crate) fn check(&self, schema: &str, value: &Value) -> Vec<Finding> {
        match self.validator(schema) {
            Ok(validator) => validator
                .iter_errors(value)
                // A body can be wrong in a million places.
                .take(MAX_FINDINGS)
                .flat_map(|error| explain(&error))
                .collect(),
            Err(message) => vec![Finding {
                pointer: String::new(),
                keyword: "schema".into(),
                message,
            }],
        }
    }

    pub(crate) fn validator(&self, schema: &str) -> Result<Arc<Validator>, String> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = compiled.get(schema) {
            return Ok(Arc::clone(validator));
        }
        let fragment = utf8_percent_encode(schema, FRAGMENT);
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .offline()
            .build(&json!({ "$ref": format!("{BASE}#{fragment}") }))
            .map_err(|error| format!("the schema at `{schema}` cannot be used: {error}"))?;
        let validator = Arc::new(validator);
        compiled.insert(schema.to_owned(), Arc::clone(&validator));
        Ok(validator)
    }

    /// Text as the first of the types that the schema allows and that it can be read as, else as the text itself.
    pub(crate) fn read_text(&self, schema: Option<&str>, text: &str) -> Value {
        let schema = schema.and_then(|pointer| self.document.pointer(pointer));
        let types = schema.map(|schema| self.types(schema, 0)).unwrap_or_default();
        let read = |name: &&str| match *name {
            "integer" => text.parse::<i64>().ok().map(Value::from),
            "number" => text
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
                .map(Value::from),
            "boolean" => text.parse::<bool>().ok().map(Value::from),
            _ => None,
        };
        types.iter().find_map(read).unwrap_or_else(|| text.into())
    }

    fn types<'a>(&'a self, schema: &'a Value, depth: usize) -> Vec<&'a str> {
        // A schema nested deeper than this refers to itself.
        if depth > 16 {
            return Vec::new();
        }
        let mut types: Vec<&str> = match &schema["type"] {
            Value::String(name) => vec![name],
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let target = schema["$ref"]
            .as_str()
            .and_then(|reference| reference.strip_prefix('#'))
            .and_then(|pointer| self.document.pointer(pointer));
        let members = ["anyOf", "oneOf", "allOf"]
            .iter()
            .filter_map(|key| schema[*key].as_array())
            .flatten();
        for part in members.chain(target) {
            types.extend(self.types(part, depth + 1));
        }
        types
    }
}

/// The findings behind an error. A failed union says no more than "no branch fits": the branch that came furthest is
/// what the sender meant.
fn explain(error: &ValidationError<'_>) -> Vec<Finding> {
    let base = error.instance_path().as_str();
    if let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } =
        error.kind()
    {
        let meant = context.iter().filter(|branch| {
            !branch.iter().any(|inner| {
                matches!(inner.kind(), ValidationErrorKind::Type { .. })
                    && inner.instance_path().as_str() == base
            })
        });
        if let Some(branch) = meant.min_by_key(|branch| branch.len()) {
            return branch.iter().flat_map(explain).collect();
        }
    }
    let (pointer, message) = match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            (
                format!("{base}/{}", crate::document::escape(name)),
                "Field required".to_owned(),
            )
        }
        // The value itself may be long, and it is the caller's: the text names the rule.
        _ => (base.to_owned(), error.masked().to_string()),
    };
    vec![Finding {
        pointer,
        keyword: error.kind().keyword().to_owned(),
        message,
    }]
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

    #[test]
    fn references_are_followed_from_any_place_and_findings_point_into_the_branch_that_was_meant() {
        let schemas = schemas();
        let schema = "/paths/~1v1~1{id}/get/schema";
        assert_eq!(schemas.check(schema, &json!({ "email": "a", "next": null })), []);
        let findings = schemas.check(schema, &json!({ "email": "a", "next": { "email": 1 } }));
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(
            (findings[0].pointer.as_str(), findings[0].keyword.as_str()),
            ("/next/email", "type")
        );
        let findings = schemas.check(schema, &json!({}));
        assert_eq!(
            (findings[0].pointer.as_str(), findings[0].keyword.as_str()),
            ("/email", "required")
        );
    }

    #[test]
    fn a_schema_that_is_not_there_is_a_finding() {
        assert_eq!(
            schemas().check("/components/schemas/None", &json!(1))[0].keyword,
            "schema"
        );
    }

    #[test]
    fn text_is_read_as_its_schema_asks() {
        let schemas = schemas();
        let page = Some("/components/schemas/Page");
        assert_eq!(schemas.read_text(page, "12"), json!(12));
        assert_eq!(schemas.read_text(page, "twelve"), json!("twelve"));
        assert_eq!(schemas.read_text(None, "12"), json!("12"));
    }
}
