//! JSON Schema 2020-12, Validation, section 8 "Vocabulary for the Contents of String-Encoded Data", and OAS
//! 3.1, "Considerations for File Uploads". In OAS 3.0.3, base64 is `format: byte` and raw bytes are
//! `format: binary`. The rest cannot be expressed.

use openapi_document::essence;
use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, replace};

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    let text = |keyword: &str| schema.get(keyword).and_then(Value::as_str).map(str::to_owned);
    let (encoding, media_type) = (text("contentEncoding"), text("contentMediaType"));
    let format = match (&encoding, &media_type) {
        (Some(encoding), _) if encoding.eq_ignore_ascii_case("base64") => Some(("contentEncoding", "byte")),
        (None, Some(media_type)) if is_binary(media_type) => Some(("contentMediaType", "binary")),
        _ => None,
    };
    if let Some((keyword, format)) = format.filter(|_| !schema.contains_key("format")) {
        replace(schema, keyword, [("format".to_owned(), Value::from(format))]);
        let is_all =
            keyword == "contentEncoding" || media_type.as_deref() == Some("application/octet-stream");
        let loss = if is_all { Loss::None } else { Loss::Dropped };
        site.record(keyword, loss, format!("-> `format: {format}`"));
    }
    for keyword in ["contentEncoding", "contentMediaType", "contentSchema"] {
        if schema.shift_remove(keyword).is_some() {
            site.record(keyword, Loss::Dropped, "removed");
        }
    }
}

/// Whether data of this media type is binary rather than text.
fn is_binary(media_type: &str) -> bool {
    let essence = essence(media_type);
    let is_text = essence.starts_with("text/")
        || ["json", "xml", "yaml", "javascript", "x-www-form-urlencoded"]
            .iter()
            .any(|suffix| essence.ends_with(suffix));
    !is_text
}
