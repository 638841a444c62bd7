//! OAS 3.1, OpenAPI Object: `paths` is optional. OAS 3.0.3: it is required, and may be empty.

use serde_json::json;

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(document: &mut Object, site: &mut Site<'_>) {
    if !document.contains_key("paths") {
        document.insert("paths".to_owned(), json!({}));
        site.record_here(Loss::None, "`paths: {}` added: it is required");
    }
}
