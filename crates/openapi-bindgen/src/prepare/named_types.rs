//! Gives a place of the document the type that a marker names, by replacing its schema with a reference to
//! the component of that name. So an id can have its own type, which a hand-written type may replace, where
//! the document says `integer` or `string`.

use openapi_downconvert::{Change, Loss};
use serde_json::{Map, Value, json};

use super::{change, nullable::without_null, schema_pointer, schemas::each_schema};

pub(super) const PASS: &str = "named-types";

/// `marker` is the name of the extension member.
pub(super) fn run(document: &mut Value, marker: &str, changes: &mut Vec<Change>) {
    let mut components: Map<String, Value> = Map::new();
    each_schema(document, &mut |schema, pointer| {
        let Some(Value::String(name)) = schema.shift_remove(marker) else {
            return;
        };
        let mut given = Value::Object(std::mem::take(schema));
        let is_nullable = without_null(&mut given);
        let mut kept = Map::new();
        if let Some(given) = given.as_object_mut() {
            given.shift_remove("title");
            for keyword in ["description", "default", "deprecated"] {
                kept.extend(
                    given
                        .shift_remove(keyword)
                        .map(|value| (keyword.to_owned(), value)),
                );
            }
        }
        if is_nullable {
            kept.insert("nullable".to_owned(), json!(true));
        }
        let reference = format!("#{}", schema_pointer(&name));
        if kept.is_empty() {
            kept.insert("$ref".to_owned(), reference.into());
        } else {
            kept.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
        }
        *schema = kept;
        let note = format!("has the type {name}");
        changes.push(change(PASS, pointer, Loss::None, note));
        components.entry(name).or_insert(given);
    });
    if components.is_empty() {
        return;
    }
    let schemas = document
        .as_object_mut()
        .map(|document| document.entry("components").or_insert_with(|| json!({})))
        .and_then(Value::as_object_mut)
        .map(|all| all.entry("schemas").or_insert_with(|| json!({})))
        .and_then(Value::as_object_mut);
    if let Some(schemas) = schemas {
        for (name, schema) in components {
            schemas.entry(name).or_insert(schema);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_schema_is_a_reference_that_keeps_its_words_and_null() {
        let mut document = json!({ "components": { "schemas": { "Order": { "properties": {
            "id": { "type": "integer", "title": "Id", "description": "Its number.", "x-type": "OrderId" },
            "before": { "anyOf": [{ "type": "integer" }, { "enum": [null] }], "x-type": "OrderId" },
            "all": { "type": "array", "items": { "type": "integer", "x-type": "OrderId" } },
        } } } } });
        let mut changes = Vec::new();
        run(&mut document, "x-type", &mut changes);
        let reference = json!({ "$ref": "#/components/schemas/OrderId" });
        assert_eq!(
            document["components"]["schemas"],
            json!({
                "Order": { "properties": {
                    "id": { "description": "Its number.", "allOf": [reference] },
                    "before": { "nullable": true, "allOf": [reference] },
                    "all": { "type": "array", "items": reference },
                } },
                "OrderId": { "type": "integer" },
            })
        );
        assert_eq!(changes.len(), 3);
    }
}
