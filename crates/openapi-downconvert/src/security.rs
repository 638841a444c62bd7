//! The security schemes of a document.

use openapi_document::pointer;
use serde_json::Value;

use crate::schema::Object;

/// The maximum number of references that are followed in a row.
const LONGEST_CHAIN: usize = 8;

pub(crate) fn schemes(document: &Object) -> Option<&Object> {
    document.get("components")?.get("securitySchemes")?.as_object()
}

/// The scheme with this name. Follows references to other schemes.
pub(crate) fn scheme<'d>(document: &'d Object, name: &str) -> Option<&'d Value> {
    let schemes = schemes(document)?;
    let mut found = schemes.get(name)?;
    for _ in 0..LONGEST_CHAIN {
        let Some(reference) = found.get("$ref").and_then(Value::as_str) else {
            break;
        };
        let place = pointer::of_reference(reference)?;
        found = schemes.get(&*pointer::component(&place, "securitySchemes")?)?;
    }
    Some(found)
}

/// The list that contains a requirement. Its index in the list may differ from the original document.
pub(crate) fn list_of(requirement: &str) -> &str {
    requirement.rsplit_once('/').map_or(requirement, |(list, _)| list)
}
