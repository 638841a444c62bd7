//! JSON Schema 2020-12, Validation, section 6.5.3 `required`: may be empty, which has no effect. OAS 3.0.3
//! takes it from a draft that demands at least one element.

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    if schema
        .get("required")
        .and_then(|required| required.as_array())
        .is_some_and(Vec::is_empty)
    {
        schema.shift_remove("required");
        site.record("required", Loss::None, "removed: it is empty");
    }
}
