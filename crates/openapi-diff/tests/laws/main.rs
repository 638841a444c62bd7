//! Properties of the comparison of any two documents.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy's exception for tests does not reach their helpers"
)]

mod generate;
mod oracle;
mod respell;
mod widen;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use openapi_diff::{
    Diff, Level, Options, diff,
    rule::{self, Mirror, Rule, Variance},
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// The day of all comparisons.
fn compare(old: &Value, new: &Value) -> Diff {
    diff(
        old,
        new,
        Options::new(NaiveDate::from_ymd_opt(2026, 6, 15).unwrap()),
    )
    .unwrap()
}

/// The findings, without their places.
fn verdicts(diff: &Diff) -> Vec<(Level, &str)> {
    let mut verdicts: Vec<_> = diff
        .findings
        .iter()
        .map(|finding| (finding.level, finding.id.as_str()))
        .collect();
    verdicts.sort_unstable();
    verdicts
}

fn rule(event: &str) -> &'static Rule {
    openapi_diff::rules().find(|rule| rule.event == event).unwrap()
}

#[test]
fn every_rule_has_a_mirror_or_a_reason() {
    let events: BTreeSet<_> = openapi_diff::rules().map(|rule| rule.event).collect();
    for each in openapi_diff::rules() {
        match each.mirror {
            Mirror::Event(event) => assert!(events.contains(event), "{} has no mirror {event}", each.event),
            Mirror::None(reason) => assert!(!reason.is_empty(), "{} has no reason", each.event),
            _ => {}
        }
    }
}

#[test]
fn mirrors_of_schema_rules_lead_back() {
    /// Rules for a special case of another rule share its mirror.
    const CASES: [&str; 3] = [
        "became-required-with-default",
        "required-property-added-with-default",
        "deprecated-with-sunset",
    ];
    let leads_back = |each: &Rule| match rule(each.event).mirror {
        Mirror::Event(event) => match rule(event).mirror {
            Mirror::Event(back) => back == each.event,
            _ => false,
        },
        _ => true,
    };
    let schemas = openapi_diff::rules().filter(|rule| !matches!(rule.ids, rule::Ids::Whole));
    let strays: Vec<_> = schemas
        .filter(|rule| !CASES.contains(&rule.event) && !leads_back(rule))
        .map(|rule| rule.event)
        .collect();
    assert!(strays.is_empty(), "{strays:?}");
}

/// The event that is found in the opposite direction, if it is reported there.
fn mirrored(rule: &Rule, response: bool) -> Option<&'static str> {
    let variance = if response {
        Variance::Received
    } else {
        Variance::Sent
    };
    let event = match rule.mirror {
        Mirror::Event(event) => event,
        Mirror::Itself => rule.event,
        _ => return None,
    };
    let rule = self::rule(event);
    rule.verdict(variance).level.map(|_| rule.event)
}

/// Events that are distinguished by the side that they lead to.
fn without_variant(event: &'static str) -> &'static str {
    match event {
        "became-required-with-default" => "became-required",
        "required-property-added-with-default" => "required-property-added",
        // Both report a value that is no longer listed, and are one finding.
        "enum-removed" => "enum-value-removed",
        event => event,
    }
}

proptest! {
    #![proptest_config(generate::cases(200))]

    #[test]
    fn nothing_differs_from_itself(schema in generate::schema(), components in generate::components()) {
        let document = generate::document(&schema, &components);
        let diff = compare(&document, &document);
        prop_assert!(diff.findings.is_empty() && diff.notes.is_empty(), "{:#?}", diff.findings);
    }

    #[test]
    fn what_is_added_one_way_is_removed_the_other_way(
        schema in generate::schema(),
        components in generate::components(),
        edit in generate::edit(),
    ) {
        // Below `not`, directions are reversed, and so is what is reported. Below `if`, there are no
        // directions.
        let texts = [&schema, &components, &edit.apply(&schema)].map(Value::to_string).concat();
        if texts.contains("\"not\"") || texts.contains("\"if\"") {
            return Err(TestCaseError::reject("directions are turned round"));
        }
        // The members that branches evaluate are not compared.
        if texts.contains("\"unevaluated") && texts.contains("Of\"") {
            return Err(TestCaseError::reject("more than is looked into"));
        }
        let old = generate::document(&schema, &components);
        let new = generate::document(&edit.apply(&schema), &components);
        let (there, back) = (compare(&old, &new), compare(&new, &old));
        // If a single schema became a union, or the reverse, it is compared with the branch that is the most
        // likely one from the point of view of the older side.
        if [&there, &back].iter().any(|diff| diff.findings.iter().any(|finding| finding.rule.event.ends_with("-of-replaced"))) {
            return Err(TestCaseError::reject("a union and a single schema"));
        }
        let events: BTreeSet<_> = back
            .findings
            .iter()
            .map(|finding| (without_variant(finding.rule.event), finding.id.contains("response")))
            .collect();
        for finding in &there.findings {
            let response = finding.id.contains("response");
            if let Some(event) = mirrored(finding.rule, response) {
                prop_assert!(
                    events.contains(&(without_variant(event), response)),
                    "{} has no mirror\nold {schema}\nnew {}\n{components}\n{:#?}\n{:#?}",
                    finding.id, edit.apply(&schema), verdicts(&there), verdicts(&back)
                );
            }
        }
    }

    #[test]
    fn no_input_panics(old in anything(), new in anything()) {
        compare(&old, &new);
        compare(&old, &old);
    }
}

/// A document that may be invalid in any place.
fn anything() -> impl Strategy<Value = Value> {
    let words = vec![
        "paths",
        "components",
        "schemas",
        "parameters",
        "responses",
        "requestBody",
        "content",
        "schema",
        "/a",
        "/a/{b}",
        "get",
        "post",
        "200",
        "default",
        "application/json",
        "in",
        "name",
        "query",
        "path",
        "required",
        "$ref",
        "#/components/schemas/A",
        "#/paths/~1a",
        "#",
        "A",
        "type",
        "object",
        "array",
        "string",
        "properties",
        "items",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "enum",
        "const",
        "nullable",
        "minimum",
        "maxLength",
        "headers",
        "security",
        "callbacks",
        "webhooks",
        "mapping",
        "discriminator",
        "propertyName",
        "additionalProperties",
        "readOnly",
        "x-sunset",
        "deprecated",
        "multipleOf",
        "prefixItems",
        "contains",
        "if",
        "then",
        "examples",
        "servers",
        "tags",
        "operationId",
        "info",
        "version",
        "dependentRequired",
        "patternProperties",
        "style",
    ];
    let word = prop::sample::select(words);
    let leaf = prop_oneof![
        4 => word.clone().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(8, 64, 6, move |inner| {
        prop_oneof![
            4 => prop::collection::vec((word.clone(), inner.clone()), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())),
            1 => prop::collection::vec(inner, 0..4).prop_map(Value::from),
        ]
    });
    let version = prop::sample::select(vec!["3.0.3", "3.1.0"]);
    (version, value.clone(), value.clone(), value).prop_map(|(version, paths, components, rest)| {
        let mut document = match rest {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        document.insert("openapi".to_owned(), json!(version));
        document.entry("paths").or_insert(json!({"/a": paths}));
        document
            .entry("components")
            .or_insert(json!({"schemas": {"A": components}}));
        Value::Object(document)
    })
}
