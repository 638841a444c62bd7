//! OAS 3.0.3, Schema Object: the list of its keywords. Removes every keyword that is not in it and that no
//! other pass has converted.

use super::Site;
use crate::change::Loss;
use crate::grammar::{Kind, Since};
use crate::schema::Object;

/// Keywords of older drafts that affect validation.
const CHECKING: &[&str] = &["dependencies", "additionalItems", "$recursiveRef"];

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    schema.retain(|keyword, _| {
        let is_known = keyword.starts_with("x-")
            || Kind::Schema
                .field(keyword)
                .is_some_and(|(.., since)| *since == Since::V3_0);
        if is_known {
            return true;
        }
        match keyword.as_str() {
            "$defs" => site.record(
                keyword,
                Loss::None,
                "removed: schemas that are referred to became components",
            ),
            keyword if CHECKING.contains(&keyword) => site.record(keyword, Loss::Widened, "removed"),
            keyword => site.record(keyword, Loss::Dropped, "removed: not a keyword of OpenAPI 3.0"),
        }
        false
    });
}
