//! Generates schemas and small changes of them.

use proptest::{prelude::*, sample::Index};
use serde_json::{Map, Value, json};

/// The names of the components that all generated schemas may refer to.
pub(crate) const COMPONENTS: [&str; 3] = ["A", "B", "C"];

/// A schema with the members of several schemas.
fn merged(schemas: Vec<Value>) -> Value {
    let mut all = Map::new();
    for schema in schemas {
        if let Value::Object(members) = schema {
            all.extend(members);
        }
    }
    Value::Object(all)
}

fn count() -> impl Strategy<Value = u64> {
    0..4u64
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(vec!["a", "b", "ab", "abc", ""]).prop_map(Value::from),
        (-2..6i64).prop_map(Value::from),
        Just(json!(1.5)),
        any::<bool>().prop_map(Value::from),
    ]
}

fn string() -> impl Strategy<Value = Value> {
    let keywords = prop_oneof![
        count().prop_map(|count| json!({"minLength": count})),
        count().prop_map(|count| json!({"maxLength": count})),
        prop::sample::select(vec!["^a", "b$", ".*"]).prop_map(|pattern| json!({"pattern": pattern})),
        prop::sample::subsequence(vec!["a", "b", "ab"], 1..=3).prop_map(|values| json!({"enum": values})),
        prop::sample::select(vec!["a", "b"]).prop_map(|value| json!({"const": value})),
    ];
    prop::collection::vec(keywords, 0..3).prop_map(|mut all| {
        all.push(json!({"type": "string"}));
        merged(all)
    })
}

fn number() -> impl Strategy<Value = Value> {
    let keywords = prop_oneof![
        (-2..6i64).prop_map(|bound| json!({"minimum": bound})),
        (-2..6i64).prop_map(|bound| json!({"maximum": bound})),
        (-2..6i64).prop_map(|bound| json!({"exclusiveMinimum": bound})),
        (-2..6i64).prop_map(|bound| json!({"exclusiveMaximum": bound})),
        prop::sample::select(vec![json!(2.5), json!(1.0), json!(0)])
            .prop_map(|bound| json!({"maximum": bound})),
        prop::sample::select(vec![
            json!(1),
            json!(2),
            json!(3),
            json!(4),
            json!(0.5),
            json!(1.5),
            json!(2.0)
        ])
        .prop_map(|divisor| json!({"multipleOf": divisor})),
        prop::sample::subsequence(vec![json!(0), json!(1), json!(1.5), json!(2.0), json!(3)], 1..4)
            .prop_map(|values| json!({"enum": values})),
        prop::sample::select(vec![json!(1), json!(1.5), json!(2.0)])
            .prop_map(|value| json!({"const": value})),
    ];
    let types = prop::sample::select(vec![
        json!("integer"),
        json!("number"),
        json!(["integer", "null"]),
    ]);
    (types, prop::collection::vec(keywords, 0..3)).prop_map(|(types, mut all)| {
        all.push(json!({"type": types}));
        merged(all)
    })
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => string(),
        4 => number(),
        1 => Just(json!({"type": "boolean"})),
        1 => Just(json!({"type": ["string", "null"]})),
        1 => Just(json!({"type": ["integer", "string"]})),
        1 => Just(json!({})),
        1 => Just(json!({"type": "object"})),
        1 => prop::collection::vec(scalar(), 1..3).prop_map(|values| json!({"enum": values})),
        2 => prop::sample::select(COMPONENTS.to_vec())
            .prop_map(|name| json!({"$ref": format!("#/components/schemas/{name}")})),
    ]
}

fn object(inner: impl Strategy<Value = Value> + Clone) -> impl Strategy<Value = Value> {
    let keywords = prop_oneof![
        3 => prop::collection::btree_map(prop::sample::select(vec!["a", "b", "c"]), inner.clone(), 0..3)
            .prop_map(|properties| json!({"properties": properties})),
        2 => prop::sample::subsequence(vec!["a", "b", "c"], 0..2).prop_map(|names| json!({"required": names})),
        1 => prop_oneof![Just(json!(false)), inner.clone()]
            .prop_map(|rest| json!({"additionalProperties": rest})),
        1 => count().prop_map(|count| json!({"minProperties": count})),
        1 => count().prop_map(|count| json!({"maxProperties": count})),
        1 => prop::sample::select(vec![
            json!({"a": ["b"]}), json!({"a": ["b", "c"]}), json!({"b": ["a"]}), json!({"a": []}),
        ])
        .prop_map(|names| json!({"dependentRequired": names})),
        1 => (prop::sample::select(vec!["a", "b"]), inner.clone())
            .prop_map(|(name, schema)| json!({"dependentSchemas": {name: schema}})),
        1 => prop::sample::select(vec![
            json!({"maxLength": 0}), json!({"enum": ["a", "b"]}), json!({"pattern": "^a"}), json!({"const": "a"}),
        ])
        .prop_map(|names| json!({"propertyNames": names})),
        1 => (prop::sample::select(vec!["^a", "^(b|c)$", ""]), inner.clone())
            .prop_map(|(pattern, schema)| json!({"patternProperties": {pattern: schema}})),
        1 => prop_oneof![3 => Just(json!(false)), 1 => inner]
            .prop_map(|rest| json!({"unevaluatedProperties": rest})),
    ];
    prop::collection::vec(keywords, 0..4).prop_map(|mut all| {
        all.push(json!({"type": "object"}));
        merged(all)
    })
}

fn array(inner: impl Strategy<Value = Value> + Clone) -> impl Strategy<Value = Value> {
    let keywords = prop_oneof![
        3 => inner.clone().prop_map(|items| json!({"items": items})),
        1 => prop::collection::vec(inner.clone(), 1..3).prop_map(|items| json!({"prefixItems": items})),
        1 => count().prop_map(|count| json!({"minItems": count})),
        1 => count().prop_map(|count| json!({"maxItems": count})),
        1 => Just(json!({"uniqueItems": true})),
        1 => (prop::collection::vec(inner.clone(), 1..3), any::<bool>()).prop_map(|(items, all)| {
            let mut tuple = json!({"prefixItems": items, "items": false});
            if all {
                tuple["minItems"] = json!(items.len());
            }
            tuple
        }),
        1 => prop_oneof![3 => Just(json!(false)), 1 => inner.clone()]
            .prop_map(|rest| json!({"unevaluatedItems": rest})),
        1 => (inner, count(), count()).prop_map(|(schema, min, max)| json!({
            "contains": schema, "minContains": min, "maxContains": min + max,
        })),
    ];
    prop::collection::vec(keywords, 0..4).prop_map(|mut all| {
        all.push(json!({"type": "array"}));
        merged(all)
    })
}

/// A union whose branches differ in the constant of a member, with or without a `discriminator`.
fn tagged(inner: impl Strategy<Value = Value> + Clone) -> impl Strategy<Value = Value> {
    let tags = prop::sample::subsequence(vec!["a", "b", "ab"], 1..=3);
    let kind = prop::sample::select(vec!["oneOf", "anyOf"]);
    let branches = prop::collection::vec((inner, any::<[bool; 2]>()), 3);
    (tags, kind, branches, any::<bool>()).prop_map(|(tags, kind, branches, told)| {
        let branches: Vec<_> = tags
            .iter()
            .zip(branches)
            .map(|(tag, (schema, [constant, closed]))| {
                let tag = if constant {
                    json!({"const": tag})
                } else {
                    json!({"enum": [tag]})
                };
                let mut branch = json!({
                    "type": "object",
                    "required": ["a"],
                    "properties": {"a": tag, "b": schema},
                });
                if closed {
                    branch["additionalProperties"] = json!(false);
                }
                branch
            })
            .collect();
        let mut union = json!({kind: branches});
        if told {
            union["discriminator"] = json!({"propertyName": "a"});
        }
        union
    })
}

/// A schema of OpenAPI 3.1.
pub(crate) fn schema() -> impl Strategy<Value = Value> + Clone {
    leaf()
        .prop_recursive(3, 16, 3, |inner| {
            prop_oneof![
                3 => object(inner.clone()),
                2 => array(inner.clone()),
                1 => tagged(inner.clone()),
                2 => inner.clone().prop_map(|schema| json!({"anyOf": [schema, {"type": "null"}]})),
                1 => prop::collection::vec(inner.clone(), 1..4).prop_map(|all| json!({"anyOf": all})),
                1 => prop::collection::vec(inner.clone(), 1..4).prop_map(|all| json!({"oneOf": all})),
                1 => prop::collection::vec(inner.clone(), 1..4).prop_map(|all| json!({"allOf": all})),
                1 => inner.clone().prop_map(|schema| json!({"not": schema})),
                1 => (inner.clone(), inner.clone(), inner)
                    .prop_map(|(a, b, c)| json!({"if": a, "then": b, "else": c})),
            ]
        })
        .boxed()
}

/// The components that other schemas refer to.
pub(crate) fn components() -> impl Strategy<Value = Value> {
    [schema(), schema(), schema()].prop_map(|schemas| {
        let founded = schemas.map(founded);
        COMPONENTS.into_iter().map(str::to_owned).zip(founded).collect()
    })
}

/// The schema without references that lead back to themselves before they lead into a value: those have no
/// meaning.
fn founded(schema: Value) -> Value {
    match schema {
        Value::Object(members) if members.contains_key("$ref") => json!({"type": "string"}),
        Value::Object(members) => members
            .into_iter()
            .map(|(keyword, value)| match keyword.as_str() {
                "properties" | "items" | "prefixItems" | "additionalProperties" => (keyword, value),
                _ => (keyword, founded(value)),
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(founded).collect(),
        other => other,
    }
}

/// The number of cases for a law. A manual run can use more than the regular tests.
pub(crate) fn cases(usual: u32) -> ProptestConfig {
    let wanted = std::env::var("LAW_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    ProptestConfig {
        max_global_rejects: 10_000_000,
        max_local_rejects: 10_000_000,
        ..ProptestConfig::with_cases(wanted.unwrap_or(usual))
    }
}

/// A change of a schema inside another.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    at: Index,
    fresh: Value,
    how: How,
}

#[derive(Debug, Clone, Copy)]
enum How {
    Replace,
    Extend,
    Drop(usize),
}

pub(crate) fn edit() -> impl Strategy<Value = Edit> {
    let how = prop_oneof![
        1 => Just(How::Replace),
        3 => Just(How::Extend),
        3 => (0..4usize).prop_map(How::Drop),
    ];
    (any::<Index>(), schema(), how).prop_map(|(at, fresh, how)| Edit { at, fresh, how })
}

impl Edit {
    pub(crate) fn apply(&self, schema: &Value) -> Value {
        let mut schema = schema.clone();
        let places = places(&schema);
        let place = &places[self.at.index(places.len())];
        let Some(target) = schema.pointer_mut(place) else {
            return schema;
        };
        match (self.how, target) {
            (How::Replace, target) => *target = self.fresh.clone(),
            (How::Extend, Value::Object(members)) => {
                if let Value::Object(fresh) = &self.fresh {
                    members.extend(fresh.clone());
                }
            }
            (How::Drop(index), Value::Object(members)) => {
                if let Some(key) = members.keys().nth(index).cloned() {
                    members.remove(&key);
                }
            }
            _ => {}
        }
        schema
    }
}

/// The pointers to a schema and to all schemas in it.
pub(crate) fn places(schema: &Value) -> Vec<String> {
    fn visit(schema: &Value, at: &str, places: &mut Vec<String>) {
        let Some(members) = schema.as_object() else {
            return;
        };
        places.push(at.to_owned());
        for (keyword, value) in members {
            match (keyword.as_str(), value) {
                ("properties" | "patternProperties" | "dependentSchemas", Value::Object(named)) => {
                    for (name, schema) in named {
                        visit(schema, &format!("{at}/{keyword}/{name}"), places);
                    }
                }
                ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(items)) => {
                    for (index, schema) in items.iter().enumerate() {
                        visit(schema, &format!("{at}/{keyword}/{index}"), places);
                    }
                }
                ("enum" | "const" | "dependentRequired" | "discriminator", _) => {}
                (_, Value::Object(_)) => visit(value, &format!("{at}/{keyword}"), places),
                _ => {}
            }
        }
    }
    let mut places = Vec::new();
    visit(schema, "", &mut places);
    if places.is_empty() {
        places.push(String::new());
    }
    places
}

/// A value that such schemas may accept.
pub(crate) fn instance() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![4 => scalar(), 1 => Just(Value::Null)];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(prop::sample::select(vec!["a", "b", "c", "d"]), inner, 0..4)
                .prop_map(|members| json!(members)),
        ]
    })
}

/// A document with one operation that takes and returns a value of this schema.
pub(crate) fn document(schema: &Value, components: &Value) -> Value {
    let content = json!({"application/json": {"schema": schema}});
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Test", "version": "next"},
        "paths": {"/things": {"post": {
            "requestBody": {"required": true, "content": content},
            "responses": {"200": {"description": "", "content": content}},
        }}},
        "components": {"schemas": components},
    })
}
