/// Everything except the unreserved characters of RFC 3986 (section 2.3). progenitor does not encode the
/// backslash, which URL parsers treat as a slash.
const SEGMENT: &::percent_encoding::AsciiSet = &::percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Encodes a value as one segment of a path. `.` and `..` cannot be encoded, because URL parsers resolve them
/// in every spelling, so the sender of the request must refuse them.
pub fn encode_path(segment: &str) -> ::std::string::String {
    ::percent_encoding::utf8_percent_encode(segment, SEGMENT).to_string()
}
