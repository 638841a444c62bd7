//! Properties of every overlay and every document.

use openapi_overlay::{Outcome, Overlay};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const WORDS: &[&str] = &["a", "b", "c", "$ref", "#/a", "x-a", "info", "~/'\""];

fn arbitrary_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        select(WORDS).prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let member = (select(WORDS).prop_map(str::to_owned), inner.clone());
        prop_oneof![
            1 => prop::collection::vec(inner, 0..4).prop_map(Value::from),
            2 => prop::collection::vec(member, 0..5).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn without_arrays(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let members = items.into_iter().map(without_arrays).enumerate();
            members.map(|(index, item)| (index.to_string(), item)).collect()
        }
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, without_arrays(value)))
            .collect(),
        other => other,
    }
}

fn path() -> impl Strategy<Value = String> {
    let segments = vec![
        ".a",
        ".b",
        "['c']",
        "['$ref']",
        "['a','b']",
        ".*",
        "[0]",
        "[-1]",
        "[1:]",
        "..a",
        "..*",
        "[?@.a]",
        "[?@ == 'a' || @ > 1]",
        "[?length(@.a) > 0]",
        "[?match(@, 'a.*')]",
        "[?count(@.*) == 1]",
        "[?@.a == $.b]",
    ];
    prop::collection::vec(select(segments), 0..4).prop_map(|segments| format!("${}", segments.concat()))
}

fn names_only() -> impl Strategy<Value = String> {
    prop::collection::vec(select(vec![".a", ".b", "['c']"]), 0..3)
        .prop_map(|names| format!("${}", names.concat()))
}

fn action() -> impl Strategy<Value = Value> {
    let guard = prop::option::weighted(0.3, path());
    prop_oneof![
        4 => (path(), arbitrary_json(), guard).prop_map(|(target, update, guard)| {
            let mut action = json!({ "target": target, "update": update });
            if let Some(guard) = guard {
                action["x-when-absent"] = guard.into();
            }
            action
        }),
        2 => path().prop_map(|target| json!({ "target": target, "remove": true })),
        1 => (path(), path()).prop_map(|(target, source)| json!({ "target": target, "copy": source })),
    ]
}

fn overlay(version: &str, actions: Value) -> Value {
    json!({ "overlay": version, "info": { "title": "t", "version": "1" }, "actions": actions })
}

fn any_overlay() -> impl Strategy<Value = Value> {
    let actions = prop::collection::vec(action(), 1..5);
    (select(vec!["1.0.0", "1.1.0"]), actions).prop_map(|(version, actions)| overlay(version, actions.into()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn applying_is_all_or_nothing(overlay in any_overlay(), document in arbitrary_json()) {
        let Ok(overlay) = Overlay::from_value(overlay) else { return Ok(()) };
        let mut after = document.clone();
        match overlay.apply(&mut after) {
            Ok(report) => {
                prop_assert_eq!(report.actions.len(), overlay.actions().len());
                prop_assert!(report.actions.iter().enumerate().all(|(index, action)| action.index == index));
                let is_applied = |outcome| matches!(outcome, Outcome::Applied { .. });
                if !report.actions.iter().any(|action| is_applied(action.outcome)) {
                    prop_assert_eq!(after.to_string(), document.to_string());
                }
            }
            Err(_) => prop_assert_eq!(after.to_string(), document.to_string()),
        }
    }

    #[test]
    fn anything_is_an_overlay_or_refused(value in arbitrary_json(), text in ".{0,40}") {
        drop(Overlay::from_value(value.clone()));
        drop(Overlay::from_value(overlay("1.1.0", json!([value.clone()]))));
        drop(Overlay::from_value(overlay("1.1.0", value)));
        drop(Overlay::from_value(overlay("1.1.0", json!([{ "target": format!("${text}"), "update": {} }]))));
        drop(Overlay::from_json(&text));
    }

    #[test]
    fn an_update_without_arrays_is_idempotent(
        target in names_only(),
        update in arbitrary_json().prop_map(without_arrays),
        document in arbitrary_json().prop_map(without_arrays),
    ) {
        let actions = json!([{ "target": target, "update": update }]);
        let overlay = Overlay::from_value(overlay("1.1.0", actions)).unwrap();
        let mut once = document;
        if overlay.apply(&mut once).is_ok() {
            let mut twice = once.clone();
            let report = overlay.apply(&mut twice).unwrap();
            prop_assert_eq!(twice.to_string(), once.to_string());
            prop_assert!(matches!(report.actions[0].outcome, Outcome::Unchanged | Outcome::NoMatch));
        }
    }
}
