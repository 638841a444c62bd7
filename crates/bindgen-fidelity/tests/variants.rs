//! As which variant a value is read, and that nothing of it is lost: equal round trips alone do not show that
//! it is the right one.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use bindgen_fidelity::difficult::{debug, roundtrip};
use serde_json::{Value, json};

/// Reads the value, checks that it comes back equal, and gives what it was read as.
fn read(schema: &str, value: Value) -> String {
    assert_eq!(roundtrip(schema, value.clone()).as_ref(), Ok(&value), "{schema}");
    debug(schema, value).unwrap()
}

#[test]
fn the_tag_decides() {
    for (schema, value, variant) in [
        (
            "ByConstant",
            json!({ "by": "air", "weight": 1 }),
            "Letter(Letter {",
        ),
        // `plate` is a member of the other branch alone; it is kept.
        (
            "ByConstant",
            json!({ "by": "air", "plate": "B" }),
            "Letter(Letter {",
        ),
        ("ByFlag", json!({ "paid": false, "sum": 1 }), "Variant1("),
        ("ByNumber", json!({ "version": 2, "body": "b" }), "Variant0("),
        ("ByNumber", json!({ "version": 3, "body": "b" }), "Variant1("),
        (
            "BesideMembers",
            json!({ "by": "air", "note": "n" }),
            "Letter(BesideMembersLetter {",
        ),
        ("ByName", json!({ "shape": "round", "size": 1.5 }), "Circle("),
        ("ByName", json!({ "shape": "Square", "size": 1.5 }), "Square("),
        (
            "Nested",
            json!({ "shape": "round", "size": 1.5 }),
            "ByName(Circle(",
        ),
        ("Nested", json!({ "shape": "Square" }), "ByName(Square("),
        ("Nested", json!({ "shape": "Flat" }), "Flat("),
    ] {
        let read = read(schema, value.clone());
        assert!(read.starts_with(variant), "{schema} {value}: {read}");
    }
}

#[test]
fn a_value_with_an_unknown_tag_is_kept() {
    for (schema, value) in [
        ("ByConstant", json!({ "by": "sea", "port": "Kiel" })),
        ("ByName", json!({ "shape": "blob", "size": [1] })),
        ("Vehicle", json!({ "kind": "boat", "sails": 2 })),
        ("ByNumber", json!({ "version": 4 })),
    ] {
        let read = read(schema, value);
        assert!(read.starts_with("Unknown(Object"), "{schema}: {read}");
    }
}

#[test]
fn a_tag_whose_branch_refuses_the_value_is_an_error() {
    let error = debug("ByConstant", json!({ "by": "air", "weight": "much" })).unwrap_err();
    assert!(
        error.starts_with("ByConstant: by is \"air\", but branch 1 does not accept"),
        "{error}"
    );
}

#[test]
fn a_base_is_a_choice_of_its_children() {
    for (schema, value, variant) in [
        ("Vehicle", json!({ "kind": "car", "doors": 4 }), "Car(Car {"),
        ("Vehicle", json!({ "kind": "Bike", "gears": 21 }), "Bike(Bike {"),
        (
            "Vehicle",
            json!({ "kind": "Vehicle" }),
            "VehicleBase(VehicleBase {",
        ),
        ("Car", json!({ "kind": "car", "doors": 4 }), "Car {"),
    ] {
        let read = read(schema, value.clone());
        assert!(read.starts_with(variant), "{schema} {value}: {read}");
    }
}

#[test]
fn without_a_tag_the_branch_that_knows_every_member_is_taken() {
    let both = read("Untagged", json!({ "a": 1, "b": 2 }));
    assert!(both.starts_with("Variant1("), "{both}");
    let first = read("Untagged", json!({ "a": 1 }));
    assert!(first.starts_with("Variant0("), "{first}");
    read("Overlapping", json!({ "a": "x", "b": "y", "c": 3 }));
}

#[test]
fn members_that_no_name_declares_are_kept() {
    read("Patterns", json!({ "id": 1, "x-a": "b" }));
    read("Stated", json!({ "id": 1, "more": [1] }));
}

#[test]
fn integers_are_read_however_they_are_written() {
    let given = r#"{ "any": 2.0, "many": [1e3, -1, 18446744073709551615], "either": 3.0 }"#;
    let whole = debug("Whole", serde_json::from_str(given).unwrap()).unwrap();
    assert_eq!(
        whole,
        "Whole { any: Some(2), either: Some(Integer(3)), many: Some([1000, -1, 18446744073709551615]) }"
    );
    assert_eq!(read("MaybeCounts", json!([1, 2])), "MaybeCounts(Some([1, 2]))");
    assert_eq!(read("MaybeCounts", Value::Null), "MaybeCounts(None)");
    let error = debug("Whole", json!({ "any": 2.5 })).unwrap_err();
    assert!(error.contains("2.5"), "{error}");
}
