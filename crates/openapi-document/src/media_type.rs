//! The names of media types.

/// A media type without its parameters, in lower case (RFC 9110, section 8.3.1).
///
/// Text that is not a media type is treated the same way, so it differs from every known media type.
///
/// ```
/// assert_eq!(openapi_document::essence("Application/JSON; charset=utf-8"), "application/json");
/// ```
#[must_use]
pub fn essence(media_type: &str) -> String {
    let end = media_type.find(';').unwrap_or(media_type.len());
    media_type[..end].trim().to_ascii_lowercase()
}
