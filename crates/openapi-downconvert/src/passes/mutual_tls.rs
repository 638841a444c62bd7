//! OAS 3.1, Security Scheme Object: `mutualTLS`, which OAS 3.0.3 does not have. Mutual TLS is part of the
//! connection, not of a request. An operation that needs nothing else therefore needs nothing that OAS 3.0.3
//! could express.

use openapi_document::pointer;
use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::grammar::{Kind, Scope, Version};
use crate::schema::Object;
use crate::security::{self, scheme, schemes};
use crate::walk::each;

pub(super) fn run(document: &mut Object, site: &mut Site<'_>) {
    let is_mutual = |name: &&String| {
        scheme(document, name)
            .and_then(|scheme| scheme.get("type"))
            .and_then(Value::as_str)
            == Some("mutualTLS")
    };
    let names: Vec<String> = schemes(document)
        .into_iter()
        .flat_map(Object::keys)
        .filter(is_mutual)
        .cloned()
        .collect();
    if names.is_empty() {
        return;
    }
    // A document has few mutual TLS schemes, so a set is not needed.
    let sections = document
        .get_mut("components")
        .and_then(|components| components.get_mut("securitySchemes"));
    if let Some(schemes) = sections.and_then(Value::as_object_mut) {
        schemes.retain(|name, _| !names.contains(name));
    }
    for name in &names {
        let place = pointer::from_names(["components", "securitySchemes", name]);
        site.record_below(
            &place,
            Loss::Dropped,
            "removed: mutual TLS is part of the connection",
        );
    }
    let scope = Scope {
        version: Version::V3_1,
        lost: false,
    };
    each(
        document,
        Kind::SecurityRequirement,
        scope,
        &mut |requirement, place| {
            let before = requirement.len();
            requirement.retain(|name, _| !names.contains(name));
            if requirement.len() < before {
                site.record_below(security::list_of(place), Loss::Dropped, "mutual TLS removed");
            }
        },
    );
}
