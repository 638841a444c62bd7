//! OAS 3.1, License Object: `identifier`, an SPDX expression, which OAS 3.0.3 does not have.

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(license: &mut Object, site: &mut Site<'_>) {
    if license.shift_remove("identifier").is_some() {
        site.record("identifier", Loss::Dropped, "removed");
    }
}
