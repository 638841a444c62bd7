//! The names of media types.
//!
//! Names are compared by RFC 9110, 8.3.1: type, subtype and parameter names are case-insensitive.
//! `application/json` is more general than `application/problem+json` (RFC 6839), and a range such as `*/*`
//! is more general than everything that it matches. The parameters `charset`, `boundary` and `q` do not
//! describe the content of a body. All others do, such as `version` or `profile`.

use openapi_document::essence;

/// The parsed name of a media type or of a media range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MediaType {
    pub(super) kind: String,
    /// The subtype without its suffix.
    pub(super) subtype: String,
    pub(super) suffix: Option<String>,
    /// The parameters that describe the content of the body, sorted.
    parameters: Vec<(String, String)>,
}

impl MediaType {
    pub(super) fn of(name: &str) -> Self {
        let essence = essence(name);
        let (kind, subtype) = essence.split_once('/').unwrap_or((&essence, ""));
        let (subtype, suffix) = match subtype.rsplit_once('+') {
            Some((subtype, suffix)) => (subtype, Some(suffix.to_owned())),
            None => (subtype, None),
        };
        let mut parameters: Vec<_> = split_outside_quotes(name, ';')
            .into_iter()
            .skip(1)
            .filter_map(|part| part.split_once('='))
            .map(|(name, value)| {
                let value = value.trim().trim_matches('"');
                (name.trim().to_ascii_lowercase(), value.to_owned())
            })
            .filter(|(name, _)| !matches!(name.as_str(), "charset" | "boundary" | "q"))
            .collect();
        parameters.sort();
        Self {
            kind: kind.to_owned(),
            subtype: subtype.to_owned(),
            suffix,
            parameters,
        }
    }

    /// Whether bodies of this type have parts, each with its own media type (RFC 2046, 5.1).
    pub(super) fn is_multipart(&self) -> bool {
        self.kind == "multipart"
    }

    /// Whether it is an HTML form, whose parts are name-value pairs.
    pub(super) fn is_form(&self) -> bool {
        (self.kind.as_str(), self.subtype.as_str()) == ("application", "x-www-form-urlencoded")
    }

    pub(super) fn same_but_for_parameters(&self, other: &Self) -> bool {
        (&self.kind, &self.subtype, &self.suffix) == (&other.kind, &other.subtype, &other.suffix)
    }

    /// Whether this is a range that includes the other.
    pub(super) fn is_range_around(&self, other: &Self) -> bool {
        self.subtype == "*"
            && (self.kind == "*" || self.kind == other.kind)
            && !self.same_but_for_parameters(other)
    }

    /// Whether a recipient of this type can also read the other.
    pub(super) fn is_more_general_than(&self, other: &Self) -> bool {
        let suffixed =
            self.kind == other.kind && self.suffix.is_none() && other.suffix.as_ref() == Some(&self.subtype);
        suffixed || self.is_range_around(other)
    }
}

/// The parts of a text between separators. Separators in quoted strings do not count (RFC 9110, 5.6.4).
pub(super) fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(|character: char| {
        let escapes = quoted && !escaped && character == '\\';
        if character == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = escapes;
        character == separator && !quoted
    })
    .collect()
}
