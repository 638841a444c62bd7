//! JSON Schema 2020-12, Core, section 8.2: `$id`, `$anchor` and `$dynamicAnchor` identify schemas. In OAS
//! 3.0.3, only the place of a schema identifies it.

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    for keyword in ["$id", "$anchor", "$dynamicAnchor"] {
        if schema.shift_remove(keyword).is_some() {
            site.record(
                keyword,
                Loss::Dropped,
                "removed: references use the place of the schema",
            );
        }
    }
}
