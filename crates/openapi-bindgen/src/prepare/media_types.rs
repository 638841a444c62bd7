//! The meaning of media types for a client (RFC 6838, RFC 9110 section 8.3).

use openapi_document::essence;

/// Returns whether a body of this type is one JSON text: `application/json`, `text/json`, and all types with
/// the suffix `+json` (RFC 6839, section 3.1) except for streams of texts.
pub(super) fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    let suffixed = essence.ends_with("+json") && essence != "application/stream+json";
    suffixed || matches!(essence.as_str(), "application/json" | "text/json")
}

/// Returns whether it matches any type: `*/*`, `application/*`, `*`.
pub(super) fn is_any(media_type: &str) -> bool {
    matches!(essence(media_type).as_str(), "*/*" | "application/*" | "*")
}

/// Returns whether it matches several types, as `image/*` does.
pub(super) fn is_range(media_type: &str) -> bool {
    essence(media_type).contains('*')
}

/// Returns whether the text is valid as a `Content-Type`.
pub(super) fn is_valid(media_type: &str) -> bool {
    let visible = media_type.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let named = match essence(media_type).split_once('/') {
        Some((kind, subtype)) => !kind.is_empty() && !subtype.is_empty(),
        None => false,
    };
    visible && named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_from_what_is_like_it() {
        for json in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/vnd.api+json",
            "text/json",
        ] {
            assert!(is_json(json), "{json}");
        }
        for other in [
            "application/x-ndjson",
            "application/json-seq",
            "application/stream+json",
            "text/plain",
            "",
        ] {
            assert!(!is_json(other), "{other}");
        }
        assert!(is_valid("image/*") && !is_valid("json") && !is_valid("text/\n"));
    }
}
