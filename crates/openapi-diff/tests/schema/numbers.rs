//! Bounds and multiples.

use crate::{Case, cases, check, check_version};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        "maximum lowered": {"type": "number", "maximum": 5} => {"type": "number", "maximum": 4.5},
            ["breaking ~max-decreased"], [];
        "maximum raised": {"type": "number", "maximum": 5} => {"type": "number", "maximum": 6},
            ["info ~max-increased"], ["breaking ~max-increased"];
        "maximum given": {"type": "number"} => {"type": "number", "maximum": 5}, ["warning ~max-set"], [];
        "maximum dropped": {"type": "number", "maximum": 5} => {"type": "number"}, [], ["breaking ~max-unset"];
        "minimum raised": {"type": "number", "minimum": 5} => {"type": "number", "minimum": 6},
            ["breaking ~min-increased"], [];
        "minimum lowered": {"type": "number", "minimum": 5} => {"type": "number", "minimum": 4},
            ["info ~min-decreased"], ["breaking ~min-decreased"];
        "minimum given": {"type": "number"} => {"type": "number", "minimum": 5}, ["warning ~min-set"], [];
        "minimum dropped": {"type": "number", "minimum": 5} => {"type": "number"}, [], ["breaking ~min-unset"];
        "exclusive maximum lowered": {"type": "number", "exclusiveMaximum": 5} => {"type": "number", "exclusiveMaximum": 4},
            ["breaking ~exclusive-max-decreased"], [];
        "exclusive maximum raised": {"type": "number", "exclusiveMaximum": 5} => {"type": "number", "exclusiveMaximum": 6},
            ["info ~exclusive-max-increased"], ["breaking ~exclusive-max-increased"];
        "exclusive maximum given": {"type": "number"} => {"type": "number", "exclusiveMaximum": 5},
            ["warning ~exclusive-max-set"], [];
        "exclusive maximum dropped": {"type": "number", "exclusiveMaximum": 5} => {"type": "number"},
            [], ["breaking ~exclusive-max-unset"];
        "exclusive minimum raised": {"type": "number", "exclusiveMinimum": 5} => {"type": "number", "exclusiveMinimum": 6},
            ["breaking ~exclusive-min-increased"], [];
        "exclusive minimum lowered": {"type": "number", "exclusiveMinimum": 5} => {"type": "number", "exclusiveMinimum": 4},
            ["info ~exclusive-min-decreased"], ["breaking ~exclusive-min-decreased"];
        "exclusive minimum given": {"type": "number"} => {"type": "number", "exclusiveMinimum": 5},
            ["warning ~exclusive-min-set"], [];
        "exclusive minimum dropped": {"type": "number", "exclusiveMinimum": 5} => {"type": "number"},
            [], ["breaking ~exclusive-min-unset"];
        "a bound became strict": {"type": "number", "maximum": 5} => {"type": "number", "exclusiveMaximum": 5},
            ["breaking ~exclusive-max-decreased"], [];
        "a bound is no longer strict": {"type": "number", "exclusiveMinimum": 5} => {"type": "number", "minimum": 5},
            ["info ~exclusive-min-decreased"], ["breaking ~exclusive-min-decreased"];
        "the same integers": {"type": "integer", "minimum": 1} => {"type": "integer", "exclusiveMinimum": 0}, [], [];
        "the same integers with a fraction": {"type": "integer", "maximum": 5} => {"type": "integer", "maximum": 5.5}, [], [];
        "the same number in two notations": {"type": "number", "maximum": 5} => {"type": "number", "maximum": 5.0}, [], [];
        "numbers beyond floats": {"type": "integer", "maximum": 9007199254740993_i64} => {"type": "integer", "maximum": 9007199254740992_i64},
            ["breaking ~max-decreased"], [];
        "the looser of two bounds": {"type": "number", "maximum": 5} => {"type": "number", "maximum": 5, "exclusiveMaximum": 7}, [], [];
        "bounds of a non-number": {"type": "string"} => {"type": "string", "maximum": 5},
            [], [];
        "multiples given": {"type": "integer"} => {"type": "integer", "multipleOf": 5},
            ["breaking ~multiple-of-added"], ["info ~multiple-of-added"];
        "multiples dropped": {"type": "integer", "multipleOf": 5} => {"type": "integer"},
            ["info ~multiple-of-removed"], ["breaking ~multiple-of-removed"];
        "fewer multiples": {"type": "number", "multipleOf": 0.1} => {"type": "number", "multipleOf": 0.3},
            ["breaking ~multiple-of-specialized"], ["info ~multiple-of-specialized"];
        "more multiples": {"type": "integer", "multipleOf": 4} => {"type": "integer", "multipleOf": 2},
            ["info ~multiple-of-generalized"], ["breaking ~multiple-of-generalized"];
        "other multiples": {"type": "integer", "multipleOf": 4} => {"type": "integer", "multipleOf": 6},
            ["breaking ~multiple-of-changed"], ["breaking ~multiple-of-changed"];
        "multiples that all integers are": {"type": "integer"} => {"type": "integer", "multipleOf": 1}, [], [];
        "integers written as multiples": {"type": "integer"} => {"type": "number", "multipleOf": 1}, [], [];
    ]
}

#[test]
fn numbers() {
    check(&cases());
}

#[test]
fn bounds_of_openapi_3_0_have_a_flag() {
    check_version(
        "3.0.3",
        &cases![
            "became strict": {"type": "number", "maximum": 5} => {"type": "number", "maximum": 5, "exclusiveMaximum": true},
                ["breaking ~exclusive-max-decreased"], [];
            "false is the same as nothing": {"type": "number", "maximum": 5} => {"type": "number", "maximum": 5, "exclusiveMaximum": false}, [], [];
            "lowered": {"type": "number", "maximum": 5, "exclusiveMaximum": true} => {"type": "number", "maximum": 4, "exclusiveMaximum": true},
                ["breaking ~exclusive-max-decreased"], [];
        ],
    );
}
