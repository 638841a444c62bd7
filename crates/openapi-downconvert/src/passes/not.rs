//! JSON Schema 2020-12, Core, section 10.2.1.4 `not`. The conversion must not forbid more values than before.

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    if site.loosened && schema.shift_remove("not").is_some() {
        site.record("not", Loss::Widened, "removed: it would forbid more than before");
    }
}
