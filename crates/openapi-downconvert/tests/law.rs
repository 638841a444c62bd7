//! The law: a value that is valid under a 3.1 schema is also valid under the converted 3.0 schema.
//!
//! A validator for JSON Schema 2020-12 checks both sides. [`in_2020_12`] first translates the 3.0 side: a few
//! lines that state the meaning of OpenAPI 3.0.3.

#![expect(clippy::panic, reason = "test helpers")]

mod support;

use openapi_downconvert::{Loss, downconvert};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use support::{cases, problems};

const COMPONENTS: [&str; 3] = ["A", "B", "C"];
/// Places inside components. `schemas` makes sure that they exist.
const DEEP: [&str; 2] = ["B/$defs/D", "C/properties/a"];
const NAMES: [&str; 3] = ["a", "b", "xa"];

/// Translates an OpenAPI 3.0.3 schema to JSON Schema 2020-12.
fn in_2020_12(schema: &Value) -> Value {
    let Value::Object(schema) = schema else {
        return schema.clone();
    };
    if let Some(reference) = schema.get("$ref") {
        return json!({ "$ref": reference });
    }
    let mut result = Map::new();
    for (keyword, value) in schema {
        match (keyword.as_str(), value) {
            ("nullable" | "example" | "discriminator", _) => {}
            ("type", name) if schema.get("nullable") == Some(&json!(true)) => {
                result.insert("type".to_owned(), json!([name, "null"]));
            }
            ("exclusiveMinimum", Value::Bool(true)) => {
                result.insert("exclusiveMinimum".to_owned(), schema["minimum"].clone());
            }
            ("exclusiveMaximum", Value::Bool(true)) => {
                result.insert("exclusiveMaximum".to_owned(), schema["maximum"].clone());
            }
            ("properties", Value::Object(members)) => {
                let members = members
                    .iter()
                    .map(|(name, schema)| (name.clone(), in_2020_12(schema)));
                result.insert("properties".to_owned(), members.collect());
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                result.insert(keyword.clone(), schemas.iter().map(in_2020_12).collect());
            }
            ("items" | "not" | "additionalProperties", schema) => {
                result.insert(keyword.clone(), in_2020_12(schema));
            }
            (_, value) => drop(result.insert(keyword.clone(), value.clone())),
        }
    }
    Value::Object(result)
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-1..5_i64).prop_map(Value::from),
        Just(json!(1.5)),
        select(vec!["", "a", "b", "xa", "abc"]).prop_map(Value::from),
    ]
}

fn instance() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((select(&NAMES[..]), inner), 0..3).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

fn types() -> impl Strategy<Value = Value> {
    select(vec![
        "null", "string", "integer", "number", "boolean", "array", "object",
    ])
    .prop_map(Value::from)
}

fn reference(names: &'static [&'static str]) -> impl Strategy<Value = Value> {
    select(names).prop_map(|name| json!(format!("#/components/schemas/{name}")))
}

/// Some keywords with values, for one schema.
type Keywords = Vec<(&'static str, Value)>;

/// Keywords that do not contain schemas.
fn flat() -> BoxedStrategy<Keywords> {
    prop_oneof![
        4 => types().prop_map(|name| vec![("type", name)]),
        4 => vec(types(), 1..4).prop_map(|mut names| {
            let mut seen: Vec<Value> = Vec::new();
            names.retain(|name| !seen.contains(name) && { seen.push(name.clone()); true });
            vec![("type", names.into())]
        }),
        1 => scalar().prop_map(|value| vec![("const", value)]),
        2 => vec(scalar(), 1..4).prop_map(|values| vec![("enum", values.into())]),
        1 => (-1..4_i64).prop_map(|bound| vec![("minimum", bound.into())]),
        2 => (-1..4_i64, -1..4_i64).prop_map(|(a, b)| vec![("minimum", a.into()), ("exclusiveMinimum", b.into())]),
        1 => (-1..4_i64, -1..4_i64).prop_map(|(a, b)| vec![("maximum", a.into()), ("exclusiveMaximum", b.into())]),
        1 => (0..3_u64).prop_map(|length| vec![("minLength", length.into())]),
        1 => (0..3_u64).prop_map(|length| vec![("maxLength", length.into())]),
        1 => (0..3_u64).prop_map(|length| vec![("maxItems", length.into())]),
        1 => (0..3_u64).prop_map(|length| vec![("minItems", length.into())]),
        1 => Just(vec![("uniqueItems", true.into())]),
        1 => Just(vec![("nullable", true.into())]),
        1 => select(&NAMES[..]).prop_map(|name| vec![("required", json!([name]))]),
        1 => Just(vec![("required", json!([]))]),
        1 => Just(vec![("dependentRequired", json!({ "a": ["b"] }))]),
        1 => Just(vec![("title", "T".into()), ("default", Value::Null), ("examples", json!([1, 2]))]),
        1 => Just(vec![("contentEncoding", "base64".into())]),
    ]
    .boxed()
}

fn into_schema(fragments: Vec<Keywords>) -> Value {
    fragments
        .into_iter()
        .flatten()
        .map(|(keyword, value)| (keyword.to_owned(), value))
        .collect()
}

/// Keywords with schemas for the same value as the outer schema (`same`), and for a part of it (`part`). A
/// `part` may refer to anything, because the part of a value is smaller.
fn deeper(
    same: BoxedStrategy<Value>,
    part: BoxedStrategy<Value>,
    same_references: &'static [&'static str],
) -> BoxedStrategy<Value> {
    let typed = (types(), vec(flat(), 0..3), same.clone(), any::<bool>()).prop_map(
        |(name, more, inner, has_inner)| {
            let mut schema = into_schema(more);
            schema["type"] = name;
            if has_inner {
                schema["not"] = inner;
            }
            schema
        },
    );
    let alternative = prop_oneof![same.clone(), typed];
    let null_union = (select(vec!["anyOf", "oneOf"]), alternative, any::<bool>()).prop_map(
        |(keyword, other, is_first)| {
            let nothing = json!({ "type": "null" });
            let union = if is_first {
                json!([nothing, other])
            } else {
                json!([other, nothing])
            };
            vec![(keyword, union)]
        },
    );
    let members = vec((select(&NAMES[..]), part.clone()), 1..3).prop_map(|members| {
        members
            .into_iter()
            .map(|(name, schema)| (name.to_owned(), schema))
            .collect::<Value>()
    });
    let list = |schema: &BoxedStrategy<Value>| vec(schema.clone(), 1..3).prop_map(Value::from);
    let refs = if same_references.is_empty() {
        Just(Vec::new()).boxed()
    } else {
        reference(same_references)
            .prop_map(|target| vec![("$ref", target)])
            .boxed()
    };
    let keywords = prop_oneof![
        8 => flat(),
        6 => null_union,
        3 => refs,
        2 => members.prop_map(|members| vec![("properties", members)]),
        1 => part.clone().prop_map(|schema| vec![("additionalProperties", schema)]),
        1 => any::<bool>().prop_map(|schema| vec![("additionalProperties", schema.into())]),
        1 => part.clone().prop_map(|schema| vec![("patternProperties", json!({ "^x": schema }))]),
        1 => (part.clone(), part.clone())
            .prop_map(|(a, b)| vec![("patternProperties", json!({ "^x": a })), ("additionalProperties", b)]),
        2 => part.clone().prop_map(|schema| vec![("items", schema)]),
        1 => list(&part).prop_map(|schemas| vec![("prefixItems", schemas)]),
        1 => (list(&part), part.clone()).prop_map(|(schemas, rest)| vec![("prefixItems", schemas), ("items", rest)]),
        1 => list(&part).prop_map(|schemas| vec![("prefixItems", schemas), ("items", false.into())]),
        1 => part.clone().prop_map(|schema| vec![("contains", schema)]),
        1 => part.clone().prop_map(|schema| vec![("propertyNames", schema)]),
        1 => (part.clone(), 0..3_u64, 0..3_u64)
            .prop_map(|(schema, min, max)| vec![("contains", schema), ("minContains", min.into()), ("maxContains", max.into())]),
        // The validator cannot evaluate these if they contain references.
        1 => vec(flat(), 1..3).prop_map(|schema| vec![("unevaluatedItems", into_schema(schema))]),
        1 => vec(flat(), 1..3).prop_map(|schema| vec![("unevaluatedProperties", into_schema(schema))]),
        1 => reference(&DEEP).prop_map(|target| vec![("items", json!({ "$ref": target }))]),
        1 => reference(&COMPONENTS).prop_map(|target| vec![("items", json!({ "$dynamicRef": target }))]),
        1 => Just(vec![("unevaluatedProperties", false.into())]),
        1 => list(&same).prop_map(|schemas| vec![("allOf", schemas)]),
        1 => list(&same).prop_map(|schemas| vec![("anyOf", schemas)]),
        2 => list(&same).prop_map(|schemas| vec![("oneOf", schemas)]),
        2 => same.clone().prop_map(|schema| vec![("not", schema)]),
        1 => (same.clone(), same.clone(), same.clone())
            .prop_map(|(a, b, c)| vec![("if", a), ("then", b), ("else", c)]),
        1 => same.prop_map(|schema| vec![("dependentSchemas", json!({ "a": schema }))]),
        1 => part.prop_map(|schema| {
            let target = "#/components/schemas/A/$defs/D";
            vec![("$defs", json!({ "D": schema })), ("items", json!({ "$ref": target }))]
        }),
    ];
    prop_oneof![10 => vec(keywords, 1..4).prop_map(into_schema), 1 => any::<bool>().prop_map(Value::from)]
        .boxed()
}

/// A schema for a component. `later` are the components that it may refer to for the same value. This
/// prevents infinite recursion.
fn component(later: &'static [&'static str]) -> BoxedStrategy<Value> {
    let leaf = || {
        prop_oneof![4 => vec(flat(), 1..3).prop_map(into_schema), 1 => any::<bool>().prop_map(Value::from)]
            .boxed()
    };
    let anywhere =
        prop_oneof![2 => leaf(), 1 => reference(&COMPONENTS).prop_map(|target| json!({ "$ref": target }))];
    let part = deeper(leaf(), anywhere.boxed(), &COMPONENTS);
    let same = deeper(leaf(), part.clone(), later);
    deeper(same, part, later)
}

fn schemas() -> impl Strategy<Value = Value> {
    let all: (_, _, _) = (
        component(&COMPONENTS[1..]),
        component(&COMPONENTS[2..]),
        component(&[]),
    );
    all.prop_map(|(a, b, c)| {
        // The targets of references into components.
        let with = |schema: Value, keyword: &str, name: &str| {
            let mut schema = match schema {
                Value::Object(schema) => schema,
                boolean => Map::from_iter([("allOf".to_owned(), json!([boolean]))]),
            };
            let members = schema.entry(keyword).or_insert_with(|| json!({}));
            if members.get(name).is_none() {
                members[name] = json!({});
            }
            Value::Object(schema)
        };
        json!({ "A": with(a, "$defs", "D"), "B": with(b, "$defs", "D"), "C": with(c, "properties", "a") })
    })
}

fn document(schemas: &Value) -> Value {
    json!({ "openapi": "3.1.0", "info": { "title": "t", "version": "1" }, "components": { "schemas": schemas } })
}

fn validator(schemas: &Value, name: &str) -> jsonschema::Validator {
    let root =
        json!({ "$ref": format!("#/components/schemas/{name}"), "components": { "schemas": schemas } });
    jsonschema::draft202012::new(&root).unwrap_or_else(|error| panic!("{error}: {root}"))
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn what_was_valid_stays_valid(schemas in schemas(), instances in vec(instance(), 12)) {
        let converted = downconvert(document(&schemas)).unwrap();
        let schemas_after = &converted.document["components"]["schemas"];
        let meanings = schemas_after.as_object().unwrap().iter().map(|(name, schema)| (name.clone(), in_2020_12(schema)));
        let meanings: Value = meanings.collect();
        let is_widened = converted.changes.iter().any(|change| change.loss == Loss::Widened);
        for name in COMPONENTS {
            let (before, after) = (validator(&schemas, name), validator(&meanings, name));
            for instance in &instances {
                let (was_valid, is_valid) = (before.is_valid(instance), after.is_valid(instance));
                prop_assert!(!was_valid || is_valid, "{name}: {instance} was valid.\n{schemas:#}\n{schemas_after:#}");
                prop_assert!(
                    was_valid || !is_valid || is_widened,
                    "{name}: {instance} was not valid, and no change says so.\n{schemas:#}\n{schemas_after:#}"
                );
            }
        }
    }

    #[test]
    fn a_result_needs_no_conversion(schemas in schemas()) {
        let converted = downconvert(document(&schemas)).unwrap();
        prop_assert_eq!(problems(&converted.document), Vec::<String>::new());
        let again = downconvert(converted.document.clone()).unwrap();
        prop_assert_eq!(again.changes, vec![]);
        prop_assert_eq!(again.document.to_string(), converted.document.to_string());
    }
}
