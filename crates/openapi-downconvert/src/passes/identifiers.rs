//! JSON Schema 2020-12, Core, section 8.2: `$id`, `$anchor` and `$dynamicAnchor` name schemas. OAS 3.0.3 knows
//! them by their place only.

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    for keyword in ["$id", "$anchor", "$dynamicAnchor"] {
        if schema.shift_remove(keyword).is_some() {
            site.record(keyword, Loss::Dropped, "removed: references lead to the place");
        }
    }
}
