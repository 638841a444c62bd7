//! The API key: validated once, kept secret, and turned into a header for each request.
//!
//! This module does not decide where a key is read from (environment, file).

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use memchr::memchr2;
use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

/// Replaces the key where a service echoes it.
const MASK: &[u8] = b"[redacted]";

/// A valid API key. `Debug` does not show it, and it is wiped from memory when the last clone is dropped.
#[derive(Clone)]
pub struct ApiKey(Arc<SecretString>);

impl ApiKey {
    /// Creates a key from a text that can be sent as a header as it is; nothing is trimmed.
    ///
    /// # Errors
    /// When the key is empty, or contains a space, a line break, another control character or a character
    /// outside ASCII. The usual cause is a key that was copied from a file together with its line end.
    pub fn new(key: impl Into<SecretString>) -> Result<Self, InvalidKey> {
        let key = key.into();
        let exposed = key.expose_secret();
        if exposed.is_empty() {
            return Err(InvalidKey("it is empty"));
        }
        for c in exposed.chars() {
            match c {
                '\r' | '\n' => return Err(InvalidKey("it contains a line break")),
                ' ' | '\t' => return Err(InvalidKey("it contains a space or a tab")),
                c if !c.is_ascii() => return Err(InvalidKey("it contains a character outside ASCII")),
                c if c.is_ascii_control() => return Err(InvalidKey("it contains a control character")),
                _ => {}
            }
        }
        Ok(Self(Arc::new(key)))
    }

    /// The value of the `x-apikey` header, marked as sensitive so that no `Debug` of a request shows it.
    #[expect(
        clippy::expect_used,
        reason = "`new` lets through visible ASCII only, all of which a header takes"
    )]
    pub(crate) fn header(&self) -> HeaderValue {
        let mut value = HeaderValue::from_str(self.0.expose_secret()).expect("visible ASCII");
        value.set_sensitive(true);
        value
    }

    /// Masks the key in a text, however its characters are escaped in JSON, because services echo what they
    /// were sent.
    pub(crate) fn mask<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let key = self.0.expose_secret().as_bytes();
        let mut masked = Vec::new();
        let (mut taken, mut at) = (0, 0);
        // The key is not empty, so it starts with its first byte or with an escape.
        while let Some(next) = memchr2(key[0], b'\\', &text[at..]) {
            at += next;
            match spelled(key, &text[at..]) {
                Some(length) => {
                    masked.extend_from_slice(&text[taken..at]);
                    masked.extend_from_slice(MASK);
                    at += length;
                    taken = at;
                }
                None => at += 1,
            }
        }
        if taken == 0 {
            return Cow::Borrowed(text);
        }
        masked.extend_from_slice(&text[taken..]);
        Cow::Owned(masked)
    }

    /// A copy of the headers without the key.
    pub(crate) fn masked_headers(&self, headers: &HeaderMap) -> HeaderMap {
        let mut masked = headers.clone();
        for value in masked.values_mut() {
            if matches!(self.mask(value.as_bytes()), Cow::Owned(_)) {
                *value = HeaderValue::from_static("[redacted]");
            }
        }
        masked
    }

    /// Marks the headers that contain the key as sensitive, so that `Debug` does not show them.
    pub(crate) fn hide_in(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            if matches!(self.mask(value.as_bytes()), Cow::Owned(_)) {
                value.set_sensitive(true);
            }
        }
    }
}

/// At the end of a text, this many bytes of the key are enough to be masked, because a body may have been cut
/// in the middle of the key.
const BEGINNING: usize = 4;

/// If the text starts with the key, plain or with characters escaped as in JSON, returns the length of that
/// part.
fn spelled(key: &[u8], text: &[u8]) -> Option<usize> {
    if text.starts_with(key) {
        return Some(key.len());
    }
    let mut rest = text;
    for (taken, byte) in key.iter().enumerate() {
        rest = match rest {
            [] if taken >= BEGINNING => return Some(text.len()),
            [b'\\', b'u', b'0', b'0', high, low, rest @ ..] if hex(*high, *low) == Some(*byte) => rest,
            [b'\\', escaped, rest @ ..] if escaped == byte => rest,
            [plain, rest @ ..] if plain == byte => rest,
            _ => return None,
        };
    }
    Some(text.len() - rest.len())
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |c: u8| {
        char::from(c)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    Some(digit(high)? << 4 | digit(low)?)
}

/// Written by hand so that the key is not printed.
impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey([redacted])")
    }
}

/// The error for a key that cannot be sent. It says why, but never shows the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidKey(&'static str);

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the API key cannot be used: {}; use the key exactly as Databar shows it, on one line",
            self.0
        )
    }
}

impl std::error::Error for InvalidKey {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usable_key_becomes_a_sensitive_header() {
        let key = ApiKey::new("canary-0123").unwrap();
        assert!(key.header().is_sensitive());
        assert_eq!(key.header().as_bytes(), b"canary-0123");
        assert_eq!(
            format!("{key:?} {:?}", key.header()),
            "ApiKey([redacted]) Sensitive"
        );
    }

    #[test]
    fn a_key_is_masked_however_it_is_spelled() {
        for (key, text, masked) in [
            ("zqzq", "zqzq", "[redacted]"),
            ("zqzq", "key zqzqzqzq, zq", "key [redacted][redacted], zq"),
            ("z/q", r#"["z\/q", "z/q"]"#, r#"["[redacted]", "[redacted]"]"#),
            ("zq\"\\", r#""zq\"\\""#, r#""[redacted]""#),
            ("zqzq", r"\u007a\u0071zq", "[redacted]"),
            ("zqzq", "zqz", "zqz"),
            ("zqzqzq", "key zqzq", "key [redacted]"),
            ("zqzqzq", "key zqzq.", "key zqzq."),
            ("zqzq", r"zqz\u00", r"zqz\u00"),
        ] {
            let key = ApiKey::new(key).unwrap();
            assert_eq!(String::from_utf8_lossy(&key.mask(text.as_bytes())), masked);
        }
    }

    #[test]
    fn an_unusable_key_is_refused_without_being_shown() {
        for (key, reason) in [
            ("", "empty"),
            ("zqzq\n", "line break"),
            ("zq\r\nzq", "line break"),
            (" zqzq", "a space or a tab"),
            ("zq\tzq", "a space or a tab"),
            ("zq\u{0}zq", "control"),
            ("zq\u{7f}zq", "control"),
            ("zqäzq", "outside ASCII"),
        ] {
            let error = ApiKey::new(key).unwrap_err();
            assert!(error.to_string().contains(reason), "{key:?}: {error}");
            assert!(
                key.is_empty() || !format!("{error} {error:?}").contains("zq"),
                "{key:?}: {error}"
            );
        }
    }
}
