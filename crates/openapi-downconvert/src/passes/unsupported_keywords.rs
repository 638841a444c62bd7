//! OAS 3.0.3, Schema Object: the list of the keywords it has. What is not in it, and no other pass has put
//! into words that are, goes.

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, is_annotation};

const SUPPORTED: &[&str] = &[
    "$ref",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "required",
    "enum",
    "type",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "items",
    "properties",
    "additionalProperties",
    "format",
    "nullable",
    "discriminator",
];

/// Keywords of JSON Schema 2020-12 that values are checked against.
const CHECKING: &[&str] = &[
    "if",
    "then",
    "else",
    "dependentSchemas",
    "dependentRequired",
    "contains",
    "minContains",
    "maxContains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "$dynamicRef",
];

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    let is_known = |keyword: &str| SUPPORTED.contains(&keyword) || is_annotation(keyword);
    let unknown: Vec<String> = schema
        .keys()
        .filter(|keyword| !is_known(keyword))
        .cloned()
        .collect();
    for keyword in unknown {
        schema.shift_remove(&keyword);
        match keyword.as_str() {
            "$defs" => site.record(
                &keyword,
                Loss::None,
                "removed; what is referred to became components",
            ),
            keyword if CHECKING.contains(&keyword) => site.record(keyword, Loss::Widened, "removed"),
            keyword => site.record(keyword, Loss::Dropped, "removed: no keyword of OpenAPI 3.0"),
        }
    }
}
