//! Properties.

use crate::{Case, cases, check};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        "optional property added": {"type": "object"} => {"type": "object", "properties": {"a": {"type": "string"}}},
            ["info new-optional-request-property"], ["info response-optional-property-added"];
        "required property added": {"type": "object"} => {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
            ["breaking new-required-request-property"], ["info response-required-property-added"];
        "required property added with a default": {"type": "object"} => {"type": "object", "properties": {"a": {"type": "string", "default": ""}}, "required": ["a"]},
            ["breaking new-required-request-property-with-default"], ["info response-required-property-added"];
        "optional property removed": {"type": "object", "properties": {"a": {"type": "string"}}} => {"type": "object"},
            ["warning ~removed"], ["warning response-optional-property-removed"];
        "required property removed": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]} => {"type": "object"},
            ["warning ~removed"], ["breaking response-required-property-removed"];
        "property removed from a closed object": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false}
            => {"type": "object", "additionalProperties": false},
            ["breaking ~removed"], ["warning response-optional-property-removed"];
        "property added to a closed object": {"type": "object", "additionalProperties": false}
            => {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false},
            ["info new-optional-request-property"], ["warning response-optional-property-added"];
        "became required": {"type": "object", "properties": {"a": {"type": "string"}}} => {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
            ["breaking ~became-required"], ["info ~became-required"];
        "became required with a default": {"type": "object", "properties": {"a": {"default": 1}}} => {"type": "object", "properties": {"a": {"default": 1}}, "required": ["a"]},
            ["breaking ~became-required-with-default"], ["info ~became-required"];
        "became optional": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]} => {"type": "object", "properties": {"a": {"type": "string"}}},
            ["info ~became-optional"], ["breaking ~became-optional"];
        "required without a declaration": {"type": "object"} => {"type": "object", "required": ["a"]},
            ["breaking ~became-required"], ["info ~became-required"];
        "minProperties given": {"type": "object"} => {"type": "object", "minProperties": 1},
            ["breaking ~min-properties-increased"], ["info ~min-properties-increased"];
        "minProperties dropped": {"type": "object", "minProperties": 1} => {"type": "object", "minProperties": 0},
            ["info ~min-properties-decreased"], ["breaking ~min-properties-decreased"];
        "maxProperties given": {"type": "object"} => {"type": "object", "maxProperties": 3},
            ["breaking ~max-properties-set"], ["info ~max-properties-set"];
        "maxProperties dropped": {"type": "object", "maxProperties": 3} => {"type": "object"},
            ["info ~max-properties-unset"], ["breaking ~max-properties-unset"];
        "maxProperties lowered": {"type": "object", "maxProperties": 3} => {"type": "object", "maxProperties": 2},
            ["breaking ~max-properties-decreased"], ["info ~max-properties-decreased"];
        "maxProperties raised": {"type": "object", "maxProperties": 3} => {"type": "object", "maxProperties": 4},
            ["info ~max-properties-increased"], ["breaking ~max-properties-increased"];
        "closed": {"type": "object"} => {"type": "object", "additionalProperties": false},
            ["breaking ~additional-properties-closed"], ["info ~additional-properties-closed"];
        "opened": {"type": "object", "additionalProperties": false} => {"type": "object", "additionalProperties": {}},
            ["info ~additional-properties-opened"], ["info ~additional-properties-opened"];
        "a map of anything": {"type": "object", "additionalProperties": {"type": "string"}} => {"type": "object"},
            ["info ~additional-properties-opened"], ["breaking ~additional-properties-opened"];
        "additional properties compared": {"type": "object", "additionalProperties": {"type": "integer"}} => {"type": "object", "additionalProperties": {"type": "number"}},
            ["info ~type-generalized"], ["breaking ~type-generalized"];
        "a property that was one of the others": {"type": "object", "additionalProperties": {"type": "integer"}}
            => {"type": "object", "additionalProperties": {"type": "integer"}, "properties": {"a": {"type": "string"}}},
            ["breaking ~type-changed", "info new-optional-request-property"],
            ["breaking ~type-changed", "info response-optional-property-added"];
        "pattern property given": {"type": "object"} => {"type": "object", "patternProperties": {"^x-": {"type": "string"}}},
            ["breaking ~pattern-property-added"], ["info ~pattern-property-added"];
        "pattern property dropped": {"type": "object", "patternProperties": {"^x-": {"type": "string"}}} => {"type": "object"},
            ["info ~pattern-property-removed"], ["breaking ~pattern-property-removed"];
        "names given": {"type": "object"} => {"type": "object", "propertyNames": {"maxLength": 3}},
            ["breaking ~property-names-added"], ["info ~property-names-added"];
        "names dropped": {"type": "object", "propertyNames": {"maxLength": 3}} => {"type": "object", "propertyNames": true},
            ["info ~property-names-removed"], ["breaking ~property-names-removed"];
        "dependent required given": {"type": "object"} => {"type": "object", "dependentRequired": {"a": ["b"]}},
            ["breaking ~dependent-required-added"], ["info ~dependent-required-added"];
        "dependent required dropped": {"type": "object", "dependentRequired": {"a": ["b"]}} => {"type": "object", "dependentRequired": {"a": []}},
            ["info ~dependent-required-removed"], ["breaking ~dependent-required-removed"];
        "dependent required changed": {"type": "object", "dependentRequired": {"a": ["b"]}} => {"type": "object", "dependentRequired": {"a": ["c"]}},
            ["breaking ~dependent-required-changed"], ["breaking ~dependent-required-changed"];
        "dependent schema given": {"type": "object"} => {"type": "object", "dependentSchemas": {"a": {"required": ["b"]}}},
            ["breaking ~dependent-schema-added"], ["info ~dependent-schema-added"];
        "dependent schema dropped": {"type": "object", "dependentSchemas": {"a": {"required": ["b"]}}} => {"type": "object"},
            ["info ~dependent-schema-removed"], ["breaking ~dependent-schema-removed"];
        "unevaluated closed": {"type": "object"} => {"type": "object", "unevaluatedProperties": false},
            ["breaking ~unevaluated-properties-added"], ["info ~unevaluated-properties-added"];
        "unevaluated opened": {"type": "object", "unevaluatedProperties": false} => {"type": "object"},
            ["info ~unevaluated-properties-removed"], ["breaking ~unevaluated-properties-removed"];
        "a branch evaluates more":
            {"type": "object", "anyOf": [{"properties": {"a": {"type": "string"}}, "required": ["a"]}, {"required": ["b"]}], "unevaluatedProperties": false}
            => {"type": "object", "anyOf": [{"properties": {"a": {"type": "string"}}, "required": ["a"]}, {"required": ["b"]}, {"properties": {"c": {"type": "string"}}, "required": ["c"]}], "unevaluatedProperties": false},
            ["info ~any-of-added", "warning ~evaluated-properties-changed"], ["breaking ~any-of-added", "warning ~evaluated-properties-changed"];
        "a required property becomes declared": {"type": "object", "required": ["a"]} => {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
            ["info new-required-request-property", "breaking ~type-changed"], ["info response-required-property-added", "info ~type-specialized"];
        "a pattern of a closed object": {"type": "object", "additionalProperties": false}
            => {"type": "object", "additionalProperties": false, "patternProperties": {"^x-": {"type": "string"}}},
            ["info ~pattern-property-added"], ["breaking ~pattern-property-added"];
        "a pattern that declared properties may match": {"type": "object", "properties": {"a": {}}, "additionalProperties": false}
            => {"type": "object", "properties": {"a": {}}, "additionalProperties": false, "patternProperties": {"^x-": {"type": "string"}}},
            ["warning ~pattern-property-added"], ["warning ~pattern-property-added"];
        "no pattern of a closed object any more": {"type": "object", "additionalProperties": false, "patternProperties": {"^x-": {"type": "string"}}}
            => {"type": "object", "additionalProperties": false},
            ["breaking ~pattern-property-removed"], ["info ~pattern-property-removed"];
        "a pattern as strict as the rest": {"type": "object", "additionalProperties": {"type": "string"}}
            => {"type": "object", "additionalProperties": {"type": "string"}, "patternProperties": {"^x-": {"type": "string"}}}, [], [];
        "a pattern wider than the rest": {"type": "object", "additionalProperties": {"type": "integer"}}
            => {"type": "object", "additionalProperties": {"type": "integer"}, "patternProperties": {"^x-": {"type": "number"}}},
            ["info ~pattern-property-added"], ["breaking ~pattern-property-added"];
    ]
}

#[test]
fn objects() {
    check(&cases());
}

#[test]
fn a_property_that_may_have_been_renamed_is_named() {
    let cases = cases![
        "renamed": {"type": "object", "properties": {"a": {"type": "string", "maxLength": 3}, "c": {}}}
            => {"type": "object", "properties": {"b": {"type": "string", "maxLength": 3}, "c": {}}}, [], [];
    ];
    let diff = crate::run(&cases[0], "3.1.0");
    let hints: Vec<_> = diff
        .findings
        .iter()
        .map(|finding| (finding.id.as_str(), finding.arguments["hint"].as_str()))
        .collect();
    assert!(
        hints.contains(&("request-property-removed", " (it may have been renamed to b)")),
        "{hints:?}"
    );
    assert!(
        hints.contains(&("new-optional-request-property", " (it may have been a before)")),
        "{hints:?}"
    );
}
