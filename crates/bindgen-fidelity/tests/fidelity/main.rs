//! The law of the types: a value that is valid under the schema of a component deserialises into its type,
//! and serialises into an equal value. Absent and null of a member count as equal; members that are not
//! declared may be dropped where others are.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy's exception for tests does not reach their helpers"
)]

mod compare;
#[path = "../../../openapi-bindgen/tests/names/document.rs"]
#[allow(dead_code, reason = "only the names and values are used here")]
mod document;
mod instances;

use std::path::Path;

use bindgen_fidelity::{databar, databar_bindings, difficult, names};
use compare::{Rules, difference};
use instances::Instances;
use openapi_bindgen::Sources;
use serde_json::{Value, json};

/// Valid values for each schema.
const EACH: usize = 200;

fn check(
    document: &Value,
    rules: Rules,
    asserts_formats: bool,
    roundtrip: fn(&str, Value) -> Result<Value, String>,
) {
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut failures = Vec::new();
    for name in schemas.keys() {
        let pointer = format!(
            "#/components/schemas/{}",
            name.replace('~', "~0").replace('/', "~1")
        );
        let validator = jsonschema::draft202012::options()
            .should_validate_formats(asserts_formats)
            .build(&json!({ "$ref": encoded(&pointer), "components": document["components"] }))
            .unwrap();
        let mut instances = Instances::new(document, 7);
        let mut valid = 0;
        for _ in 0..EACH * 20 {
            let value = instances.of(&schemas[name]);
            if !validator.is_valid(&value) {
                continue;
            }
            valid += 1;
            let problem = match roundtrip(name, value.clone()) {
                Ok(back) => difference(document, &schemas[name], &value, &back, rules),
                Err(error) => Some(format!("is refused: {error}")),
            };
            if let Some(problem) = problem {
                failures.push(format!("{name}: {problem}: {value}"));
                break;
            }
            if valid == EACH {
                break;
            }
        }
        assert!(valid > 0, "no valid value of {name} was made");
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A pointer as the fragment of a URI.
fn encoded(pointer: &str) -> String {
    pointer
        .replace('[', "%5B")
        .replace(']', "%5D")
        .replace('ö', "%C3%B6")
        .replace('ß', "%C3%9F")
}

fn databar_document() -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let sources = Sources::new(root.join("openapi.json")).overlay(root.join("openapi.overlay.json"));
    sources.read().unwrap().value
}

#[test]
fn standalone_types_of_a_difficult_document_give_every_value_back() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("difficult.yaml");
    let document = Sources::new(file).read().unwrap().value;
    check(&document, Rules::default(), false, difficult::roundtrip);
}

#[test]
fn standalone_types_of_databar_give_every_value_back() {
    check(&databar_document(), Rules::default(), false, databar::roundtrip);
}

/// The bindings that people use fill in defaults, take an absent list for an empty one, and check formats: a
/// UUID is a number, which has one spelling.
#[test]
fn the_bindings_of_databar_give_every_value_back() {
    let rules = Rules { handy: true };
    check(&databar_document(), rules, true, databar_bindings::roundtrip);
}

#[test]
fn every_schema_is_found_under_its_own_type_whatever_it_is_called() {
    for (index, name) in document::ODD.into_iter().enumerate() {
        let form = document::odd_forms()[index];
        let value = document::value(form, index, &json!("text"));
        assert_eq!(names::roundtrip(name, value.clone()), Ok(value), "{name:?}");
        let wrong = document::value(form, index, &json!(5.5));
        assert!(names::roundtrip(name, wrong).is_err(), "{name:?}");
    }
}

#[test]
fn a_union_is_read_by_the_branch_that_keeps_the_value() {
    let value = json!({ "a": "x", "b": "y" });
    assert_eq!(difficult::roundtrip("Overlapping", value.clone()), Ok(value));
    let dog = json!({ "kind": "dog", "tricks": [] });
    assert_eq!(difficult::roundtrip("Pet", dog.clone()), Ok(dog));
}

#[test]
fn what_no_branch_accepts_is_refused_with_the_reasons() {
    let error = difficult::roundtrip("Lists", json!({ "a": 1 })).unwrap_err();
    assert!(
        error.contains("no branch of Lists") && error.contains("branch 2"),
        "{error}"
    );
}
