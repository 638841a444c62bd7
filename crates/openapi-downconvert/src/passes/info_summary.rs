//! OAS 3.1, Info Object: `summary`, which OAS 3.0.3 does not have.

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(info: &mut Object, site: &mut Site<'_>) {
    if info.shift_remove("summary").is_some() {
        site.record("summary", Loss::Dropped, "removed");
    }
}
