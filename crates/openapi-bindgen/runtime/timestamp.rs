/// A point in time as the service wrote it.
///
/// A response never fails because of a time: the text is kept and serialised as it came, and parsed when it
/// is accessed. Times with an offset are RFC 3339. A time without an offset is read as UTC, which is what
/// Python services mean when they print naive datetimes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ::serde::Serialize, ::serde::Deserialize)]
#[serde(transparent)]
pub struct Timestamp(::std::string::String);

impl Timestamp {
    /// The text exactly as it was received.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Parses the text as an instant in UTC.
    ///
    /// # Errors
    ///
    /// [`InvalidTimestamp`] when the text is neither RFC 3339 nor a date and time without an offset.
    pub fn to_utc(
        &self,
    ) -> ::std::result::Result<::chrono::DateTime<::chrono::Utc>, InvalidTimestamp> {
        if let Ok(time) = ::chrono::DateTime::parse_from_rfc3339(&self.0) {
            return Ok(time.with_timezone(&::chrono::Utc));
        }
        ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"]
            .iter()
            .find_map(|format| ::chrono::NaiveDateTime::parse_from_str(&self.0, format).ok())
            .map(|time| time.and_utc())
            .ok_or_else(|| InvalidTimestamp(self.0.clone()))
    }
}

impl ::std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl ::std::str::FromStr for Timestamp {
    type Err = ::std::convert::Infallible;

    fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl From<::chrono::DateTime<::chrono::Utc>> for Timestamp {
    fn from(time: ::chrono::DateTime<::chrono::Utc>) -> Self {
        Self(time.to_rfc3339_opts(::chrono::SecondsFormat::AutoSi, true))
    }
}

/// The error for a [`Timestamp`] whose text is not a date and time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTimestamp(::std::string::String);

impl ::std::fmt::Display for InvalidTimestamp {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        write!(
            f,
            "{:?} is not a date and time: expected RFC 3339, such as 2026-01-31T12:00:00Z",
            self.0
        )
    }
}

impl ::std::error::Error for InvalidTimestamp {}
