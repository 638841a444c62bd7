//! Items.

use crate::{Case, cases, check};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        "minItems given": {"type": "array"} => {"type": "array", "minItems": 1}, ["breaking ~min-items-increased"], [];
        "minItems dropped": {"type": "array", "minItems": 1} => {"type": "array"},
            ["info ~min-items-decreased"], ["breaking ~min-items-decreased"];
        "maxItems given": {"type": "array"} => {"type": "array", "maxItems": 5}, ["breaking ~max-items-set"], [];
        "maxItems dropped": {"type": "array", "maxItems": 5} => {"type": "array"},
            ["info ~max-items-unset"], ["breaking ~max-items-unset"];
        "maxItems lowered": {"type": "array", "maxItems": 5} => {"type": "array", "maxItems": 4},
            ["breaking ~max-items-decreased"], [];
        "maxItems raised": {"type": "array", "maxItems": 5} => {"type": "array", "maxItems": 6},
            ["info ~max-items-increased"], ["breaking ~max-items-increased"];
        "unique items": {"type": "array"} => {"type": "array", "uniqueItems": true},
            ["breaking ~unique-items-added"], ["info ~unique-items-added"];
        "repeated items": {"type": "array", "uniqueItems": true} => {"type": "array", "uniqueItems": false},
            ["info ~unique-items-removed"], ["breaking ~unique-items-removed"];
        "items given": {"type": "array"} => {"type": "array", "items": {"type": "string"}},
            ["breaking ~items-added"], ["info ~items-added"];
        "items dropped": {"type": "array", "items": {"type": "string"}} => {"type": "array"},
            ["info ~items-removed"], ["breaking ~items-removed"];
        "items of no schema": {"type": "array", "items": {}} => {"type": "array"}, [], [];
        "items compared": {"type": "array", "items": {"type": "integer"}} => {"type": "array", "items": {"type": "number"}},
            ["info ~type-generalized"], ["breaking ~type-generalized"];
        "position added": {"type": "array", "prefixItems": [{"type": "string"}]} => {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]},
            ["breaking ~prefix-items-added"], ["info ~prefix-items-added"];
        "position removed": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]} => {"type": "array", "prefixItems": [{"type": "string"}]},
            ["info ~prefix-items-removed"], ["breaking ~prefix-items-removed"];
        "a tuple got longer": {"type": "array", "prefixItems": [{"type": "string"}], "items": false}
            => {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": false},
            ["info ~prefix-items-added"], ["breaking ~prefix-items-added"];
        "a position was one of the others": {"type": "array", "items": {"type": "integer"}}
            => {"type": "array", "prefixItems": [{"type": "number"}], "items": {"type": "integer"}},
            ["info ~type-generalized"], ["breaking ~type-generalized"];
        "position compared": {"type": "array", "prefixItems": [{"type": "string"}]} => {"type": "array", "prefixItems": [{"type": "integer"}]},
            ["breaking ~type-changed"], ["breaking ~type-changed"];
        "contains given": {"type": "array"} => {"type": "array", "contains": {"type": "string"}},
            ["breaking ~contains-added"], ["info ~contains-added"];
        "contains dropped": {"type": "array", "contains": {"type": "string"}} => {"type": "array"},
            ["info ~contains-removed"], ["breaking ~contains-removed"];
        "contains without effect": {"type": "array"} => {"type": "array", "contains": {"type": "string"}, "minContains": 0}, [], [];
        "minContains raised": {"type": "array", "contains": {"type": "string"}} => {"type": "array", "contains": {"type": "string"}, "minContains": 2},
            ["breaking ~min-contains-increased"], ["info ~min-contains-increased"];
        "minContains lowered": {"type": "array", "contains": {"type": "string"}, "minContains": 2} => {"type": "array", "contains": {"type": "string"}},
            ["info ~min-contains-decreased"], ["breaking ~min-contains-decreased"];
        "maxContains given": {"type": "array", "contains": {"type": "string"}} => {"type": "array", "contains": {"type": "string"}, "maxContains": 2},
            ["breaking ~max-contains-decreased"], ["info ~max-contains-decreased"];
        "maxContains raised": {"type": "array", "contains": {"type": "string"}, "maxContains": 2} => {"type": "array", "contains": {"type": "string"}, "maxContains": 3},
            ["info ~max-contains-increased"], ["breaking ~max-contains-increased"];
        "unevaluated items": {"type": "array"} => {"type": "array", "unevaluatedItems": false},
            ["breaking ~unevaluated-items-added"], ["info ~unevaluated-items-added"];
        "unevaluated items opened": {"type": "array", "unevaluatedItems": false} => {"type": "array", "unevaluatedItems": true},
            ["info ~unevaluated-items-removed"], ["breaking ~unevaluated-items-removed"];
        "what is contained is evaluated": {"type": "array", "unevaluatedItems": false}
            => {"type": "array", "unevaluatedItems": false, "contains": {"type": "string"}},
            ["breaking ~contains-added", "warning ~evaluated-items-changed"], ["info ~contains-added", "warning ~evaluated-items-changed"];
    ]
}

#[test]
fn arrays() {
    check(&cases());
}
