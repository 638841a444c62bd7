//! The API key: checked once, kept secret, turned into a header where a request leaves.
//!
//! Where a key is looked for (environment, file) is not decided here.

use std::fmt;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

/// An API key that can be sent. Never shown by `Debug`, wiped from memory when dropped.
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// Checks that a key can stand in a header as it is; nothing is trimmed.
    ///
    /// # Errors
    /// When the key is empty, or contains a blank, a line break, another control character or a
    /// character outside ASCII: a key that was cut out of a file together with its line end, mostly.
    pub fn new(key: impl Into<SecretString>) -> Result<Self, InvalidKey> {
        let key = key.into();
        let exposed = key.expose_secret();
        if exposed.is_empty() {
            return Err(InvalidKey("it is empty"));
        }
        for c in exposed.chars() {
            match c {
                '\r' | '\n' => return Err(InvalidKey("it contains a line break")),
                ' ' | '\t' => return Err(InvalidKey("it contains a blank")),
                c if !c.is_ascii() => return Err(InvalidKey("it contains a character outside ASCII")),
                c if c.is_ascii_control() => return Err(InvalidKey("it contains a control character")),
                _ => {}
            }
        }
        Ok(Self(key))
    }

    /// The value of the `x-apikey` header, marked sensitive so that no `Debug` of a request shows it.
    #[expect(
        clippy::expect_used,
        reason = "`new` lets through visible ASCII only, all of which a header takes"
    )]
    pub(crate) fn header(&self) -> HeaderValue {
        let mut value = HeaderValue::from_str(self.0.expose_secret()).expect("visible ASCII");
        value.set_sensitive(true);
        value
    }
}

/// Written by hand so that the key is not printed.
impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey([redacted])")
    }
}

/// The key cannot be sent. Says why, and never what the key was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidKey(&'static str);

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the API key cannot be used: {}; give it exactly as Databar shows it, in one line",
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
    fn an_unusable_key_is_refused_without_being_shown() {
        for (key, reason) in [
            ("", "empty"),
            ("zqzq\n", "line break"),
            ("zq\r\nzq", "line break"),
            (" zqzq", "blank"),
            ("zq\tzq", "blank"),
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
