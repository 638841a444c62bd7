//! The table of all passes, and the function that runs them.

use std::collections::HashSet;

use serde_json::Value;

use super::*;
use crate::change::Loss;
use crate::grammar::{Kind, Version, is_reference_alone};
use crate::schema::Object;

/// A step of the conversion that handles one feature of OpenAPI 3.1.
#[derive(Debug)]
#[non_exhaustive]
pub struct Pass {
    /// The name of the pass, as in [`Change::pass`](crate::Change::pass).
    pub name: &'static str,
    /// The feature of OpenAPI 3.1 or JSON Schema 2020-12 that it handles.
    pub feature: &'static str,
    /// What the feature becomes in OpenAPI 3.0.
    pub becomes: &'static str,
    /// The losses that the pass can cause.
    pub losses: &'static [Loss],
    run: Run,
}

/// The objects that a pass runs on.
#[derive(Debug, Clone, Copy)]
enum Run {
    /// The document as a whole, before anything else: [`prepare`](crate::references::prepare).
    First,
    /// Each schema, including booleans.
    AnySchema(fn(&mut Value, &mut Site<'_>)),
    /// Each object of one kind.
    Each(Kind, fn(&mut Object, &mut Site<'_>)),
    /// Each schema in documents of version 3.1. If the first function returns `true`, the second function
    /// runs after all other passes.
    Around(
        fn(&mut Object, &mut Site<'_>) -> bool,
        fn(&mut Object, &mut Site<'_>),
    ),
    /// Each object of one kind, in documents of version 3.1.
    Each31(Kind, fn(&mut Object, &mut Site<'_>)),
    /// Each Reference Object, in documents of version 3.1.
    EachReference(fn(&mut Object, &mut Site<'_>)),
    /// Each object.
    Every(fn(&mut Object, Kind, &mut Site<'_>)),
}

use Kind::{Document, Info, License, Operation, Schema};
use Loss::{Dropped, None as Nothing, Widened};
use Run::{AnySchema, Around, Each, Each31, EachReference, Every, First};

macro_rules! passes {
    ($($name:literal: $feature:literal => $becomes:literal, $losses:expr, $run:expr;)*) => {
        /// All passes, in the order in which they run on an object. They have then already run on everything
        /// below it.
        pub const PASSES: &[Pass] = &[
            $(Pass { name: $name, feature: $feature, becomes: $becomes, losses: &$losses, run: $run },)*
        ];
    };
}

passes! {
    "schema-dialect": "`$schema` in a schema"
        => "removed; a schema in an unknown dialect becomes `{}`", [Nothing, Widened], Each(Schema, schema_dialect::run);
    "dangling-references": "`$ref` that has no target, or that leads back to itself"
        => "removed from a schema; an object that consists only of such a reference is removed", [Dropped, Widened], First;
    "deep-references": "`$ref` to an object that is not a component, such as a schema in `$defs`"
        => "the object becomes a component", [Nothing], First;
    "identifiers": "`$ref` to an `$id` or `$anchor`; `$id`, `$anchor`, `$dynamicAnchor`"
        => "`$ref` to the place of the schema; the identifiers are removed", [Nothing, Dropped], Each(Schema, identifiers::run);
    "mutual-tls": "`mutualTLS` security schemes"
        => "removed, also from security requirements", [Dropped], Each(Document, mutual_tls::run);
    "security-roles": "roles in a security requirement for a scheme without scopes"
        => "removed", [Dropped], Each31(Document, security_roles::run);
    "path-items": "`components.pathItems`, `$ref` to path items"
        => "copied to the places of the references", [Nothing, Dropped], Each(Document, path_items::run);
    "broken-places": "parts that violate the specification: a `required` that is not an array, a response that is null"
        => "only the broken part is removed or completed", [Nothing, Dropped, Widened], Every(broken_places::run);
    "boolean-schemas": "`true` and `false` as schemas"
        => "`{}` and `{not: {}}`", [Nothing], AnySchema(boolean_schemas::run);
    "dynamic-references": "`$dynamicRef`"
        => "`$ref`; removed if its target depends on the dynamic scope", [Nothing], Each(Schema, dynamic_references::run);
    "unevaluated": "`unevaluatedProperties`, `unevaluatedItems`"
        => "`additionalProperties`, `items`; removed next to a reference, union or condition", [Nothing, Widened], Each(Schema, unevaluated::run);
    "contains": "`contains`, `minContains`, `maxContains`"
        => "`minItems`", [Nothing, Widened], Each(Schema, contains::run);
    "conditions": "`if`, `then`, `else`, `dependentSchemas`, `dependentRequired`"
        => "removed", [Nothing, Widened], Each(Schema, conditions::run);
    "property-names": "`propertyNames`"
        => "removed", [Nothing, Widened], Each(Schema, property_names::run);
    "one-of": "`oneOf` with an alternative that was widened"
        => "`anyOf`, because a value may now match two alternatives", [Widened], Each(Schema, one_of::run);
    "not": "`not` with a schema that was widened"
        => "removed, because it would forbid more than before", [Widened], Each(Schema, not::run);
    "nullable": "`nullable`, which is not part of OpenAPI 3.1 but occurs in documents"
        => "kept next to a `type`, where OpenAPI 3.0 gives it an effect; elsewhere null becomes an alternative", [Nothing, Widened], Around(nullable::run, nullable::wrap);
    "const": "`const`"
        => "`enum` with one value", [Nothing, Widened], Each(Schema, const_keyword::run);
    "examples": "`examples` of a schema"
        => "`example`, with the first of them", [Nothing, Dropped], Each(Schema, examples::run);
    "exclusive-bounds": "numeric `exclusiveMinimum` and `exclusiveMaximum`"
        => "`minimum` and `maximum` with the boolean keyword", [Nothing], Each(Schema, exclusive_bounds::run);
    "content": "`contentEncoding`, `contentMediaType`, `contentSchema`"
        => "`format: byte` for base64, `format: binary` for binary media types", [Nothing, Dropped], Each(Schema, content::run);
    "empty-required": "`required: []`"
        => "removed", [Nothing], Each(Schema, empty_required::run);
    "pattern-properties": "`patternProperties`"
        => "`additionalProperties` that accepts whatever any of the patterns accepts", [Widened], Each(Schema, pattern_properties::run);
    "prefix-items": "`prefixItems`"
        => "`items` that accepts whatever any of the positions accepts", [Widened], Each(Schema, prefix_items::run);
    "array-items": "`type: array` without `items`"
        => "`items: {}`", [Nothing], Each(Schema, array_items::run);
    "type-arrays": "`type` as an array"
        => "`type` and `nullable`; with several types, `anyOf` with one schema for each", [Nothing], Each(Schema, type_arrays::run);
    "null-type": "`type: \"null\"`"
        => "`enum: [null]`", [Nothing], Each(Schema, null_type::run);
    "null-enum": "null in an `enum`"
        => "`nullable`, and a `type` if the other values share one", [Nothing], Each31(Schema, null_enum::run);
    "null-union": "`anyOf` or `oneOf` of null and one schema with a type"
        => "that schema, with `nullable`", [Nothing, Dropped], Each31(Schema, null_union::run);
    "unsupported-keywords": "every other keyword that OpenAPI 3.0 does not have (`$comment`, `$vocabulary`, `dependencies`, ...)"
        => "removed", [Nothing, Dropped, Widened], Each(Schema, unsupported_keywords::run);
    "ref-siblings": "keywords next to `$ref` in a schema"
        => "`allOf` with the reference, next to those keywords", [Nothing], Each31(Schema, ref_siblings::run);
    "reference-objects": "`summary` and `description` next to `$ref` outside schemas"
        => "removed", [Dropped], EachReference(reference_objects::run);
    "responses": "operations without `responses`"
        => "a `default` response with an empty description", [Nothing], Each(Operation, responses::run);
    "license-identifier": "`identifier` of the license"
        => "removed", [Dropped], Each(License, license_identifier::run);
    "info-summary": "`summary` of the API"
        => "removed", [Dropped], Each(Info, info_summary::run);
    "webhooks": "`webhooks`"
        => "removed", [Dropped], Each(Document, webhooks::run);
    "paths": "documents without `paths`"
        => "`paths: {}`", [Nothing], Each(Document, paths::run);
    "dialect": "`jsonSchemaDialect`"
        => "removed; a document in an unknown dialect is refused, or read as JSON Schema 2020-12", [Nothing, Dropped], Each(Document, dialect::run);
    "unknown-fields": "fields that the specification does not define and that do not begin with `x-`"
        => "removed", [Dropped], Every(unknown_fields::run);
    "version": "`openapi: 3.1.x`"
        => "`openapi: 3.0.3`", [Nothing], Each31(Document, version::run);
}

/// Runs the passes for this kind of object on one object.
pub(crate) fn run(
    value: &mut Value,
    kind: Kind,
    place: &str,
    version: Version,
    loosened: &HashSet<String>,
    log: &mut Log,
) {
    let is_3_1 = version == Version::V3_1;
    if kind == Schema && is_reference_alone(value, kind, version) {
        return;
    }
    let loosened = loosened.contains(place);
    let mut last = None;
    for pass in PASSES {
        let site = &mut Site {
            place,
            pass: pass.name,
            loosened,
            repairs: false,
            log,
        };
        match (pass.run, value.as_object_mut()) {
            (AnySchema(run), _) if kind == Schema => run(value, site),
            (Each(of, run), Some(object)) if of == kind => run(object, site),
            (Around(run, wrap), Some(object)) if kind == Schema && is_3_1 => {
                last = run(object, site).then_some((pass.name, wrap));
            }
            (Each31(of, run), Some(object)) if of == kind && is_3_1 => run(object, site),
            (EachReference(run), Some(object)) if kind.may_be_reference_object() && is_3_1 => {
                run(object, site)
            }
            (Every(run), Some(object)) => run(object, kind, site),
            _ => {}
        }
    }
    if let (Some((pass, wrap)), Some(object)) = (last, value.as_object_mut()) {
        wrap(object, &mut Site::new(pass, place, log));
    }
}
