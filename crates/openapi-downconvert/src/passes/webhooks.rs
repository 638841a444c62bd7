//! OAS 3.1, OpenAPI Object: `webhooks`, which OAS 3.0.3 does not have.

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(document: &mut Object, site: &mut Site<'_>) {
    if document.shift_remove("webhooks").is_some() {
        site.record("webhooks", Loss::Dropped, "removed");
    }
}
