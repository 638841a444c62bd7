//! Listed values.

use crate::{Case, cases, check};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        "enum appears": {"type": "string"} => {"type": "string", "enum": ["a", "b"]},
            ["breaking ~became-enum"], ["info ~enum-value-added", "info ~enum-value-added"];
        "enum dropped": {"type": "string", "enum": ["a", "b"]} => {"type": "string"},
            ["info ~enum-value-removed", "info ~enum-value-removed"],
            ["breaking ~enum-value-removed", "breaking ~enum-value-removed"];
        "value added": {"enum": ["a"]} => {"enum": ["a", "b"]},
            ["info ~enum-value-added"], ["warning ~enum-value-added"];
        "value removed": {"enum": ["a", "b"]} => {"enum": ["b"]},
            ["breaking ~enum-value-removed"], ["info ~enum-value-removed"];
        "another order": {"enum": ["a", "b"]} => {"enum": ["b", "a"]}, [], [];
        "types of values are implied": {"enum": ["a"]} => {"type": "string", "enum": ["a"]}, [], [];
        "a value of another type": {"enum": ["a"]} => {"enum": ["a", 1]},
            ["info ~enum-value-added"], ["warning ~enum-value-added"];
        "a value that the type excludes": {"type": "string", "enum": ["a"]} => {"type": "string", "enum": ["a", 1]}, [], [];
        "one number in two notations": {"enum": [1]} => {"enum": [1.0]}, [], [];
        "both booleans": {"type": "boolean"} => {"enum": [true, false]}, [], [];
        "another type": {"type": "string", "enum": ["a"]} => {"type": "integer", "enum": [1]},
            ["breaking ~type-changed"], ["breaking ~type-changed"];
        "const is an enum of one": {"const": "a"} => {"enum": ["a"]}, [], [];
        "const given": {"type": "string"} => {"type": "string", "const": "a"},
            ["breaking ~const-added"], ["info ~const-added"];
        "const dropped": {"type": "string", "const": "a"} => {"type": "string"},
            ["info ~const-removed"], ["breaking ~const-removed"];
        "const changed": {"const": "a"} => {"const": "b"},
            ["breaking ~const-changed"], ["breaking ~const-changed"];
        "const to enum": {"const": "a"} => {"enum": ["a", "b"]},
            ["info ~enum-value-added"], ["warning ~enum-value-added"];
        "constraints that listed values meet": {"type": "string", "enum": ["a"], "maxLength": 5} => {"type": "string", "enum": ["a"]}, [], [];
        "extensible value removed": {"type": "string", "x-extensible-enum": ["a", "b"]} => {"type": "string", "x-extensible-enum": ["b", "c"]},
            ["breaking ~x-extensible-enum-value-removed"], [];
        "a listed value is out of the new range": {"type": "integer", "enum": [1, 9]} => {"type": "integer", "maximum": 5},
            ["breaking ~enum-value-removed", "info ~enum-value-removed"], ["breaking ~enum-value-removed", "breaking ~enum-value-removed"];
    ]
}

#[test]
fn values() {
    check(&cases());
}
