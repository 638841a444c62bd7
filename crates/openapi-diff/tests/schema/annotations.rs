//! Defaults, directions, deprecation.

use crate::{Case, cases, check};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        "default given": {} => {"default": 1}, ["warning ~default-value-added"], ["info ~default-value-added"];
        "default dropped": {"default": 1} => {}, ["warning ~default-value-removed"], ["info ~default-value-removed"];
        "default changed": {"default": 1} => {"default": 2}, ["warning ~default-value-changed"], ["info ~default-value-changed"];
        "default of an item": {"type": "array", "items": {"default": 1}} => {"type": "array", "items": {"default": 2}},
            ["info ~default-value-changed"], ["info ~default-value-changed"];
        "default of a required property": {"type": "object", "properties": {"a": {}}, "required": ["a"]} => {"type": "object", "properties": {"a": {"default": 1}}, "required": ["a"]},
            ["info ~default-value-added"], ["info ~default-value-added"];
        "optional became read-only": {} => {"readOnly": true},
            ["info request-optional-property-became-read-only"], ["info response-optional-property-became-read-only"];
        "optional became not read-only": {"readOnly": true} => {},
            ["info request-optional-property-became-not-read-only"], ["info response-optional-property-became-not-read-only"];
        "optional became write-only": {} => {"writeOnly": true},
            ["info request-optional-property-became-write-only"], ["info response-optional-property-became-write-only"];
        "optional became not write-only": {"writeOnly": true} => {},
            ["info request-optional-property-became-not-write-only"], ["info response-optional-property-became-not-write-only"];
        "required became read-only": {"type": "object", "properties": {"a": {}}, "required": ["a"]} => {"type": "object", "properties": {"a": {"readOnly": true}}, "required": ["a"]},
            ["info request-required-property-became-read-only"], ["info response-required-property-became-read-only"];
        "required became not read-only": {"type": "object", "properties": {"a": {"readOnly": true}}, "required": ["a"]} => {"type": "object", "properties": {"a": {}}, "required": ["a"]},
            ["info request-required-property-became-not-read-only"], ["info response-required-property-became-not-read-only"];
        "required became write-only": {"type": "object", "properties": {"a": {}}, "required": ["a"]} => {"type": "object", "properties": {"a": {"writeOnly": true}}, "required": ["a"]},
            ["info request-required-property-became-write-only"], ["breaking response-required-property-became-write-only"];
        "required became not write-only": {"type": "object", "properties": {"a": {"writeOnly": true}}, "required": ["a"]} => {"type": "object", "properties": {"a": {}}, "required": ["a"]},
            ["info request-required-property-became-not-write-only"], ["warning response-required-property-became-not-write-only"];
        "read-only does not matter in a request": {"type": "string", "readOnly": true, "maxLength": 5} => {"type": "string", "readOnly": true, "maxLength": 4},
            ["info request-read-only-property-max-length-decreased"], [];
        "write-only does not matter in a response": {"type": "string", "writeOnly": true, "enum": ["a"]} => {"type": "string", "writeOnly": true, "enum": ["a", "b"]},
            ["info ~enum-value-added"], ["info response-write-only-property-enum-value-added"];
        "required read-only property added": {"type": "object"} => {"type": "object", "properties": {"a": {"readOnly": true}}, "required": ["a"]},
            [], ["info response-required-property-added"];
        "write-only property removed": {"type": "object", "properties": {"a": {"writeOnly": true}}, "required": ["a"]} => {"type": "object"},
            ["warning ~removed"], ["info response-required-write-only-property-removed"];
        "write-only property became optional": {"type": "object", "properties": {"a": {"writeOnly": true}}, "required": ["a"]} => {"type": "object", "properties": {"a": {"writeOnly": true}}},
            ["info ~became-optional"], ["info response-write-only-property-became-optional"];
        "deprecated": {} => {"deprecated": true}, ["info ~deprecated"], ["info ~deprecated"];
        "deprecated with sunset": {} => {"deprecated": true, "x-sunset": "2026-12-31"},
            ["info ~deprecated-with-sunset"], ["info ~deprecated-with-sunset"];
        "reactivated": {"deprecated": true} => {"deprecated": false}, ["info ~reactivated"], ["info ~reactivated"];
        "sunset unreadable": {} => {"deprecated": true, "x-sunset": "soon"},
            ["breaking ~deprecated-sunset-invalid"], ["breaking ~deprecated-sunset-invalid"];
        "sunset dropped": {"deprecated": true, "x-sunset": "2026-12-31"} => {"deprecated": true},
            ["breaking ~sunset-deleted"], ["breaking ~sunset-deleted"];
        "sunset brought forward": {"deprecated": true, "x-sunset": "2026-12-31"} => {"deprecated": true, "x-sunset": "2026-06-01"},
            ["breaking ~sunset-date-too-small"], ["breaking ~sunset-date-too-small"];
        "stability down": {"x-stability-level": "stable"} => {"x-stability-level": "beta"},
            ["breaking ~stability-decreased"], ["breaking ~stability-decreased"];
        "stability up": {"x-stability-level": "alpha"} => {"x-stability-level": "beta"},
            ["info ~stability-increased"], ["info ~stability-increased"];
        "words": {"title": "A", "description": "B", "examples": [1], "x-foo": 1} => {"description": "C", "$comment": "D"}, [], [];
    ]
}

#[test]
fn annotations() {
    check(&cases());
}
