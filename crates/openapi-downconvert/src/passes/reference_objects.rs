//! OAS 3.1, Reference Object: `summary` and `description` next to `$ref`. OAS 3.0.3: properties next to it
//! "SHALL be ignored".

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(object: &mut Object, site: &mut Site<'_>) {
    if !object.contains_key("$ref") {
        return;
    }
    object.retain(|field, _| {
        let is_reference = field == "$ref";
        if !is_reference {
            site.record(field, Loss::Dropped, "removed next to `$ref`");
        }
        is_reference
    });
}
