//! OAS 3.1, Security Requirement Object: an array of roles for schemes that have no scopes. OAS 3.0.3: "For
//! other security scheme types, the array MUST be empty."

use std::collections::HashSet;

use serde_json::{Value, json};

use super::Site;
use crate::change::Loss;
use crate::grammar::{Kind, Scope, Version};
use crate::schema::Object;
use crate::security::{self, scheme, schemes};
use crate::walk::each;

pub(super) fn run(document: &mut Object, site: &mut Site<'_>) {
    let has_no_scopes = |name: &&String| {
        let kind = scheme(document, name).and_then(|scheme| scheme.get("type"));
        matches!(kind.and_then(Value::as_str), Some("apiKey" | "http"))
    };
    let names: HashSet<String> = schemes(document)
        .into_iter()
        .flat_map(Object::keys)
        .filter(has_no_scopes)
        .cloned()
        .collect();
    let scope = Scope {
        version: Version::V3_1,
        lost: false,
    };
    each(
        document,
        Kind::SecurityRequirement,
        scope,
        &mut |requirement, place| {
            for (name, roles) in requirement.iter_mut().filter(|(name, _)| names.contains(*name)) {
                if roles.as_array().is_some_and(|roles| !roles.is_empty()) {
                    *roles = json!([]);
                    site.record_below(
                        security::list_of(place),
                        Loss::Dropped,
                        format!("roles of `{name}` removed"),
                    );
                }
            }
        },
    );
}
