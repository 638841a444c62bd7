//! Makes a component of every schema that needs a named type: objects with members, enums and unions. typify
//! would name them too, after their place, but it does not check whether another type has the name, and
//! treats two types of the same name as one.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use openapi_document::pointer;
use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{
    super::{change, operations, schema_pointer},
    Object,
    names::{TypeNames, free},
    tags::MARK,
    walk::{components, is_nullable, refer, reference, type_of},
};
use crate::rust_name;

pub(super) const PASS: &str = "inline-types";

/// Returns the place of each type that it makes. `names` has the names of the components so far.
pub(super) fn run(
    document: &mut Value,
    names: &TypeNames,
    changes: &mut Vec<Change>,
) -> BTreeMap<String, String> {
    let mut places: BTreeMap<String, String> = names
        .iter()
        .map(|(given, rust)| (rust.clone(), schema_pointer(given)))
        .collect();
    let Some(schemas) = components(document) else {
        return places;
    };
    let mut pass = Pass {
        taken: schemas.keys().cloned().collect(),
        made: Object::new(),
        given: Object::new(),
        places: BTreeMap::new(),
    };
    let names: Vec<String> = schemas.keys().cloned().collect();
    for name in &names {
        if let Some(schema) = schemas.get_mut(name).and_then(Value::as_object_mut) {
            let place = places.get(name).cloned().unwrap_or_default();
            pass.component(schema, name, &place);
        }
    }
    of_operations(document, &mut pass);
    let made = pass.made.len();
    if let Some(schemas) = components(document) {
        schemas.extend(pass.made);
    }
    if made > 0 {
        let note = format!("{made} schemas within others are components of their own");
        changes.push(change(PASS, "/components/schemas", Loss::None, note));
    }
    places.extend(pass.places);
    places
}

/// Uses the names that progenitor would give.
fn of_operations(document: &mut Value, pass: &mut Pass) {
    let Ok(operations) = operations(document) else {
        return;
    };
    for operation in operations {
        let id = operation
            .value
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let place = operation.pointer;
        for (key, value) in operation.value.iter_mut() {
            match (key.as_str(), value) {
                ("parameters", Value::Array(parameters)) => {
                    for parameter in parameters {
                        let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
                        let name = format!("{id}-{name}");
                        pass.schema_in(parameter, &name, &format!("{place}/parameters"));
                    }
                }
                ("requestBody", body) => {
                    pass.content(body, &format!("{id}-body"), &format!("{place}/requestBody"))
                }
                ("responses", Value::Object(responses)) => {
                    for response in responses.values_mut() {
                        pass.content(response, &format!("{id}-response"), &format!("{place}/responses"));
                    }
                }
                _ => {}
            }
        }
    }
}

struct Pass {
    taken: BTreeSet<String>,
    made: Object,
    /// The made schemas as they were at their places. Equal schemas with the same name are one type.
    given: Object,
    /// Their places.
    places: BTreeMap<String, String>,
}

impl Pass {
    fn content(&mut self, body: &mut Value, name: &str, place: &str) {
        if let Some(content) = body.get_mut("content").and_then(Value::as_object_mut) {
            for media in content.values_mut() {
                self.schema_in(media, name, place);
            }
        }
    }

    fn schema_in(&mut self, holder: &mut Value, name: &str, place: &str) {
        if let Some(schema) = holder.get_mut("schema").and_then(Value::as_object_mut) {
            self.place(schema, &rust_name::pascal(name), place);
        }
    }

    /// A component already has a name; schemas inside it may need one.
    fn component(&mut self, schema: &mut Object, name: &str, place: &str) {
        if is_nullable(schema) && needs_name(schema) {
            let mut inner = std::mem::take(schema);
            inner.shift_remove("nullable");
            schema.insert("nullable".to_owned(), json!(true));
            let inner = self.component_of(inner, &format!("{name}Inner"), place);
            schema.insert("allOf".to_owned(), json!([refer(&inner)]));
        } else {
            self.inside(schema, name, place);
        }
    }

    /// Visits what is below a schema that is, or becomes, the type with this name.
    fn inside(&mut self, schema: &mut Object, name: &str, place: &str) {
        if let Some(members) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            for (member, schema) in members {
                let inner = rust_name::pascal(&format!("{name}_{}", member.to_snake_case()));
                let place = format!("{place}/properties/{}", pointer::escape(member));
                self.value(schema, &inner, &place);
            }
            if let Some(further) = schema.get_mut("additionalProperties") {
                self.value(
                    further,
                    &format!("{name}ExtraValue"),
                    &format!("{place}/additionalProperties"),
                );
            }
        } else if let Some(values) = schema.get_mut("additionalProperties") {
            self.value(
                values,
                &format!("{name}Value"),
                &format!("{place}/additionalProperties"),
            );
        }
        if let Some(items) = schema.get_mut("items") {
            self.value(items, &format!("{name}Item"), &format!("{place}/items"));
        }
        if let Some(branches) = schema.get_mut("oneOf").and_then(Value::as_array_mut) {
            for (index, branch) in branches.iter_mut().enumerate() {
                let schema = branch.get(MARK).and_then(|mark| mark["implied"].as_str());
                let inner = match schema {
                    Some(schema) => format!("{name}{}", rust_name::pascal(schema)),
                    None => format!("{name}Variant{index}"),
                };
                self.value(branch, &inner, place);
            }
        }
    }

    fn value(&mut self, schema: &mut Value, name: &str, place: &str) {
        if let Some(schema) = schema.as_object_mut() {
            self.place(schema, name, place);
        }
    }

    /// Visits a schema at a place that its type would be named after.
    fn place(&mut self, schema: &mut Object, name: &str, place: &str) {
        if !needs_name(schema) {
            self.inside(schema, name, place);
            return;
        }
        let mut inner = std::mem::take(schema);
        let mut here = Object::new();
        for keyword in ["nullable", "default", MARK] {
            here.extend(
                inner
                    .shift_remove(keyword)
                    .map(|value| (keyword.to_owned(), value)),
            );
        }
        // The type is described in the same places.
        here.extend(
            inner
                .get("description")
                .map(|text| ("description".to_owned(), text.clone())),
        );
        let made = refer(&self.component_of(inner, name, place));
        if here.is_empty() {
            *schema = made;
        } else {
            here.insert("allOf".to_owned(), json!([made]));
            *schema = here;
        }
    }

    fn component_of(&mut self, mut schema: Object, name: &str, place: &str) -> String {
        let given = Value::Object(schema.clone());
        if self.given.get(name) == Some(&given) {
            return name.to_owned();
        }
        let name = free(name, &mut self.taken);
        self.given.insert(name.clone(), given);
        self.places.insert(name.clone(), place.to_owned());
        self.inside(&mut schema, &name, place);
        self.made.insert(name.clone(), Value::Object(schema));
        name
    }
}

fn needs_name(schema: &Object) -> bool {
    reference(schema).is_none()
        && (schema.contains_key("oneOf")
            || type_of(schema) == Some("object") && schema.contains_key("properties")
            || type_of(schema) == Some("string") && schema.contains_key("enum"))
}
