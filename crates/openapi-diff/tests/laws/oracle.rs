//! Checks verdicts against a validator: if one document accepts a value and the other rejects it, this must
//! be reported.

use jsonschema::Validator;
use openapi_diff::{Diff, Level};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{compare, generate};

/// A schema for a validator, and the same schema with every `oneOf` as an `anyOf`.
struct Judge {
    exact: Validator,
    lenient: Validator,
}

impl Judge {
    fn new(schema: &Value, components: &Value) -> Option<Self> {
        let root = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": {"schemas": components},
            "allOf": [schema],
        });
        Some(Self {
            exact: jsonschema::validator_for(&root).ok()?,
            lenient: jsonschema::validator_for(&any_of(&root)).ok()?,
        })
    }

    /// Whether the value is accepted. `None` if two branches of a `oneOf` may accept it: an author who widens
    /// one branch does not mean to reject values that another branch already accepts.
    fn accepts(&self, value: &Value) -> Option<bool> {
        let accepted = self.exact.is_valid(value);
        (accepted == self.lenient.is_valid(value)).then_some(accepted)
    }
}

fn any_of(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let mut all: serde_json::Map<_, _> = members
                .iter()
                .filter(|(name, _)| *name != "oneOf")
                .map(|(name, value)| (name.clone(), any_of(value)))
                .collect();
            if let Some(branches) = members.get("oneOf") {
                let union = json!([{"anyOf": any_of(branches)}]);
                match all.get_mut("allOf").and_then(Value::as_array_mut) {
                    Some(others) => others.push(union[0].clone()),
                    None => {
                        all.insert("allOf".to_owned(), union);
                    }
                }
            }
            Value::Object(all)
        }
        Value::Array(items) => items.iter().map(any_of).collect(),
        other => other.clone(),
    }
}

/// Whether any finding in the request or in the response is more than `info`, or is `info` by policy,
/// regardless of a validator. Also whether a component refers to itself without a step into the value: what
/// it accepts is undefined (JSON Schema Core 2020-12, section 9.4.1).
fn is_endless(components: &Value) -> bool {
    fn returns<'a>(schema: &'a Value, components: &'a Value, within: &mut Vec<&'a str>) -> bool {
        let branches = ["allOf", "anyOf", "oneOf"]
            .iter()
            .filter_map(|keyword| schema.get(keyword)?.as_array())
            .flatten();
        let parts = ["not", "if", "then", "else"]
            .iter()
            .filter_map(|keyword| schema.get(keyword));
        if branches
            .chain(parts)
            .any(|part| returns(part, components, within))
        {
            return true;
        }
        let reference = schema.get("$ref").and_then(Value::as_str);
        let Some(name) = reference.and_then(|reference| reference.strip_prefix("#/components/schemas/"))
        else {
            return false;
        };
        if within.contains(&name) {
            return true;
        }
        within.push(name);
        let returns = returns(&components[name], components, within);
        within.pop();
        returns
    }
    let mut all = components.as_object().into_iter().flatten();
    all.any(|(name, schema)| returns(schema, components, &mut vec![name.as_str()]))
}

fn is_told(diff: &Diff, response: bool) -> bool {
    diff.findings
        .iter()
        .filter(|finding| finding.id.contains("response") == response)
        .any(|finding| {
            finding.level > Level::Info
                || matches!(
                    finding.rule.event,
                    // A name that nobody used, although anything was allowed under it.
                    "property-added"
                    // New members of an object are expected.
                    | "additional-properties-opened"
                )
                // The same applies to members that are always present.
                || response && finding.rule.event.starts_with("required-property-added")
        })
}

proptest! {
    #![proptest_config(generate::cases(300))]

    #[test]
    fn nothing_is_missed(
        schema in generate::schema(),
        components in generate::components(),
        edits in prop::collection::vec(generate::edit(), 1..3),
        in_component in any::<bool>(),
        instances in prop::collection::vec(generate::instance(), 40),
    ) {
        let mut new_schema = schema.clone();
        let mut new_components = components.clone();
        for edit in &edits {
            if in_component {
                new_components["A"] = edit.apply(&new_components["A"]);
            } else {
                new_schema = edit.apply(&new_schema);
            }
        }
        let (Some(old), Some(new)) = (Judge::new(&schema, &components), Judge::new(&new_schema, &new_components)) else {
            return Err(TestCaseError::reject("no schema"));
        };
        if is_endless(&components) || is_endless(&new_components) {
            return Err(TestCaseError::reject("endless"));
        }
        // The types that a condition leaves to a branch are not compared.
        let texts = [&schema, &components, &new_schema, &new_components].map(Value::to_string).concat();
        let unions = texts.contains("anyOf") || texts.contains("oneOf");
        if unions && (texts.contains("\"if\"") || texts.contains("\"not\"")) {
            return Err(TestCaseError::reject("more than is looked into"));
        }
        // Listed values are not matched against patterns. Evaluated members are found in conjunctions, not in
        // branches.
        let says = |words: &[&str]| words.iter().any(|word| texts.contains(&format!("\"{word}\"")));
        if says(&["pattern"]) && says(&["enum", "const"])
            || says(&["if", "anyOf", "oneOf"]) && says(&["unevaluatedProperties", "unevaluatedItems"])
        {
            return Err(TestCaseError::reject("more than is looked into"));
        }
        let diff = compare(
            &generate::document(&schema, &components),
            &generate::document(&new_schema, &new_components),
        );
        for instance in &instances {
            let (Some(before), Some(after)) = (old.accepts(instance), new.accepts(instance)) else {
                continue;
            };
            if before && !after {
                prop_assert!(is_told(&diff, false), "{instance} is no longer accepted\nold {schema}\nnew {new_schema}\n{components}\n{new_components}\n{:#?}", diff.findings);
            }
            if !before && after {
                prop_assert!(is_told(&diff, true), "{instance} was not returned before\nold {schema}\nnew {new_schema}\n{components}\n{new_components}\n{:#?}", diff.findings);
            }
        }
    }
}
