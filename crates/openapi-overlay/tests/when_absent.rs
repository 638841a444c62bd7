//! The extension `x-when-absent`, and the conflicts that it can cause.

#![expect(clippy::panic, reason = "test helpers")]

use openapi_overlay::{Outcome, Overlay, Report};
use serde_json::{Value, json};

fn apply(document: &mut Value, actions: Value) -> Report {
    let overlay = json!({ "overlay": "1.1.0", "info": { "title": "t", "version": "1" }, "actions": actions });
    Overlay::from_value(overlay)
        .and_then(|overlay| overlay.apply(document))
        .unwrap_or_else(|error| panic!("{error}"))
}

fn outcome(document: &Value, action: Value) -> Outcome {
    let mut after = document.clone();
    let outcome = apply(&mut after, json!([action])).actions[0].outcome;
    if matches!(outcome, Outcome::Redundant { .. }) {
        assert_eq!(
            after.to_string(),
            document.to_string(),
            "a redundant action changed the document"
        );
    }
    outcome
}

fn add_schema(name: &str, schema: Value) -> Value {
    json!({
        "target": "$.components.schemas",
        "x-when-absent": format!("$.components.schemas['{name}']"),
        "update": { name: schema },
    })
}

fn with_schemas(schemas: Value) -> Value {
    json!({ "components": { "schemas": schemas } })
}

#[test]
fn an_addition_is_made_where_the_thing_is_absent() {
    let mut document = with_schemas(json!({ "A": {} }));
    let report = apply(
        &mut document,
        json!([add_schema("B", json!({ "type": "string" }))]),
    );
    assert_eq!(report.actions[0].outcome, Outcome::Applied { matches: 1 });
    assert_eq!(
        document,
        with_schemas(json!({ "A": {}, "B": { "type": "string" } }))
    );
}

#[test]
fn an_addition_is_skipped_where_the_thing_is_present() {
    let document = with_schemas(json!({ "A": { "type": "string", "maxLength": 3 } }));
    let same = json!({ "maxLength": 3, "type": "string" });
    assert_eq!(
        outcome(&document, add_schema("A", same)),
        Outcome::Redundant { differs: false }
    );
    for other in [
        json!({ "type": "string" }),
        json!({ "type": "string", "maxLength": 4 }),
        json!(true),
    ] {
        assert_eq!(
            outcome(&document, add_schema("A", other)),
            Outcome::Redundant { differs: true }
        );
    }
}

#[test]
fn a_thing_that_is_null_is_present() {
    let action = json!({ "target": "$.a", "x-when-absent": "$.a.b", "update": { "b": 1 } });
    assert_eq!(
        outcome(&json!({ "a": { "b": null } }), action),
        Outcome::Redundant { differs: true }
    );
}

#[test]
fn the_comparison_is_at_the_path_not_above_it() {
    let document = json!({ "paths": { "/a": { "get": { "tags": ["x"] }, "put": {} } } });
    let add = |get: Value| json!({ "target": "$.paths", "x-when-absent": "$.paths['/a'].get", "update": { "/a": { "get": get } } });
    assert_eq!(
        outcome(&document, add(json!({ "tags": ["x"] }))),
        Outcome::Redundant { differs: false }
    );
    assert_eq!(
        outcome(&document, add(json!({}))),
        Outcome::Redundant { differs: true }
    );
}

#[test]
fn an_entry_of_an_array_can_be_guarded() {
    let document = json!({ "list": [{ "name": "a" }, { "name": "b", "in": "query" }] });
    let add = |name: &str, entry: Value| {
        let guard = format!("$.list[?@.name == '{name}']");
        outcome(
            &document,
            json!({ "target": "$.list", "x-when-absent": guard, "update": entry }),
        )
    };
    assert_eq!(add("c", json!({ "name": "c" })), Outcome::Applied { matches: 1 });
    for (place, differs) in [("query", false), ("path", true)] {
        let entry = json!({ "name": "b", "in": place });
        assert_eq!(
            add("b", json!([{ "name": "z" }, entry])),
            Outcome::Redundant { differs }
        );
        assert_eq!(add("b", entry), Outcome::Redundant { differs });
    }
}

#[test]
fn a_path_that_leads_elsewhere_only_says_whether_the_action_is_needed() {
    let document = json!({ "info": { "version": "2" }, "paths": {} });
    let action = json!({ "target": "$.paths", "x-when-absent": "$.info.version", "update": { "/a": {} } });
    assert_eq!(outcome(&document, action), Outcome::Redundant { differs: false });
    let action = json!({ "target": "$.nowhere", "x-when-absent": "$.info.title", "update": { "/a": {} } });
    assert_eq!(outcome(&document, action), Outcome::NoMatch);
}

#[test]
fn what_an_earlier_action_added_is_present() {
    let mut document = with_schemas(json!({}));
    let (first, second) = (json!({ "type": "string" }), json!({ "type": "integer" }));
    let report = apply(
        &mut document,
        json!([add_schema("A", first), add_schema("A", second)]),
    );
    assert_eq!(report.actions[1].outcome, Outcome::Redundant { differs: true });
    assert_eq!(document, with_schemas(json!({ "A": { "type": "string" } })));
}

/// The conflicts of an addition with this reference. The document already has `A/b c`; the overlay adds it as
/// a string.
fn conflicts(reference: &str, present: Value) -> Vec<(usize, String, usize)> {
    let refers = json!({ "properties": { "a": { "items": { "$ref": reference } } } });
    let mut document = with_schemas(json!({ "A/b c": present, "Other": {} }));
    let actions = json!([
        add_schema("New", refers.clone()),
        add_schema("A/b c", json!({ "type": "string" })),
        { "target": "$.components.schemas", "update": { "Unconditional": refers } },
    ]);
    let report = apply(&mut document, actions);
    report
        .conflicts
        .into_iter()
        .map(|found| (found.action, found.reference, found.skipped_action))
        .collect()
}

#[test]
fn an_addition_that_refers_to_what_is_defined_differently_is_a_conflict() {
    let differing = || json!({ "type": "integer", "properties": { "x": {} } });
    for name in ["A~1b c", "A~1b%20c", "A~1b c/properties/x"] {
        let reference = format!("#/components/schemas/{name}");
        assert_eq!(conflicts(&reference, differing()), [(0, reference, 1)]);
    }
    for reference in [
        "#/components/schemas/Other",
        "#/components/schemas/A~1b cd",
        "x.json#/components/schemas/A~1b c",
    ] {
        assert_eq!(conflicts(reference, differing()), []);
    }
    assert_eq!(
        conflicts("#/components/schemas/A~1b c", json!({ "type": "string" })),
        [],
        "the definitions are the same"
    );
}

#[test]
fn an_addition_that_was_skipped_is_no_conflict() {
    let mut document = with_schemas(json!({ "A": { "type": "integer" }, "B": {} }));
    let refers = json!({ "$ref": "#/components/schemas/A" });
    let report = apply(
        &mut document,
        json!([
            add_schema("A", json!({ "type": "string" })),
            add_schema("B", refers)
        ]),
    );
    assert_eq!(report.conflicts, []);
}
