//! OAS 3.1, Reference Object: `summary` and `description` beside `$ref`. OAS 3.0.3: what is beside it "SHALL
//! be ignored".

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(object: &mut Object, site: &mut Site<'_>) {
    if !object.contains_key("$ref") {
        return;
    }
    let others: Vec<String> = object.keys().filter(|key| *key != "$ref").cloned().collect();
    for field in others {
        object.shift_remove(&field);
        site.record(&field, Loss::Dropped, "removed beside `$ref`");
    }
}
