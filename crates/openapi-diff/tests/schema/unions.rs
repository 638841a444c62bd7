//! Branches.

use crate::{Case, cases, check};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        "anyOf branch added": {"anyOf": [{"type": "object", "title": "A", "required": ["a"]}]}
            => {"anyOf": [{"type": "object", "title": "A", "required": ["a"]}, {"type": "object", "title": "B", "required": ["b"]}]},
            ["info ~any-of-added"], ["breaking ~any-of-added"];
        "anyOf branch removed": {"anyOf": [{"type": "object", "title": "A", "required": ["a"]}, {"type": "object", "title": "B", "required": ["b"]}]}
            => {"anyOf": [{"type": "object", "title": "A", "required": ["a"]}]},
            ["breaking ~any-of-removed"], ["info ~any-of-removed"];
        "a schema became an anyOf with it": {"type": "object", "required": ["a"]}
            => {"anyOf": [{"type": "object", "required": ["b"]}, {"type": "object", "required": ["a"]}]},
            ["info ~any-of-added"], ["breaking ~any-of-added"];
        "oneOf branch added": {"oneOf": [{"type": "object", "required": ["k"], "properties": {"k": {"const": "a"}}}]}
            => {"oneOf": [{"type": "object", "required": ["k"], "properties": {"k": {"const": "a"}}}, {"type": "object", "required": ["k"], "properties": {"k": {"const": "b"}}}]},
            ["info ~one-of-added"], ["breaking ~one-of-added"];
        "overlapping oneOf branch added": {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "string"}]}
            => {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "string"}, {"type": "object", "required": ["b"]}]},
            ["warning ~one-of-added"], ["breaking ~one-of-added"];
        "oneOf branch removed": {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]}
            => {"oneOf": [{"type": "object", "required": ["b"]}]},
            ["breaking ~one-of-removed"], ["info ~one-of-removed"];
        "branches in another order": {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]}
            => {"oneOf": [{"type": "object", "required": ["b"]}, {"type": "object", "required": ["a"]}]}, [], [];
        "branches are paired by title": {"oneOf": [{"type": "object", "title": "A", "required": ["a"]}, {"type": "object", "title": "B", "required": ["b"]}]}
            => {"oneOf": [{"type": "object", "title": "B", "required": ["b", "c"]}, {"type": "object", "title": "A", "required": ["a", "d"]}]},
            ["breaking ~became-required", "breaking ~became-required"], ["info ~became-required", "info ~became-required"];
        "branches are paired by their constant": {
                "oneOf": [{"required": ["k"], "properties": {"k": {"const": "a"}}, "type": "object"}, {"required": ["k"], "properties": {"k": {"const": "b"}}, "type": "object"}],
                "discriminator": {"propertyName": "k"}
            } => {
                "oneOf": [{"required": ["k", "x"], "properties": {"k": {"const": "b"}}, "type": "object"}, {"required": ["k", "y"], "properties": {"k": {"const": "a"}}, "type": "object"}],
                "discriminator": {"propertyName": "k"}
            },
            ["breaking ~became-required", "breaking ~became-required"], ["info ~became-required", "info ~became-required"];
        "branches are paired by their constant without a discriminator": {
                "oneOf": [{"required": ["k", "x"], "properties": {"k": {"const": "a"}}, "type": "object"}, {"required": ["k", "x"], "properties": {"k": {"const": "b"}}, "type": "object"}]
            } => {
                "oneOf": [{"required": ["k"], "properties": {"k": {"enum": ["b"]}}, "type": "object"}, {"required": ["k"], "properties": {"k": {"enum": ["a"]}}, "type": "object"}]
            },
            ["info ~became-optional", "info ~became-optional"], ["breaking ~became-optional", "breaking ~became-optional"];
        "the last branches are paired": {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]}
            => {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b", "c"]}]},
            ["breaking ~became-required"], ["info ~became-required"];
        "anyOf to oneOf": {"anyOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]}
            => {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]},
            ["warning ~any-of-became-one-of"], ["info ~any-of-became-one-of"];
        "oneOf to anyOf": {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]}
            => {"anyOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]},
            ["info ~one-of-became-any-of"], ["warning ~one-of-became-any-of"];
        "anyOf to oneOf with disjoint branches": {"anyOf": [{"type": "object", "required": ["k"], "properties": {"k": {"const": "a"}}}, {"type": "object", "required": ["k"], "properties": {"k": {"const": "b"}}}]}
            => {"oneOf": [{"type": "object", "required": ["k"], "properties": {"k": {"const": "a"}}}, {"type": "object", "required": ["k"], "properties": {"k": {"const": "b"}}}]},
            [], [];
        "wrapped": {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}
            => {"oneOf": [{"type": "object", "properties": {"a": {"type": "string"}}}, {"type": "object", "properties": {"b": {"type": "string"}}}]},
            ["breaking ~wrapped-in-one-of"], ["breaking ~wrapped-in-one-of"];
        "unwrapped": {"oneOf": [{"type": "object", "properties": {"a": {"type": "string"}}}, {"type": "object", "properties": {"b": {"type": "string"}}}]}
            => {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}},
            ["warning ~unwrapped-from-one-of"], ["warning ~unwrapped-from-one-of"];
        "any of others": {"type": "object", "required": ["c"]} => {"anyOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]},
            ["warning ~any-of-added"], ["warning ~any-of-added"];
        "one of others": {"type": "object", "required": ["c"]} => {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]},
            ["warning ~one-of-added"], ["warning ~one-of-added"];
        "anyOf given": {"type": "object"} => {"type": "object", "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
            ["breaking ~any-of-added"], ["info ~any-of-added"];
        "anyOf dropped": {"type": "object", "anyOf": [{"required": ["a"]}, {"required": ["b"]}]} => {"type": "object"},
            ["info ~any-of-removed"], ["breaking ~any-of-removed"];
        "oneOf given": {"type": "object"} => {"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
            ["breaking ~one-of-added"], ["info ~one-of-added"];
        "oneOf dropped": {"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]} => {"type": "object"},
            ["info ~one-of-removed"], ["breaking ~one-of-removed"];
        "anything became a union": {} => {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]},
            ["breaking ~one-of-added"], ["info ~one-of-added"];
        "a union became anything": {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]} => {},
            ["info ~one-of-removed"], ["breaking ~one-of-removed"];
        "a union of nothing got a branch": {"oneOf": [{"type": "object"}, {"type": "object"}]} => {"oneOf": [{"type": "object"}, {"type": "string"}]},
            ["info ~type-generalized"], ["breaking ~type-generalized"];
        "a type next to the same union": {"type": "string", "anyOf": [{"pattern": "a"}, {"format": "date"}]} => {"type": "integer", "anyOf": [{"pattern": "a"}, {"format": "date"}]},
            ["breaking ~type-changed"], ["breaking ~type-changed"];
        "only null remains of unions": {"oneOf": [{"type": "integer"}, {"enum": [0]}]}
            => {"oneOf": [{"anyOf": [{"type": ["integer", "null"]}, {"type": "null"}]}, {"enum": [0]}], "anyOf": [{"anyOf": [{"type": "boolean"}]}, {"type": "null"}]},
            ["breaking ~list-of-types-narrowed", "info ~list-of-types-widened"],
            ["breaking ~list-of-types-widened", "info ~list-of-types-narrowed"];
        "a union of null alone became one without": {"anyOf": [{"type": "string", "allOf": [{"type": "integer"}]}, {"type": "null"}]}
            => {"anyOf": [{"type": "string", "minLength": 1}, {"type": ["integer", "string"]}]},
            ["breaking ~type-changed"], ["breaking ~type-changed"];
        "a union of multiples became a list of others": {"oneOf": [{"type": "number", "multipleOf": 2}]} => {"enum": [1.5]},
            ["breaking ~list-of-types-narrowed", "info ~list-of-types-widened"],
            ["breaking ~list-of-types-widened", "info ~list-of-types-narrowed"];
        "a branch of multiples became one of listed values": {"oneOf": [{"type": ["integer", "string"]}, {"multipleOf": 2, "type": "number"}]}
            => {"oneOf": [{"type": ["integer", "string"]}, {"enum": [1.5]}]},
            ["breaking ~type-changed"], ["breaking ~type-changed"];
        "discriminator given": {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]}
            => {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}], "discriminator": {"propertyName": "k"}},
            ["info ~discriminator-added"], ["info ~discriminator-added"];
        "discriminator dropped": {"type": "object", "discriminator": {"propertyName": "k"}} => {"type": "object"},
            ["info ~discriminator-removed"], ["info ~discriminator-removed"];
        "discriminator renamed": {"type": "object", "discriminator": {"propertyName": "k"}} => {"type": "object", "discriminator": {"propertyName": "l"}},
            ["breaking ~discriminator-property-name-changed"], ["breaking ~discriminator-property-name-changed"];
        "mapping added": {"type": "object", "discriminator": {"propertyName": "k", "mapping": {"a": "A"}}} => {"type": "object", "discriminator": {"propertyName": "k", "mapping": {"a": "A", "b": "B"}}},
            ["info ~discriminator-mapping-added"], ["info ~discriminator-mapping-added"];
        "mapping deleted": {"type": "object", "discriminator": {"propertyName": "k", "mapping": {"a": "A", "b": "B"}}} => {"type": "object", "discriminator": {"propertyName": "k", "mapping": {"a": "A"}}},
            ["breaking ~discriminator-mapping-deleted"], ["breaking ~discriminator-mapping-deleted"];
        "mapping changed": {"type": "object", "discriminator": {"propertyName": "k", "mapping": {"a": "A"}}} => {"type": "object", "discriminator": {"propertyName": "k", "mapping": {"a": "B"}}},
            ["breaking ~discriminator-mapping-changed"], ["breaking ~discriminator-mapping-changed"];
    ]
}

#[test]
fn unions() {
    check(&cases());
}
