//! Types, formats, null.

use crate::{Case, cases, check};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        "integer to number": {"type": "integer"} => {"type": "number"},
            ["info ~type-generalized"], ["breaking ~type-generalized"];
        "number to integer": {"type": "number"} => {"type": "integer"},
            ["breaking ~type-changed"], ["info ~type-specialized"];
        "string to integer": {"type": "string"} => {"type": "integer"},
            ["breaking ~type-changed"], ["breaking ~type-changed"];
        "string to array": {"type": "string"} => {"type": "array", "items": {"type": "string"}},
            ["breaking ~type-changed"], ["breaking ~type-changed"];
        "type dropped": {"type": "string"} => {},
            ["info ~type-generalized"], ["breaking ~type-changed"];
        "type given": {} => {"type": "string"},
            ["breaking ~type-changed"], ["info ~type-specialized"];
        "int32 to int64": {"type": "integer", "format": "int32"} => {"type": "integer", "format": "int64"},
            ["info ~type-generalized"], ["breaking ~type-changed"];
        "int64 to int32": {"type": "integer", "format": "int64"} => {"type": "integer", "format": "int32"},
            ["breaking ~type-changed"], ["info ~type-specialized"];
        "float to double": {"type": "number", "format": "float"} => {"type": "number", "format": "double"},
            ["info ~type-generalized"], ["breaking ~type-changed"];
        "format dropped": {"type": "string", "format": "uuid"} => {"type": "string"},
            ["info ~type-generalized"], ["breaking ~type-changed"];
        "format given": {"type": "string"} => {"type": "string", "format": "uuid"},
            ["breaking ~type-changed"], ["info ~type-specialized"];
        "formats unrelated": {"type": "string", "format": "date"} => {"type": "string", "format": "date-time"},
            ["breaking ~type-changed"], ["breaking ~type-changed"];
        "a hint is not a format": {"type": "string"} => {"type": "string", "format": "password"}, [], [];
        "wider type with its own format": {"type": "integer"} => {"type": "number", "format": "float"},
            ["breaking ~type-changed"], ["breaking ~type-changed"];
        "type array wider": {"type": "string"} => {"type": ["string", "integer"]},
            ["info ~type-generalized"], ["breaking ~type-generalized"];
        "type array narrower": {"type": ["string", "integer"]} => {"type": "integer"},
            ["breaking ~type-changed"], ["info ~type-specialized"];
        "union of types wider": {"type": "string"} => {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            ["info ~list-of-types-widened"], ["breaking ~list-of-types-widened"];
        "union of types narrower": {"oneOf": [{"type": "string"}, {"type": "integer"}]} => {"type": "string"},
            ["breaking ~list-of-types-narrowed"], ["info ~list-of-types-narrowed"];
        "union of other types": {"oneOf": [{"type": "string"}, {"type": "integer"}]} => {"oneOf": [{"type": "string"}, {"type": "boolean"}]},
            ["breaking ~list-of-types-narrowed", "info ~list-of-types-widened"],
            ["breaking ~list-of-types-widened", "info ~list-of-types-narrowed"];
        "constraints stay with their type": {"anyOf": [{"type": "string", "maxLength": 5}, {"type": "integer"}]}
            => {"anyOf": [{"type": "string", "maxLength": 4}, {"type": "integer"}]},
            ["breaking ~max-length-decreased"], [];
        "null allowed": {"type": "string"} => {"type": ["string", "null"]},
            ["info ~became-nullable"], ["breaking ~became-nullable"];
        "null no longer allowed": {"anyOf": [{"type": "string"}, {"type": "null"}]} => {"type": "string"},
            ["breaking ~became-not-nullable"], ["info ~became-not-nullable"];
        "null in an enumeration": {"enum": ["a"]} => {"enum": ["a", null]},
            ["info ~became-nullable"], ["breaking ~became-nullable"];
        "null and a type": {"type": "string"} => {"type": ["integer", "null"]},
            ["breaking ~type-changed", "info ~became-nullable"],
            ["breaking ~became-nullable", "breaking ~type-changed"];
        "null only": {"type": "string"} => {"type": "null"},
            ["breaking ~type-changed"], ["breaking ~type-changed"];
        "null next to branches": {"anyOf": [{"type": "object", "title": "A", "required": ["a"]}, {"type": "object", "title": "B", "required": ["b"]}]}
            => {"anyOf": [{"type": "object", "title": "A", "required": ["a"]}, {"type": "object", "title": "B", "required": ["b"]}, {"type": "null"}]},
            ["info ~became-nullable"], ["breaking ~became-nullable"];
        "unreadable references": {"$ref": "other.json#/A"} => {"$ref": "other.json#/B"},
            ["warning ~unresolved-reference-changed"], ["warning ~unresolved-reference-changed"];
        "the same unreadable reference": {"$ref": "other.json#/A"} => {"$ref": "other.json#/A"}, [], [];
        "an unreadable reference and a type": {"$ref": "other.json#/A"} => {"type": "string"},
            ["warning ~unresolved-reference-changed"], ["warning ~unresolved-reference-changed"];
    ]
}

#[test]
fn types() {
    check(&cases());
}
