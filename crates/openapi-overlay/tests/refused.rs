//! Invalid overlays, and the limits on nesting.

use openapi_overlay::{Error, MAX_DEPTH, Overlay};
use serde_json::{Value, json};

fn overlay(actions: Value) -> Value {
    json!({ "overlay": "1.1.0", "info": { "title": "t", "version": "1" }, "actions": actions })
}

#[test]
fn text_that_is_not_json_is_refused() {
    let message = Overlay::from_json("{\n  \"overlay\": ")
        .map(drop)
        .unwrap_err()
        .to_string();
    assert!(
        message.starts_with("the overlay is not JSON: ") && message.contains("line 2"),
        "{message}"
    );
    assert!(matches!(
        Overlay::from_json(&"[".repeat(100_000)),
        Err(Error::NotJson { .. })
    ));
}

#[test]
fn what_is_no_overlay_is_refused_with_its_place() {
    let info = json!({ "title": "t", "version": "1" });
    let action = json!({ "target": "$", "update": {} });
    let with = |action: Value| overlay(json!([{ "target": "$", "update": {} }, action]));
    let cases = [
        (json!([]), "", "object"),
        (json!({ "info": info, "actions": [action] }), "", "`overlay`"),
        (
            json!({ "overlay": 1.0, "info": info, "actions": [action] }),
            "/overlay",
            "string",
        ),
        (
            json!({ "overlay": "1.2.0", "info": info, "actions": [action] }),
            "/overlay",
            "`1.2.0`",
        ),
        (
            json!({ "overlay": "1.1", "info": info, "actions": [action] }),
            "/overlay",
            "`1.1`",
        ),
        (
            json!({ "overlay": "1.1.x", "info": info, "actions": [action] }),
            "/overlay",
            "`1.1.x`",
        ),
        (
            json!({ "overlay": "1.1.0", "actions": [action] }),
            "/info",
            "required",
        ),
        (
            json!({ "overlay": "1.1.0", "info": { "version": "1" }, "actions": [action] }),
            "/info/title",
            "required",
        ),
        (
            json!({ "overlay": "1.1.0", "info": { "title": "t" }, "actions": [action] }),
            "/info/version",
            "required",
        ),
        (
            json!({ "overlay": "1.1.0", "info": info }),
            "/actions",
            "required",
        ),
        (overlay(json!({})), "/actions", "required"),
        (overlay(json!([])), "/actions", "at least one"),
        (with(json!("x")), "/actions/1", "object"),
        (with(json!({ "update": {} })), "/actions/1", "`target`"),
        (
            with(json!({ "target": 5, "update": {} })),
            "/actions/1/target",
            "string",
        ),
        (with(json!({ "target": "$.a" })), "/actions/1", "does nothing"),
        (
            with(json!({ "target": "$.a", "remove": false })),
            "/actions/1",
            "does nothing",
        ),
        (
            with(json!({ "target": "$.a", "remove": "yes" })),
            "/actions/1/remove",
            "true or false",
        ),
        (
            with(json!({ "target": "$", "remove": true })),
            "/actions/1/target",
            "root",
        ),
        (
            with(json!({ "target": "$.a", "update": {}, "copy": "$.b" })),
            "/actions/1",
            "both `update` and `copy`",
        ),
        (
            with(json!({ "target": "$.a", "updtae/": {} })),
            "/actions/1/updtae~1",
            "`x-`",
        ),
        (
            with(json!({ "target": "$.a", "update": {}, "description": 5 })),
            "/actions/1/description",
            "string",
        ),
        (
            with(json!({ "target": "$.a", "remove": true, "x-when-absent": "$.a" })),
            "/actions/1/x-when-absent",
            "`update`",
        ),
    ];
    for (value, place, expected) in cases {
        match Overlay::from_value(value.clone()) {
            Err(Error::NotAnOverlay { pointer, reason }) => {
                assert_eq!(pointer, place, "{value}");
                assert!(reason.contains(expected), "{value}: {reason}");
            }
            other => panic!("{value}: {other:?}"),
        }
    }
}

#[test]
fn copy_is_no_field_of_1_0() {
    let mut value = overlay(json!([{ "target": "$.a", "copy": "$.b" }]));
    value["overlay"] = "1.0.0".into();
    let read = Overlay::from_value(value);
    assert!(matches!(read, Err(Error::NotAnOverlay { pointer, .. }) if pointer == "/actions/0/copy"));
}

#[test]
fn every_path_is_checked_when_the_overlay_is_read() {
    for path in [
        "",
        "a",
        "$.",
        "$[",
        "$.a[?]",
        " $.a",
        "$.a ",
        "$.a[?@.b ==]",
        "$['a",
        "$..",
        "@.a",
    ] {
        for field in ["target", "copy", "x-when-absent"] {
            let mut action = json!({ "target": "$.a" });
            if field != "copy" {
                action["update"] = json!({});
            }
            action[field] = path.into();
            match Overlay::from_value(overlay(json!([{ "target": "$", "update": {} }, action]))) {
                Err(Error::InvalidPath {
                    pointer, path: named, ..
                }) => {
                    assert_eq!((pointer, &*named), (format!("/actions/1/{field}"), path));
                }
                other => panic!("{path}: {other:?}"),
            }
        }
    }
}

fn in_parentheses(depth: usize) -> String {
    format!("$..[?{}@.a{}]", "(".repeat(depth), ")".repeat(depth))
}

fn in_filters(depth: usize) -> String {
    format!(
        "$..{}@.a{}",
        "[?".to_owned() + &"@[?".repeat(depth),
        "]".repeat(depth + 1)
    )
}

#[test]
fn deeply_nested_paths_are_refused_and_others_are_not() {
    for depth in [9, 200, 100_000] {
        for path in [
            in_parentheses(depth),
            in_filters(depth),
            format!("${}", "[".repeat(depth)),
            format!("${}", "[?@".repeat(depth)),
            format!("$[?{}", "(".repeat(depth)),
            format!("$[?{}@.a", "!(".repeat(depth)),
            format!("$[?{}@.a", "count(".repeat(depth)),
            // A bracket inside a string does not close anything.
            format!("$['\\']]]']{}", "[?@[']']".repeat(depth)),
        ] {
            let reason = refusal(&path);
            let is_bound = reason.contains("the limit is 2048") || reason.contains("deeper than 8 levels");
            assert!(is_bound, "{reason}");
        }
        let reason = refusal(&format!("$[?{}@.a]", "!".repeat(depth)));
        assert!(!reason.starts_with("Ok"), "{reason}");
    }
    for path in [
        in_parentheses(7),
        in_filters(7),
        format!("$['{}']", "[(".repeat(100)),
    ] {
        let read = Overlay::from_value(overlay(json!([{ "target": path, "update": { "b": 1 } }]))).unwrap();
        read.apply(&mut nested(MAX_DEPTH)).unwrap();
    }
}

/// The reason why a target is refused, or the overlay that was read.
fn refusal(path: &str) -> String {
    match Overlay::from_value(overlay(json!([{ "target": path, "update": {} }]))) {
        Err(Error::InvalidPath { reason, .. }) => reason,
        other => format!("{other:?}"),
    }
}

#[test]
fn what_is_not_well_typed_is_refused_with_its_place() {
    for (path, place) in [
        ("$[?count(@.*)]", "at byte 3"),
        ("$[?value(@.get)]", "at byte 3"),
        ("$[?length(@.*) > 0]", "at byte 3"),
        ("$[?match(@.*, 'a')]", "at byte 3"),
        ("$..[?count(@.*)]", "at byte "),
        ("$[?(count(@.*))]", "at byte "),
        ("$[?!count(@.*)]", "at byte "),
        ("$[?@.a && count(@.*)]", "at byte "),
        ("$[?@[?value(@.a)]]", "at byte "),
        ("$[?match(@.a, 'a') == true]", "at byte "),
        ("$.a[?1 == @.*]", "at byte 5"),
        ("$[?@.* == 1]", "at byte 7"),
        ("$[?in(@.a, $.b)]", "at byte 3"),
        (" $.a", "before or after"),
        ("$.a\n", "before or after"),
    ] {
        let reason = refusal(path);
        assert!(reason.contains(place), "{path}: {reason}");
    }
}

/// Objects nested `depth` levels deep.
fn nested(depth: usize) -> Value {
    let mut value = json!({});
    for _ in 1..depth {
        let mut outer = json!({});
        outer["a"] = value;
        value = outer;
    }
    value
}

#[test]
fn nesting_is_bounded() {
    let everywhere = overlay(json!([{ "target": "$..*", "update": { "b": 1 } }]));
    let everywhere = Overlay::from_value(everywhere).unwrap();
    everywhere.apply(&mut nested(MAX_DEPTH)).unwrap();
    for too_deep in [MAX_DEPTH + 1, 2_000] {
        assert!(matches!(
            everywhere.apply(&mut nested(too_deep)),
            Err(Error::TooDeep { index: None })
        ));

        let mut value = overlay(json!([{ "target": "$", "update": null }]));
        value["actions"][0]["update"] = nested(too_deep);
        assert!(
            matches!(Overlay::from_value(value), Err(Error::NotAnOverlay { pointer, .. }) if pointer.is_empty())
        );
    }
}

#[test]
fn no_action_makes_the_document_too_deep() {
    // Each round doubles the depth of the document.
    let inner = json!({ "target": "$..[?!@.a]", "copy": "$" });
    let doubling = Overlay::from_value(overlay(json!([{ "target": "$", "update": {} }, inner]))).unwrap();
    let mut document = nested(2);
    let (rounds, error) = (1..64)
        .find_map(|round| Some((round, doubling.apply(&mut document).err()?)))
        .expect("it cannot grow forever");
    assert!(
        matches!(error, Error::TooDeep { index: Some(1) }),
        "after {rounds} rounds: {error}"
    );
    assert!(document.to_string().matches('{').count() <= MAX_DEPTH);
}
