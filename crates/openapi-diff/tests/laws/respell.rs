//! Writing the same schema differently is not a change.

use proptest::{prelude::*, sample::Index};
use serde_json::{Map, Value, json};

use crate::{compare, generate, verdicts};

/// An equivalent way to write a schema.
#[derive(Debug, Clone, Copy)]
enum Respelling {
    KeyOrder,
    Inline,
    RenameComponents,
    NullUnion,
    WrapInAllOf,
    SplitAllOf,
    Annotate,
}

fn respelling() -> impl Strategy<Value = Respelling> {
    prop::sample::select(vec![
        Respelling::KeyOrder,
        Respelling::Inline,
        Respelling::RenameComponents,
        Respelling::NullUnion,
        Respelling::WrapInAllOf,
        Respelling::SplitAllOf,
        Respelling::Annotate,
    ])
}

impl Respelling {
    fn apply(self, at: &Index, schema: &Value, components: &Value) -> Value {
        let document = generate::document(schema, components);
        match self {
            Self::KeyOrder => reversed(&document),
            Self::RenameComponents => renamed(&document),
            _ => {
                let mut schema = schema.clone();
                let places = generate::places(&schema);
                let place = &places[at.index(places.len())];
                if let Some(target) = schema.pointer_mut(place) {
                    *target = self.of_schema(target, components);
                }
                generate::document(&schema, components)
            }
        }
    }

    fn of_schema(self, schema: &Value, components: &Value) -> Value {
        let Some(members) = schema.as_object() else {
            return schema.clone();
        };
        match self {
            Self::Inline => match members.get("$ref").and_then(Value::as_str) {
                Some(reference) => {
                    let name = reference.rsplit('/').next().unwrap();
                    components[name].clone()
                }
                None => schema.clone(),
            },
            Self::NullUnion => null_respelt(members),
            Self::WrapInAllOf => json!({"allOf": [schema], "description": "the same"}),
            Self::SplitAllOf => split(members),
            Self::Annotate => {
                let mut annotated = members.clone();
                annotated.insert("description".to_owned(), json!("other words"));
                annotated.insert("examples".to_owned(), json!([1]));
                Value::Object(annotated)
            }
            Self::KeyOrder | Self::RenameComponents => schema.clone(),
        }
    }
}

fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .rev()
            .map(|(name, value)| (name.clone(), reversed(value)))
            .collect(),
        Value::Array(items) => items.iter().map(reversed).collect(),
        other => other.clone(),
    }
}

/// Renames every component, and updates everything that mentions names.
fn renamed(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let name = if generate::COMPONENTS.contains(&name.as_str()) {
                    format!("New{name}")
                } else {
                    name.clone()
                };
                (name, renamed(value))
            })
            .collect(),
        Value::Array(items) => items.iter().map(renamed).collect(),
        Value::String(text) => match text.strip_prefix("#/components/schemas/") {
            Some(name) => json!(format!("#/components/schemas/New{name}")),
            None => value.clone(),
        },
        other => other.clone(),
    }
}

/// `[T, null]` as a union, and a union with null as the other kind of union.
fn null_respelt(members: &Map<String, Value>) -> Value {
    let mut members = members.clone();
    if let Some(types) = members.get("type").and_then(Value::as_array).cloned() {
        let others: Vec<_> = types.iter().filter(|name| *name != "null").collect();
        let listed = members.contains_key("enum") || members.contains_key("const");
        if let ([only], true, false) = (&others[..], others.len() < types.len(), listed) {
            members.insert("type".to_owned(), (*only).clone());
            return json!({"anyOf": [{"type": "null"}, members]});
        }
    }
    if let Some([schema, nothing]) = members.get("anyOf").and_then(Value::as_array).map(Vec::as_slice) {
        let rejects_null = schema.get("type").is_some_and(Value::is_string);
        if *nothing == json!({"type": "null"}) && rejects_null && members.len() == 1 {
            return json!({"oneOf": [nothing, schema]});
        }
    }
    Value::Object(members)
}

/// One branch for each keyword that is independent of others.
fn split(members: &Map<String, Value>) -> Value {
    const ALONE: [&str; 10] = [
        "type",
        "minLength",
        "maxLength",
        "pattern",
        "minimum",
        "maximum",
        "required",
        "minProperties",
        "enum",
        "minItems",
    ];
    let (alone, rest): (Vec<_>, Vec<_>) = members
        .clone()
        .into_iter()
        .partition(|(keyword, _)| ALONE.contains(&keyword.as_str()));
    if alone.is_empty()
        || rest
            .iter()
            .any(|(keyword, _)| keyword == "$ref" || keyword == "allOf")
    {
        return Value::Object(members.clone());
    }
    let mut branches: Vec<_> = alone
        .into_iter()
        .map(|(keyword, value)| json!({ keyword: value }))
        .collect();
    branches.push(Value::Object(rest.into_iter().collect()));
    json!({"allOf": branches})
}

proptest! {
    #![proptest_config(generate::cases(300))]

    #[test]
    fn other_words_are_no_change(
        schema in generate::schema(),
        components in generate::components(),
        respelling in respelling(),
        at in any::<Index>(),
    ) {
        let old = generate::document(&schema, &components);
        let new = respelling.apply(&at, &schema, &components);
        for (old, new) in [(&old, &new), (&new, &old)] {
            let diff = compare(old, new);
            // The name of a component is documentation.
            let told: Vec<_> = diff.findings.iter().filter(|finding| finding.id != "api-schema-removed").collect();
            prop_assert!(told.is_empty(), "{respelling:?}\nold {old}\nnew {new}\n{told:#?}");
        }
    }

    #[test]
    fn other_words_hide_no_change(
        schema in generate::schema(),
        components in generate::components(),
        edit in generate::edit(),
        respelling in prop::sample::select(vec![Respelling::KeyOrder, Respelling::RenameComponents, Respelling::Annotate, Respelling::WrapInAllOf]),
        at in any::<Index>(),
    ) {
        let old = generate::document(&schema, &components);
        let edited = edit.apply(&schema);
        // If nothing else distinguishes branches, they are paired by the names of their components.
        if matches!(respelling, Respelling::RenameComponents) && edited.to_string().contains("Of\"") {
            return Err(TestCaseError::reject("names tell"));
        }
        let plain = compare(&old, &generate::document(&edited, &components));
        let respelt = compare(&old, &respelling.apply(&at, &edited, &components));
        let told = |diff| {
            let mut told = verdicts(diff);
            told.retain(|(_, id)| *id != "api-schema-removed");
            told.dedup();
            told.into_iter().map(|(level, id)| (level, id.to_owned())).collect::<Vec<_>>()
        };
        prop_assert_eq!(told(&plain), told(&respelt), "{:?}\nold {}\nnew {}\n{}", respelling, schema, edited, components);
    }

    #[test]
    fn the_name_of_a_path_parameter_is_no_change(schema in generate::schema(), components in generate::components(), a in "[a-z]{1,6}", b in "[a-z]{1,6}") {
        let document = |name: &str| json!({
            "openapi": "3.1.0",
            "info": {"title": "Test", "version": "next"},
            "paths": {format!("/things/{{{name}}}/parts"): {"get": {
                "parameters": [{"in": "path", "name": name, "required": true, "schema": schema}],
                "responses": {},
            }}},
            "components": {"schemas": components},
        });
        let diff = compare(&document(&a), &document(&b));
        prop_assert!(diff.findings.is_empty(), "{:#?}", diff.findings);
    }
}
