//! OAS 3.1, OpenAPI Object: `openapi`.

use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(document: &mut Object, site: &mut Site<'_>) {
    document.insert("openapi".to_owned(), Value::from("3.0.3"));
    site.record("openapi", Loss::None, "-> 3.0.3");
}
