//! Verdicts against a validator: a value that one document accepts and the other rejects must be told of.

use jsonschema::Validator;
use openapi_diff::{Diff, Level};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{compare, generate};

fn validator(schema: &Value, components: &Value) -> Option<Validator> {
    let root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "components": {"schemas": components},
        "allOf": [schema],
    });
    jsonschema::validator_for(&root).ok()
}

/// Whether anything in the request, or in the response, is more than a note; or is a note by policy, whatever a validator says.
fn is_told(diff: &Diff, response: bool) -> bool {
    diff.findings
        .iter()
        .filter(|finding| finding.id.contains("response") == response)
        .any(|finding| {
            finding.level > Level::Info
                || matches!(
                    finding.rule.event,
                    // A name that nobody has used, though anything was allowed under it.
                    "property-added"
                    // New members of an object are expected.
                    | "additional-properties-opened"
                )
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
        let (Some(old), Some(new)) = (validator(&schema, &components), validator(&new_schema, &new_components)) else {
            return Err(TestCaseError::reject("no schema"));
        };
        let diff = compare(
            &generate::document(&schema, &components),
            &generate::document(&new_schema, &new_components),
        );
        // What a branch of a `oneOf` accepts besides can be what another accepts already, and neither is accepted any more. Nobody
        // who widens a branch means that. And which types a condition leaves to a branch is not looked into.
        let texts = [&schema, &components, &new_schema, &new_components].map(Value::to_string).concat();
        if texts.contains("oneOf") || (texts.contains("anyOf") && (texts.contains("\"if\"") || texts.contains("\"not\""))) {
            return Err(TestCaseError::reject("more than is looked into"));
        }
        for instance in &instances {
            let (before, after) = (old.is_valid(instance), new.is_valid(instance));
            if before && !after {
                prop_assert!(is_told(&diff, false), "{instance} is no longer accepted\nold {schema}\nnew {new_schema}\n{components}\n{new_components}\n{:#?}", diff.findings);
            }
            if !before && after {
                prop_assert!(is_told(&diff, true), "{instance} was not returned before\nold {schema}\nnew {new_schema}\n{components}\n{new_components}\n{:#?}", diff.findings);
            }
        }
    }
}
