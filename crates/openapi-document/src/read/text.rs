//! Decodes bytes to text, and tells JSON from YAML.

use super::{Error, ErrorKind, LONGEST_TEXT, MAX_BYTES, excerpt, place::place_of};

/// The text of a document, without its byte order mark.
pub(crate) fn decode(bytes: &[u8]) -> Result<&str, Error> {
    if bytes.len() > MAX_BYTES {
        let message = format!("the document is longer than {} MB", MAX_BYTES / 1024 / 1024);
        return Err(Error::new(ErrorKind::TooLarge, message));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if is_wide(bytes) {
        let message = "the text is UTF-16 or UTF-32, but must be UTF-8; convert it first";
        return Err(Error::new(ErrorKind::Encoding, message));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let index = error.valid_up_to();
        let message = match error.error_len() {
            None => "the text ends in the middle of a character".to_owned(),
            Some(_) => format!(
                "the text is not UTF-8: byte 0x{:02X}; it may be Latin-1 or Windows-1252, or not be text at all",
                bytes.get(index).copied().unwrap_or_default()
            ),
        };
        Error::new(ErrorKind::Encoding, message).at(place_of(bytes, index))
    })?;
    let start = text.trim_start();
    if start.is_empty() {
        return Err(Error::new(ErrorKind::Empty, "the document is empty"));
    }
    // `<<` is YAML's merge key.
    if start.starts_with('<') && !start.starts_with("<<") {
        let opening = excerpt(start.lines().next().unwrap_or_default(), LONGEST_TEXT);
        let language = if is_html(start) {
            "an HTML page"
        } else {
            "XML or HTML"
        };
        let message = format!("this is {language}, not JSON or YAML; it begins with {opening:?}");
        return Err(Error::new(ErrorKind::Markup, message));
    }
    Ok(text)
}

/// Whether code units are wider than a byte. A byte order mark or a zero byte in the first character shows
/// it.
fn is_wide(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xFE\xFF")
        || bytes.starts_with(b"\xFF\xFE")
        || bytes.iter().take(2).any(|byte| *byte == 0)
}

fn is_html(start: &str) -> bool {
    let opening = start.chars().take(512).collect::<String>().to_ascii_lowercase();
    opening.starts_with("<!doctype html") || opening.contains("<html") || opening.contains("<head")
}

/// Whether the text is meant to be JSON: it begins with an array, or with an object whose first key is
/// quoted. Text that begins with `{key:` is a YAML flow mapping.
pub(crate) fn is_json(text: &str) -> bool {
    let text = text.trim_start();
    match text.strip_prefix('{') {
        Some(rest) => matches!(rest.trim_start().chars().next(), None | Some('"' | '}')),
        None => text.starts_with('['),
    }
}
