//! `not`, `if`.

use crate::{Case, cases, check};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        "not given": {"type": "string"} => {"type": "string", "not": {"const": "a"}},
            ["breaking ~not-added"], ["info ~not-added"];
        "not dropped": {"type": "string", "not": {"const": "a"}} => {"type": "string"},
            ["info ~not-removed"], ["breaking ~not-removed"];
        "more is excluded": {"type": "string", "not": {"enum": ["a"]}} => {"type": "string", "not": {"enum": ["a", "b"]}},
            ["warning ~enum-value-added"], ["info ~enum-value-added"];
        "less is excluded": {"type": "number", "not": {"type": "number", "maximum": 5}} => {"type": "number", "not": {"type": "number", "maximum": 4}},
            [], ["breaking ~max-decreased"];
        "condition given": {"type": "object"} => {"type": "object", "if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}},
            ["breaking ~else-added", "breaking ~if-added", "breaking ~then-added"],
            ["info ~else-added", "info ~if-added", "info ~then-added"];
        "condition dropped": {"type": "object", "if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}} => {"type": "object"},
            ["info ~else-removed", "info ~if-removed", "info ~then-removed"],
            ["breaking ~else-removed", "breaking ~if-removed", "breaking ~then-removed"];
        "condition without consequence": {"type": "object"} => {"type": "object", "if": {"required": ["a"]}}, [], [];
        "condition changed": {"type": "object", "if": {"required": ["a"]}, "then": {"required": ["b"]}} => {"type": "object", "if": {"required": ["d"]}, "then": {"required": ["b"]}},
            ["warning ~became-optional", "warning ~became-required"],
            ["warning ~became-optional", "warning ~became-required"];
        "consequence changed": {"type": "object", "if": {"required": ["a"]}, "then": {"required": ["b"]}} => {"type": "object", "if": {"required": ["a"]}, "then": {}},
            ["info ~became-optional"], ["breaking ~became-optional"];
    ]
}

#[test]
fn conditions() {
    check(&cases());
}
