//! Pointers, references and their targets.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use openapi_document::{At, pointer};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Names with characters that pointers and URIs escape.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[~/01%#a ]{0,6}"]
}

proptest! {
    #[test]
    fn a_name_comes_back_from_its_token(name in name()) {
        let token = pointer::escape(&name);
        prop_assert!(!token.contains('/'));
        prop_assert_eq!(pointer::unescape(&token), name.as_str());
    }

    #[test]
    fn names_come_back_from_their_pointer_and_the_pointer_from_its_reference(
        names in prop::collection::vec(name(), 0..6)
    ) {
        let text = pointer::from_names(&names);
        let read: Vec<_> = pointer::names(&text).collect();
        prop_assert_eq!(&read, &names);
        let reference = pointer::to_reference(&text);
        prop_assert_eq!(pointer::of_reference(&reference), Some(text));
    }

    #[test]
    fn every_value_is_found_by_its_pointer(names in prop::collection::vec(name(), 0..6)) {
        let document = names.iter().rev().fold(json!("leaf"), |inner, name| json!({ name: [inner] }));
        let mut at = At::root(&document);
        for name in &names {
            at = at.get(name).unwrap().items().next().unwrap();
        }
        prop_assert_eq!(at.value, "leaf");
        let text = at.pointer.to_string();
        prop_assert_eq!(document.pointer(&text), Some(at.value));
        let target = At::target(&document, &pointer::to_reference(&text)).unwrap();
        prop_assert_eq!(target.pointer.to_string(), text);
    }
}

#[test]
fn escapes_are_undone_in_the_order_of_the_specification() {
    let document = json!({ "~1": 1, "/": 2, "m~n": 3, "~2": 4 });
    for (reference, value) in [
        ("#/~01", 1),
        ("#/~1", 2),
        ("#/m~0n", 3),
        ("#/~2", 4),
        ("#/~02", 4),
    ] {
        let target = At::target(&document, reference).unwrap();
        assert_eq!(target.value, value, "{reference}");
    }
}

#[test]
fn a_reference_leads_to_what_value_pointer_finds() {
    let document = json!({ "a": [{ "0": "x" }, "y"], "": { "": 1 }, "a b": 2, "100%": 3, "é": 4 });
    for (reference, pointer) in [
        ("#", ""),
        ("#/", "/"),
        ("#//", "//"),
        ("#/a/0/0", "/a/0/0"),
        ("#/a/1", "/a/1"),
        ("#/a/2", "/a/2"),
        ("#/a/01", "/a/01"),
        ("#/a/00", "/a/00"),
        ("#/a/+1", "/a/+1"),
        ("#/a/-", "/a/-"),
        ("#/a/", "/a/"),
        ("#/a/18446744073709551616", "/a/18446744073709551616"),
        ("#/a%20b", "/a b"),
        ("#/a b", "/a b"),
        ("#/100%25", "/100%"),
        ("#/100%", "/100%"),
        ("#/%C3%A9", "/é"),
        // Percent-encoding is undone first: this is two steps (RFC 6901, section 6).
        ("#/a%2F1", "/a/1"),
    ] {
        let target = At::target(&document, reference).map(|at| at.value);
        assert_eq!(target, document.pointer(pointer), "{reference}");
    }
    assert!(document.pointer("/a/01").is_none() && document.pointer("/a/1").is_some());
    for elsewhere in ["", "a", "/a", "#a", "b.yaml#/a", "#/%FF"] {
        assert!(At::target(&document, elsewhere).is_none(), "{elsewhere}");
    }
}

#[test]
fn references_are_followed_to_their_end() {
    let document = json!({
        "start": { "$ref": "#/components/parameters/a%20b" },
        "components": { "parameters": { "a b": { "$ref": "#/list/0" } } },
        "list": [{ "name": "page" }],
    });
    let start = At::root(&document).get("start").unwrap();
    let end = start.follow(&document).unwrap();
    assert_eq!(end.value, &json!({ "name": "page" }));
    assert_eq!(end.pointer.to_string(), "/list/0");
    let end = end.follow(&document).unwrap();
    assert_eq!(
        end.pointer.to_string(),
        "/list/0",
        "a value without a reference stays where it is"
    );
}

#[test]
fn a_circle_and_a_dangling_reference_are_told_apart() {
    let document = json!({
        "itself": { "$ref": "#/itself" },
        "there": { "$ref": "#/back" },
        "back": { "$ref": "#/there" },
        "into": { "$ref": "#/there" },
        "whole": { "$ref": "#" },
        "nowhere": { "$ref": "#/nothing" },
        "outside": { "$ref": "other.yaml#/a" },
        "chain": { "$ref": "#/nowhere" },
    });
    let broken = |name: &str| {
        At::root(&document)
            .get(name)
            .unwrap()
            .follow(&document)
            .unwrap_err()
    };
    for (name, message, at) in [
        ("itself", "refers to #/itself, which refers to itself", "/itself"),
        ("there", "refers to #/back, which refers to itself", "/there"),
        ("into", "refers to #/there, which refers to itself", "/back"),
        (
            "nowhere",
            "refers to #/nothing, which is not in the document",
            "/nowhere",
        ),
        (
            "chain",
            "refers to #/nothing, which is not in the document",
            "/nowhere",
        ),
        (
            "outside",
            "refers to other.yaml#/a, which is not in the document",
            "/outside",
        ),
    ] {
        let broken = broken(name);
        assert_eq!(
            (
                broken.to_string().as_str(),
                broken.at.pointer.to_string().as_str()
            ),
            (message, at)
        );
        assert_eq!(broken.is_circular, message.ends_with("itself"));
    }
    assert_eq!(
        At::root(&document)
            .get("whole")
            .unwrap()
            .follow(&document)
            .unwrap()
            .value,
        &document
    );
}

#[test]
fn a_long_chain_of_references_ends() {
    let next = |index: usize| json!({ "$ref": format!("#/items/{}", index + 1) });
    let document = json!({ "items": (0..10_000).map(next).collect::<Value>() });
    let first = At::target(&document, "#/items/0").unwrap();
    assert!(first.follow(&document).unwrap_err().is_circular);
}

#[test]
fn operations_are_those_of_path_items_and_of_what_they_refer_to() {
    let document = json!({
        "paths": {
            "/a/b": { "$ref": "#/components/pathItems/Shared" },
            "/c": { "parameters": [], "trace": {}, "get": null, "fetch": {} },
            "x-notes": { "get": {} },
        },
        "components": { "pathItems": { "Shared": { "delete": {} } } },
    });
    let found: Vec<_> = openapi_document::operations(&document)
        .map(|operation| (operation.name(), operation.at.pointer.to_string()))
        .collect();
    let expected = [
        ("DELETE /a/b", "/components/pathItems/Shared/delete"),
        ("TRACE /c", "/paths/~1c/trace"),
    ];
    assert_eq!(
        found,
        expected.map(|(name, place)| (name.to_owned(), place.to_owned()))
    );
    assert_eq!(openapi_document::operations(&json!({ "paths": [] })).count(), 0);
}
