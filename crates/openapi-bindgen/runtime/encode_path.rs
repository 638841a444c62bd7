/// All but what RFC 3986 (section 2.3) calls unreserved. progenitor leaves the backslash, which URL parsers take for a
/// slash.
const SEGMENT: &::percent_encoding::AsciiSet = &::percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A value as one segment of a path. `.` and `..` cannot be encoded: URL parsers resolve them in every spelling, so
/// whoever sends the request must refuse them.
pub fn encode_path(segment: &str) -> ::std::string::String {
    ::percent_encoding::utf8_percent_encode(segment, SEGMENT).to_string()
}
