//! Equivalent schemas, and schemas that include others: verdicts that depend on sets of values.

use serde_json::{Value, json};

use crate::{cases, check, compare, document, verdicts};

#[test]
fn unions_that_can_be_decided() {
    check(&cases![
        "a model became a union with itself": {"type": "object", "required": ["kind", "sails"], "properties": {"kind": {"const": "boat"}, "sails": {"type": "integer"}}}
            => {"oneOf": [
                {"type": "object", "required": ["kind", "wheels"], "properties": {"kind": {"const": "bike"}, "wheels": {"type": "integer"}}},
                {"type": "object", "required": ["kind", "sails"], "properties": {"kind": {"const": "boat"}, "sails": {"type": "integer"}}}
            ]},
            ["info ~one-of-added"], ["breaking ~one-of-added"];
        "beside its type": {"type": "object", "required": ["kind", "sails"], "properties": {"kind": {"const": "boat"}, "sails": {"type": "integer"}}}
            => {"type": "object", "oneOf": [
                {"type": "object", "required": ["kind", "sails"], "properties": {"kind": {"const": "boat"}, "sails": {"type": "integer"}}},
                {"type": "object", "required": ["kind", "wheels"], "properties": {"kind": {"const": "bike"}, "wheels": {"type": "integer"}}}
            ]},
            ["info ~one-of-added"], ["breaking ~one-of-added"];
        "and back": {"oneOf": [
                {"type": "object", "required": ["kind", "sails"], "properties": {"kind": {"const": "boat"}, "sails": {"type": "integer"}}},
                {"type": "object", "required": ["kind", "wheels"], "properties": {"kind": {"const": "bike"}, "wheels": {"type": "integer"}}}
            ]}
            => {"type": "object", "required": ["kind", "sails"], "properties": {"kind": {"const": "boat"}, "sails": {"type": "integer"}}},
            ["breaking ~one-of-removed"], ["info ~one-of-removed"];
        "a union of one": {"oneOf": [{"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}]}
            => {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}, [], [];
        "a union of one and null": {"anyOf": [{"type": "object", "required": ["a"]}]}
            => {"anyOf": [{"type": "object", "required": ["a"]}, {"type": "null"}]},
            ["info ~became-nullable"], ["breaking ~became-nullable"];
        "alternatives that each accept the object": {"type": "object", "required": ["from", "to"]}
            => {"anyOf": [{"type": "object", "required": ["from"]}, {"type": "object", "required": ["to"]}]},
            ["info ~became-optional", "info ~any-of-added"], ["breaking ~became-optional", "breaking ~any-of-added"];
        "constants are an enumeration": {"anyOf": [{"type": "string", "const": "red"}, {"const": "blue", "title": "Blue"}]}
            => {"enum": ["blue", "red"]}, [], [];
        "enumerations are one": {"oneOf": [{"enum": [1, 2]}, {"const": 3}]} => {"enum": [1, 2, 3]}, [], [];
        "a constant of two branches is refused": {"oneOf": [{"const": "red"}, {"enum": ["red", "blue"]}]} => {"const": "blue"}, [], [];
        "a branch that another contains": {"type": "number"} => {"anyOf": [{"type": "number"}, {"type": "integer", "minimum": 3}]},
            ["info ~any-of-added"], ["info ~any-of-added"];
        "all integers match both branches": {"type": "integer"} => {"oneOf": [{"type": "integer"}, {"type": "number"}]},
            ["breaking ~list-of-types-narrowed", "info ~list-of-types-widened"], ["info ~list-of-types-narrowed", "breaking ~list-of-types-widened"];
        "an old branch within a new one": {"type": "integer", "minimum": 0} => {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "number"}]},
            ["breaking ~one-of-added"], ["breaking ~one-of-added"];
        "a branch within a removed one": {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "number"}]} => {"type": "integer", "minimum": 0},
            ["breaking ~one-of-removed"], ["breaking ~one-of-removed"];
    ]);
}

#[test]
fn arrays_in_other_words() {
    check(&cases![
        "a tuple is closed or limited": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": false}
            => {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "maxItems": 2}, [], [];
        "nothing else is evaluated": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "unevaluatedItems": false}
            => {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "maxItems": 2}, [], [];
        "a tuple of equal items": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "string"}], "items": false}
            => {"type": "array", "items": {"type": "string"}, "maxItems": 2}, [], [];
        "a position that no array reaches": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "maxItems": 1}
            => {"type": "array", "prefixItems": [{"type": "string"}, {"type": "boolean"}], "maxItems": 1}, [], [];
        "a tuple got longer": {"type": "array", "prefixItems": [{"type": "string"}], "maxItems": 1}
            => {"type": "array", "prefixItems": [{"type": "string"}, {"type": "string"}], "items": false},
            ["info ~max-items-increased", "info ~prefix-items-added"], ["breaking ~max-items-increased", "breaking ~prefix-items-added"];
        "a single item is not repeated": {"type": "array", "maxItems": 1} => {"type": "array", "maxItems": 1, "uniqueItems": true}, [], [];
        "what must be there is an item": {"type": "array", "contains": {"type": "string"}} => {"type": "array", "contains": {"type": "string"}, "minItems": 1}, [], [];
    ]);
}

#[test]
fn objects_in_other_words() {
    check(&cases![
        "additional and unevaluated": {"type": "object", "properties": {"a": {}}, "additionalProperties": false}
            => {"type": "object", "properties": {"a": {}}, "unevaluatedProperties": false}, [], [];
        "of a schema": {"type": "object", "additionalProperties": {"type": "string"}} => {"type": "object", "unevaluatedProperties": {"type": "string"}}, [], [];
        "over an allOf": {"allOf": [{"type": "object", "properties": {"a": {"type": "string"}}}, {"properties": {"b": {"type": "string"}}}], "unevaluatedProperties": false}
            => {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "additionalProperties": false}, [], [];
        "a branch of an allOf sees itself only": {"allOf": [{"type": "object", "properties": {"a": {}}}, {"properties": {"b": {}}, "unevaluatedProperties": false}]}
            => {"type": "object", "properties": {"a": {}, "b": {}}, "additionalProperties": false},
            ["info ~type-generalized"], ["breaking ~type-changed"];
        "a required member counts": {"type": "object", "required": ["a"]} => {"type": "object", "required": ["a"], "minProperties": 1}, [], [];
        "two items are more than one": {"type": "object", "required": ["a"]} => {"type": "object", "required": ["a"], "minProperties": 2},
            ["breaking ~min-properties-increased"], ["info ~min-properties-increased"];
        "a closed object has no more members": {"type": "object", "properties": {"a": {}}, "additionalProperties": false}
            => {"type": "object", "properties": {"a": {}}, "additionalProperties": false, "maxProperties": 1}, [], [];
        "a required property depends on nothing": {"type": "object", "required": ["a", "b"]} => {"type": "object", "required": ["a", "b"], "dependentRequired": {"a": ["b"]}}, [], [];
    ]);
}

#[test]
fn what_says_nothing() {
    check(&cases![
        "items of a text": {"type": "string"} => {"type": "string", "maxItems": 3}, [], [];
        "the length of a number": {"type": "integer"} => {"type": "integer", "pattern": "^a", "minLength": 2}, [], [];
        "bounds that the format implies": {"type": "integer", "format": "int32"} => {"type": "integer", "format": "int32", "maximum": 2147483647u32, "minimum": -2147483648i64}, [], [];
        "what the exclusive bound implies": {"type": "integer", "exclusiveMinimum": 0} => {"type": "integer", "exclusiveMinimum": 0, "minimum": 0}, [], [];
        "multiples are reported once": {"type": "number", "multipleOf": 5} => {"type": "number", "multipleOf": 2.5},
            ["info ~multiple-of-generalized"], ["breaking ~multiple-of-generalized"];
    ]);
}

fn union(mapping: &Value) -> Value {
    let components = json!({
        "Boat": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}, "sails": {"type": "integer"}}},
        "Bike": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}, "wheels": {"type": "integer"}}},
    });
    let mut schema = json!({
        "oneOf": [{"$ref": "#/components/schemas/Boat"}, {"$ref": "#/components/schemas/Bike"}],
        "discriminator": {"propertyName": "kind"},
    });
    if !mapping.is_null() {
        schema["discriminator"]["mapping"] = mapping.clone();
    }
    document("3.1.0", &schema, &components)
}

#[test]
fn a_mapping_that_repeats_the_names_says_nothing() {
    let none = union(&Value::Null);
    let implied = union(&json!({"Boat": "#/components/schemas/Boat", "Bike": "Bike"}));
    for (old, new) in [(&none, &implied), (&implied, &none)] {
        assert!(compare(old, new).findings.is_empty());
    }
    let other = union(&json!({"Boat": "#/components/schemas/Bike"}));
    assert_eq!(
        verdicts(&compare(&none, &other), true),
        ["breaking response-body-discriminator-mapping-changed"]
    );
}
