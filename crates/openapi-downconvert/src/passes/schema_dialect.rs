//! JSON Schema 2020-12, Core, section 8.1.1 `$schema`: the dialect that one schema is written in. Older
//! drafts are read like this one where they mean the same. A schema in an unknown dialect could mean
//! anything.

use serde_json::Value;

use super::Site;
use super::dialect::is_known;
use crate::change::Loss;
use crate::grammar::{Kind, Scope, Version};
use crate::schema::{Object, is_annotation};
use crate::walk::transform;

/// Drafts in which keywords next to `$ref` have no effect.
const REFERENCES_ALONE: &[&str] = &["draft-03", "draft-04", "draft-05", "draft-06", "draft-07"];

/// Makes a schema in another dialect readable, before anything else is done.
pub(crate) fn read(schema: &mut Value, site: &mut Site<'_>) {
    let Some(dialect) = schema.get("$schema").and_then(Value::as_str).map(str::to_owned) else {
        return;
    };
    let draft = dialect
        .split_once("://json-schema.org/")
        .map(|(_, draft)| draft.trim_end_matches('#').trim_end_matches("/schema"));
    if is_known(&dialect) || draft == Some("draft/2019-09") {
        return;
    }
    if draft.is_some_and(|draft| REFERENCES_ALONE.contains(&draft)) {
        let scope = Scope {
            version: Version::V3_1,
            lost: true,
        };
        transform(
            schema,
            Kind::Schema,
            scope,
            &mut String::new(),
            &mut |value, kind, _| {
                if let Some(schema) = value.as_object_mut().filter(|_| kind == Kind::Schema)
                    && schema.get("$ref").is_some_and(Value::is_string)
                {
                    let is_kept = |keyword: &str| {
                        is_annotation(keyword)
                            || matches!(keyword, "$ref" | "$schema" | "$id" | "$defs" | "definitions")
                    };
                    schema.retain(|keyword, _| is_kept(keyword));
                }
            },
        );
        return;
    }
    if let Some(schema) = schema.as_object_mut() {
        schema.retain(|keyword, _| is_annotation(keyword));
    }
    site.record(
        "$schema",
        Loss::Widened,
        format!("-> `{{}}`: the dialect {dialect} is unknown"),
    );
}

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    if schema.shift_remove("$schema").is_some() {
        site.record("$schema", Loss::None, "removed");
    }
}
