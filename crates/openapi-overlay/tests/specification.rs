//! The rules of the Overlay Specification, by version.

#![expect(clippy::expect_used, clippy::panic, reason = "test helpers")]

use openapi_overlay::{Change, Error, Outcome, Overlay, Version};
use serde_json::{Value, json};

fn overlay(version: &str, actions: Value) -> Overlay {
    let overlay = json!({ "overlay": version, "info": { "title": "t", "version": "1" }, "actions": actions });
    Overlay::from_value(overlay).unwrap_or_else(|error| panic!("{error}"))
}

/// Applies one action and returns the outcome and the document as text, in which the order of members counts.
fn apply_one(version: &str, document: Value, action: Value) -> (String, Outcome) {
    let mut document = document;
    let report = overlay(version, json!([action]))
        .apply(&mut document)
        .unwrap_or_else(|error| panic!("{error}"));
    (document.to_string(), report.actions[0].outcome)
}

/// The error of an action that follows one that changed the document. Checks that the document is then
/// unchanged.
fn refusal(version: &str, document: Value, action: Value) -> Error {
    let mut after = document.clone();
    let error = overlay(
        version,
        json!([{ "target": "$", "update": { "x-first": 1 } }, action]),
    )
    .apply(&mut after)
    .expect_err("the action should not fit");
    assert_eq!(
        after.to_string(),
        document.to_string(),
        "the document was changed by a failed overlay"
    );
    error
}

const BOTH: [&str; 2] = ["1.0.0", "1.1.0"];

#[test]
fn objects_are_merged_recursively() {
    for version in BOTH {
        let document = json!({ "a": { "b": 1, "c": { "d": [1], "e": null } }, "z": 0 });
        let update = json!({ "c": { "d": [2, 3], "e": "now", "f": {} }, "b": 2, "g": [4] });
        let (after, outcome) = apply_one(version, document, json!({ "target": "$.a", "update": update }));
        assert_eq!(
            after,
            r#"{"a":{"b":2,"c":{"d":[1,2,3],"e":"now","f":{}},"g":[4]},"z":0}"#
        );
        assert_eq!(outcome, Outcome::Applied { matches: 1 });
    }
}

#[test]
fn the_root_can_be_updated() {
    let action = json!({ "target": "$", "update": { "info": { "b": 2 } } });
    assert_eq!(
        apply_one("1.0.0", json!({ "info": { "a": 1 } }), action).0,
        r#"{"info":{"a":1,"b":2}}"#
    );
}

#[test]
fn a_value_is_appended_to_an_array() {
    for version in BOTH {
        let action = json!({ "target": "$.list", "update": { "name": "new" } });
        let (after, _) = apply_one(version, json!({ "list": [{ "name": "old" }] }), action);
        assert_eq!(after, r#"{"list":[{"name":"old"},{"name":"new"}]}"#);
    }
}

#[test]
fn an_array_for_an_array_is_one_entry_in_1_0_and_concatenated_in_1_1() {
    let action = json!({ "target": "$.list", "update": [2, 3] });
    assert_eq!(
        apply_one("1.0.0", json!({ "list": [1] }), action.clone()).0,
        r#"{"list":[1,[2,3]]}"#
    );
    assert_eq!(
        apply_one("1.1.0", json!({ "list": [1] }), action).0,
        r#"{"list":[1,2,3]}"#
    );
}

#[test]
fn primitive_targets_are_for_1_1() {
    let document = json!({ "info": { "title": "old" }, "tags": ["a", "dummy"] });
    let update = json!({ "target": "$.info.title", "update": "new" });
    let remove = json!({ "target": "$.tags[?@ == 'dummy']", "remove": true });
    let (updated, _) = apply_one("1.1.0", document.clone(), update.clone());
    assert_eq!(updated, r#"{"info":{"title":"new"},"tags":["a","dummy"]}"#);
    let (removed, _) = apply_one("1.1.0", document.clone(), remove.clone());
    assert_eq!(removed, r#"{"info":{"title":"old"},"tags":["a"]}"#);
    for (action, place) in [(update, "/info/title"), (remove, "/tags/1")] {
        let error = refusal("1.0.0", document.clone(), action);
        assert!(
            matches!(&error, Error::DoesNotFit { index: 1, location, .. } if location == place),
            "{error}"
        );
        assert!(error.to_string().contains("use Overlay 1.1"), "{error}");
    }
}

#[test]
fn incompatible_values_are_errors_that_say_where() {
    let cases = [
        (
            json!({ "a": { "b": {} } }),
            json!({ "a": { "b": [] } }),
            "/a/b",
            "an array cannot be merged into an object",
        ),
        (
            json!({ "a": { "b": [] } }),
            json!({ "a": { "b": {} } }),
            "/a/b",
            "an object cannot be merged into an array",
        ),
        (
            json!({ "~/": { "b": 1 } }),
            json!({ "~/": { "b": {} } }),
            "/~0~1/b",
            "an object cannot be merged into a number",
        ),
        (
            json!({ "a": {} }),
            json!({ "a": null }),
            "/a",
            "null cannot be merged into an object",
        ),
        (
            json!({}),
            json!("text"),
            "",
            "a string cannot be merged into an object",
        ),
    ];
    for version in BOTH {
        for (document, update, place, why) in &cases {
            let error = refusal(
                version,
                document.clone(),
                json!({ "target": "$", "update": update }),
            );
            let Error::DoesNotFit {
                index,
                target,
                location,
                reason,
            } = &error
            else {
                panic!("{error}")
            };
            assert_eq!(
                (*index, &**target, &**location, &**reason),
                (1, "$", *place, *why)
            );
        }
    }
}

#[test]
fn mixed_targets_are_errors_in_1_1() {
    let document = json!({ "a": { "x": {}, "y": [] } });
    let error = refusal("1.1.0", document, json!({ "target": "$.a.*", "update": {} }));
    let expected = "\"/a/y\": the target selects an array here but an object elsewhere";
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn every_match_is_changed_and_each_once() {
    let document = json!({ "paths": { "/a": { "tags": [] }, "/b": { "tags": [] }, "/c": {} } });
    let action = json!({ "target": "$.paths['/a','/a','/b'].tags", "update": "t" });
    let (after, outcome) = apply_one("1.1.0", document, action);
    assert_eq!(
        after,
        r#"{"paths":{"/a":{"tags":["t"]},"/b":{"tags":["t"]},"/c":{}}}"#
    );
    assert_eq!(outcome, Outcome::Applied { matches: 2 });
}

#[test]
fn removing_keeps_the_order_of_the_rest() {
    let document = json!({ "a": 1, "b": {}, "c": [{ "n": 0 }, { "n": 1 }, { "n": 2 }, { "n": 3 }], "d": 4 });
    let remove = |target: &str| json!({ "target": target, "remove": true });
    let (after, outcome) = apply_one("1.0.0", document.clone(), remove("$.c[?@.n == 0 || @.n == 2]"));
    assert_eq!(after, r#"{"a":1,"b":{},"c":[{"n":1},{"n":3}],"d":4}"#);
    assert_eq!(outcome, Outcome::Applied { matches: 2 });
    let (after, _) = apply_one("1.0.0", document.clone(), remove("$.b"));
    assert_eq!(after, r#"{"a":1,"c":[{"n":0},{"n":1},{"n":2},{"n":3}],"d":4}"#);
    // One action selects nodes and their descendants.
    assert_eq!(apply_one("1.1.0", document, remove("$..*")).0, "{}");
}

#[test]
fn remove_has_precedence_over_update() {
    let action = json!({ "target": "$.a", "update": { "b": 1 }, "remove": true });
    assert_eq!(apply_one("1.0.0", json!({ "a": {} }), action).0, "{}");
    let action = json!({ "target": "$.a", "update": { "b": 1 }, "remove": false });
    assert_eq!(
        apply_one("1.0.0", json!({ "a": {} }), action).0,
        r#"{"a":{"b":1}}"#
    );
}

#[test]
fn a_target_that_selects_nothing_is_no_error() {
    for action in [
        json!({ "target": "$.x", "update": { "a": 1 } }),
        json!({ "target": "$.x", "remove": true }),
    ] {
        assert_eq!(
            apply_one("1.1.0", json!({ "a": 1 }), action),
            (r#"{"a":1}"#.to_owned(), Outcome::NoMatch)
        );
    }
}

#[test]
fn an_action_without_effect_is_unchanged() {
    for update in [json!({ "a": 1 }), json!({}), json!({ "list": [] })] {
        let action = json!({ "target": "$", "update": update });
        assert_eq!(
            apply_one("1.1.0", json!({ "a": 1, "list": [1] }), action).1,
            Outcome::Unchanged
        );
    }
}

#[test]
fn actions_see_the_result_of_those_before() {
    let actions = json!([
        { "target": "$.paths", "update": { "/new": {} } },
        { "target": "$.paths['/new']", "copy": "$.paths['/old']" },
        { "target": "$.paths['/old']", "remove": true, "description": "renamed" },
    ]);
    let mut document = json!({ "paths": { "/old": { "get": { "tags": ["a"] } } } });
    let report = overlay("1.1.0", actions).apply(&mut document).unwrap();
    assert_eq!(
        document,
        json!({ "paths": { "/new": { "get": { "tags": ["a"] } } } })
    );
    let actions = report
        .actions
        .iter()
        .map(|action| (action.index, &*action.target, action.description.as_deref()));
    assert_eq!(
        actions.collect::<Vec<_>>(),
        [
            (0, "$.paths", None),
            (1, "$.paths['/new']", None),
            (2, "$.paths['/old']", Some("renamed"))
        ]
    );
}

#[test]
fn copy_needs_one_source() {
    let document = json!({ "a": { "x": 1, "y": 2 }, "b": {} });
    for (source, count) in [("$.a.*", 2), ("$.nothing", 0)] {
        let error = refusal(
            "1.1.0",
            document.clone(),
            json!({ "target": "$.b", "copy": source }),
        );
        assert!(
            error
                .to_string()
                .contains(&format!("must select exactly one node, but selects {count}")),
            "{error}"
        );
    }
    let action = json!({ "target": "$.b", "copy": "$.a" });
    assert_eq!(
        apply_one("1.1.0", document, action).0,
        r#"{"a":{"x":1,"y":2},"b":{"x":1,"y":2}}"#
    );
}

#[test]
fn names_with_any_characters_are_found() {
    for name in [
        "a/b",
        "a~b",
        "a'b",
        "a\"b",
        "a\\b",
        "\n\t\u{7f}",
        "",
        " ",
        "0",
        "é😀",
        "{id}",
        "x.y",
    ] {
        let mut document = json!({ "paths": { name: {}, "other": {} } });
        let overlay = overlay(
            "1.0.0",
            json!([{ "target": "$.paths.*", "update": { "seen": true } }]),
        );
        overlay.apply(&mut document).unwrap();
        assert_eq!(document["paths"][name], json!({ "seen": true }), "{name:?}");
    }
}

#[test]
fn an_overlay_can_be_looked_at() {
    let overlay = overlay(
        "1.1.3",
        json!([
            { "target": "$.a", "update": 1, "description": "why", "x-evidence": "seen", "x-when-absent": "$.b" },
            { "target": "$.b", "remove": true },
            { "target": "$.c", "copy": "$.d" },
        ]),
    );
    assert_eq!((overlay.version(), overlay.title()), (Version::V1_1, "t"));
    let [first, second, third] = overlay.actions() else {
        panic!("three actions")
    };
    assert_eq!(
        (first.target(), first.description(), first.when_absent()),
        ("$.a", Some("why"), Some("$.b"))
    );
    assert_eq!(first.change(), Change::Update(&json!(1)));
    assert_eq!(
        (first.extension("x-evidence"), first.extension("description")),
        (Some(&json!("seen")), None)
    );
    assert_eq!(
        (second.change(), third.change()),
        (Change::Remove, Change::Copy("$.d"))
    );
}
