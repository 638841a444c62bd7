//! Schemas that typify cannot read without loss, in the chain for standalone crates. `bindgen-fidelity` tests
//! that the types give values back; these tests check what each schema becomes.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use openapi_bindgen::{Generated, Loss, Settings, generate};
use serde_json::{Value, json};

fn generated(schemas: Value) -> Generated {
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Zoo", "version": "1" },
        "paths": {},
        "components": { "schemas": schemas },
    });
    generate(document, &Settings::standalone()).unwrap()
}

/// The code without line breaks and indentation.
fn code(schemas: Value) -> String {
    generated(schemas)
        .code
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn passes(generated: &Generated, loss: Loss) -> Vec<&str> {
    let changes = generated.changes.iter().filter(|change| change.loss == loss);
    changes.map(|change| change.pass).collect()
}

#[test]
fn a_default_is_documented_and_not_sent() {
    let code = code(json!({ "Search": { "type": "object", "properties": {
        "limit": { "type": "integer", "default": "many" },
        "order": { "type": "string", "enum": ["up", "down"], "default": "sideways" },
    } } }));
    assert!(code.contains("pub limit: ::std::option::Option<i128>"), "{code}");
    assert!(code.contains("pub order: ::std::option::Option<SearchOrder>"));
    assert!(code.contains("Default: `\"many\"`"));
    assert!(!code.contains("default = \""));
}

#[test]
fn names_that_collapse_have_types_of_their_own() {
    let generated = generated(json!({
        "Foo-Bar": { "type": "object", "properties": { "a": { "type": "string" } } },
        "FooBar": { "type": "object", "properties": { "b": { "type": "string" } } },
        "foo_bar": { "type": "object", "properties": { "c": { "type": "string" } } },
        "Option": { "type": "object", "properties": { "d": { "$ref": "#/components/schemas/Foo-Bar" } } },
    }));
    let types: Vec<_> = generated
        .types
        .iter()
        .map(|(schema, rust)| (schema.as_str(), rust.as_str()))
        .collect();
    assert_eq!(
        types,
        [
            ("Foo-Bar", "FooBar2"),
            ("FooBar", "FooBar"),
            ("Option", "OptionSchema"),
            ("foo_bar", "FooBar3")
        ]
    );
    assert!(generated.code.contains("pub d: ::std::option::Option<FooBar2>"));
    assert_eq!((generated.schemas.total, generated.schemas.generated), (4, 4));
}

#[test]
fn an_inline_type_does_not_take_the_name_of_another() {
    let code = code(json!({
        "Outer": { "type": "object", "properties": { "inner": { "type": "object", "properties": { "a": { "type": "string" } } } } },
        "OuterInner": { "type": "object", "properties": { "b": { "type": "string" } } },
    }));
    assert!(
        code.contains("pub inner: ::std::option::Option<OuterInner2>"),
        "{code}"
    );
}

#[test]
fn members_whose_names_collapse_are_among_the_further_ones() {
    let generated = generated(json!({ "Both": { "type": "object", "properties": {
        "fooBar": { "type": "string" }, "foo_bar": { "type": "integer" },
    } } }));
    assert!(
        generated
            .code
            .contains("pub foo_bar: ::std::option::Option<::std::string::String>")
    );
    assert!(generated.code.contains("#[serde(flatten)]"));
    assert_eq!(passes(&generated, Loss::Widened), ["object-members"]);
}

#[test]
fn an_any_of_is_an_enum_that_chooses_by_the_value() {
    let code = code(json!({ "Either": { "anyOf": [
        { "type": "object", "properties": { "a": { "type": "string" } } },
        { "type": "object", "properties": { "b": { "type": "string" } } },
        { "type": "null" },
    ] } }));
    assert!(
        code.contains("pub struct Either(pub ::std::option::Option<EitherInner>)"),
        "{code}"
    );
    assert!(code.contains("pub enum EitherInner"));
    assert!(code.contains("impl<'de> ::serde::Deserialize<'de> for EitherInner"));
    assert!(!code.contains("subtype_0"));
}

#[test]
fn parts_are_one_type_and_a_described_reference_stays_one() {
    let code = code(json!({
        "Base": { "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" } } },
        "Derived": { "allOf": [
            { "$ref": "#/components/schemas/Base" },
            { "required": ["name"] },
            { "type": "object", "properties": { "name": { "type": "string" } } },
        ] },
        "Holder": { "type": "object", "properties": {
            "base": { "description": "The base.", "allOf": [{ "$ref": "#/components/schemas/Base" }] } } },
    }));
    assert!(
        code.contains("pub id: i128, pub name: ::std::string::String, }"),
        "{code}"
    );
    assert!(code.contains("///The base. #[serde(skip_serializing_if = \"::std::option::Option::is_none\")] pub base: ::std::option::Option<Base>"));
}

#[test]
fn circles_end() {
    let generated = generated(json!({
        "A": { "$ref": "#/components/schemas/B" },
        "B": { "$ref": "#/components/schemas/A" },
        "Choice": { "oneOf": [{ "type": "string" }, { "$ref": "#/components/schemas/Choice" }] },
        "Tree": { "type": "object", "properties": { "parent": { "$ref": "#/components/schemas/Tree" } } },
        "Chain": { "allOf": [{ "type": "object", "properties": { "next": { "$ref": "#/components/schemas/Chain" } } }, { "$ref": "#/components/schemas/Chain" }] },
    }));
    assert_eq!(generated.schemas.generated, 5);
    assert!(generated.code.contains("::std::boxed::Box<Tree>"));
    assert!(passes(&generated, Loss::Widened).contains(&"aliases"));
}

#[test]
fn a_keyword_that_is_wrong_costs_that_keyword() {
    let generated = generated(json!({ "Wrong": {
        "type": "object", "required": "name",
        "properties": { "name": { "type": "text" }, "tags": { "type": "array", "items": [] }, "size": { "type": "integer", "minimum": "0" } },
    } }));
    assert_eq!(generated.schemas.generated, 1);
    assert!(generated.code.contains("pub size: ::std::option::Option<i128>"));
    // An empty list of items says nothing, so nothing is lost.
    assert_eq!(
        passes(&generated, Loss::Widened).len(),
        3,
        "{:?}",
        generated.changes
    );
}

#[test]
fn a_choice_of_a_hundred_is_no_problem() {
    let branches: Vec<_> = (0..120)
        .map(|index| json!({ "type": "object", "required": [format!("m{index}")], "properties": { format!("m{index}"): { "type": "string" } } }))
        .collect();
    let generated = generated(json!({ "Many": { "anyOf": branches } }));
    assert_eq!((generated.schemas.total, generated.schemas.generated), (1, 1));
    assert!(generated.code.contains("ManyVariant119"));
}

#[test]
fn the_result_is_the_same_each_time() {
    let schemas = json!({ "A": { "anyOf": [{ "type": "string" }, { "type": "object", "properties": { "a": { "enum": ["x", 1] } } }] } });
    assert_eq!(generated(schemas.clone()).code, generated(schemas).code);
}

#[test]
fn a_schema_called_as_our_own_type_keeps_its_name() {
    let generated = generated(json!({
        "Timestamp": { "type": "string", "format": "date-time" },
        "Event": { "type": "object", "properties": { "at": { "$ref": "#/components/schemas/Timestamp" } } },
    }));
    assert!(
        generated
            .code
            .contains("pub type Timestamp = crate::runtime::Timestamp;")
    );
    assert_eq!(generated.types["Timestamp"], "Timestamp");
}

/// In Springdoc's documents the base names its children, and the children include the base.
#[test]
fn a_base_that_names_its_children_is_no_endless_schema() {
    let generated = generated(json!({
        "Step": {
            "type": "object", "required": ["do"], "properties": { "do": { "type": "string" } },
            "oneOf": [{ "$ref": "#/components/schemas/Stop" }, { "$ref": "#/components/schemas/Wait" }],
            "discriminator": { "propertyName": "do", "mapping": { "stop": "#/components/schemas/Stop" } },
        },
        "Stop": { "allOf": [{ "$ref": "#/components/schemas/Step" }] },
        "Wait": { "type": "object", "required": ["seconds"], "properties": { "seconds": { "type": "number" } } },
    }));
    let code = generated.code.split_whitespace().collect::<Vec<_>>().join(" ");
    // `Wait` does not include the base, so the schema next to the choice is copied into it.
    for part in [
        "pub enum Step { Stop(Stop),",
        "pub struct Stop(pub StepBase);",
        "pub struct StepWait { #[serde(rename = \"do\")]",
        r#"("\"stop\"", 0usize),"#,
        r#"("\"Wait\"", 1usize),"#,
    ] {
        assert!(code.contains(part), "{part}: {code}");
    }
    assert_eq!((generated.schemas.total, generated.schemas.generated), (3, 3));
}
