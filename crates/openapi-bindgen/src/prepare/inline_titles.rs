//! Removes the title from every schema that is not a component. typify names types after titles, and FastAPI
//! gives each field its name as a title, so the types would be called `types::Type`, `types::Name` and
//! `types::Error`. Without a title, a type is named after its place: `TaskResponseError`.

use openapi_downconvert::{Change, Loss};
use serde_json::Value;

use super::{change, operations};
use crate::Error;

pub(super) const PASS: &str = "inline-titles";

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) -> Result<(), Error> {
    let mut pass = Pass { removed: 0 };
    if let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        for schema in schemas.values_mut() {
            pass.below(schema);
        }
    }
    for operation in operations(document)? {
        for (key, value) in operation.value {
            if matches!(key.as_str(), "parameters" | "requestBody" | "responses") {
                pass.schemas_in(value);
            }
        }
    }
    if pass.removed > 0 {
        let note = format!(
            "{} titles of inline schemas are left out, so that types are named by place",
            pass.removed
        );
        changes.push(change(PASS, "/components/schemas", Loss::None, note));
    }
    Ok(())
}

struct Pass {
    removed: usize,
}

impl Pass {
    /// Finds the schemas in a parameter, body or response, which are the members `schema` at any depth.
    fn schemas_in(&mut self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.schemas_in(item)),
            Value::Object(members) => {
                for (key, value) in members {
                    match key.as_str() {
                        "schema" => self.schema(value),
                        "example" | "examples" => {}
                        _ => self.schemas_in(value),
                    }
                }
            }
            _ => {}
        }
    }

    fn schema(&mut self, schema: &mut Value) {
        if let Some(object) = schema.as_object_mut()
            && object.shift_remove("title").is_some()
        {
            self.removed += 1;
        }
        self.below(schema);
    }

    fn below(&mut self, schema: &mut Value) {
        let Some(object) = schema.as_object_mut() else {
            return;
        };
        for (keyword, value) in object {
            match (keyword.as_str(), value) {
                ("items" | "not" | "additionalProperties", value) => self.schema(value),
                ("properties", Value::Object(members)) => {
                    members.values_mut().for_each(|member| self.schema(member))
                }
                ("allOf" | "anyOf" | "oneOf", Value::Array(branches)) => {
                    branches.iter_mut().for_each(|branch| self.schema(branch));
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_property_called_title_is_no_title() {
        let schema = |title: Value| {
            let mut schema = json!({
                "type": "object", "title": "Book",
                "properties": { "title": { "type": "string" }, "type": { "type": "string" } },
            });
            if !title.is_null() {
                schema["properties"]["title"]["title"] = title;
            }
            schema
        };
        let document = |book| json!({ "paths": {}, "components": { "schemas": { "Book": book } } });
        let mut given = document(schema(json!("Title")));
        let mut changes = Vec::new();
        run(&mut given, &mut changes).unwrap();
        assert_eq!(given, document(schema(Value::Null)));
        assert_eq!(changes.len(), 1);
    }
}
