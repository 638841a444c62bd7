//! The length, the pattern and the content of strings.

use crate::{Case, cases, check};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        "maxLength lowered": {"type": "string", "maxLength": 5} => {"type": "string", "maxLength": 4},
            ["breaking ~max-length-decreased"], [];
        "maxLength raised": {"type": "string", "maxLength": 5} => {"type": "string", "maxLength": 6},
            ["info ~max-length-increased"], ["breaking ~max-length-increased"];
        "maxLength given": {"type": "string"} => {"type": "string", "maxLength": 5}, ["warning ~max-length-set"], [];
        "maxLength dropped": {"type": "string", "maxLength": 5} => {"type": "string"}, [], ["breaking ~max-length-unset"];
        "minLength given": {"type": "string"} => {"type": "string", "minLength": 1}, ["breaking ~min-length-increased"], [];
        "minLength dropped": {"type": "string", "minLength": 1} => {"type": "string"},
            ["info ~min-length-decreased"], ["breaking ~min-length-decreased"];
        "minLength of 0": {"type": "string", "minLength": 0} => {"type": "string"}, [], [];
        "pattern given": {"type": "string"} => {"type": "string", "pattern": "^a"},
            ["breaking ~pattern-added"], ["info ~pattern-added"];
        "pattern dropped": {"type": "string", "pattern": "^a"} => {"type": "string"},
            ["info ~pattern-removed"], ["warning ~pattern-removed"];
        "pattern changed": {"type": "string", "pattern": "^a"} => {"type": "string", "pattern": "^b"},
            ["warning ~pattern-changed"], ["warning ~pattern-changed"];
        "pattern to any": {"type": "string", "pattern": "^a"} => {"type": "string", "pattern": ".*"},
            ["info ~pattern-generalized"], ["warning ~pattern-changed"];
        "pattern from any": {"type": "string", "pattern": ".*"} => {"type": "string", "pattern": "^a"},
            ["breaking ~pattern-changed"], ["info ~pattern-changed"];
        "pattern without effect": {"type": "string"} => {"type": "string", "pattern": ".*"}, [], [];
        "a further pattern": {"type": "string", "pattern": "^a"} => {"allOf": [{"type": "string", "pattern": "^a"}, {"pattern": "b$"}]},
            ["breaking ~pattern-added"], ["info ~pattern-added"];
        "media type": {"type": "string", "contentMediaType": "text/html"} => {"type": "string", "contentMediaType": "text/plain"},
            ["breaking ~content-media-type-changed"], ["breaking ~content-media-type-changed"];
        "encoding": {"type": "string", "contentEncoding": "base64"} => {"type": "string", "contentEncoding": "base32"},
            ["breaking ~content-encoding-changed"], ["breaking ~content-encoding-changed"];
        "content schema given": {"type": "string"} => {"type": "string", "contentSchema": {"type": "object"}},
            ["breaking ~content-schema-added"], ["info ~content-schema-added"];
        "content schema dropped": {"type": "string", "contentSchema": {"type": "object"}} => {"type": "string"},
            ["info ~content-schema-removed"], ["breaking ~content-schema-removed"];
        "content schema compared": {"type": "string", "contentSchema": {"type": "integer"}} => {"type": "string", "contentSchema": {"type": "number"}},
            ["info ~type-generalized"], ["breaking ~type-generalized"];
    ]
}

#[test]
fn strings() {
    check(&cases());
}
