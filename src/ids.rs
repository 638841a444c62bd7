//! The ids of the service. Each kind of id has its own type, so that ids of different kinds cannot be mixed
//! up.
//!
//! A valid id does not mean that the thing exists.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

/// A text that is not valid as an id of this kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    kind: &'static str,
    given: String,
    reason: &'static str,
}

impl InvalidId {
    fn new(kind: &'static str, given: &str, reason: &'static str) -> Self {
        let given = given.chars().take(64).collect();
        Self { kind, given, reason }
    }
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a {}: {}", self.given, self.kind, self.reason)
    }
}

impl std::error::Error for InvalidId {}

/// The implementations that all id types have in common.
macro_rules! newtype {
    ($name:ident, $inner:ty) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$inner> for $name {
            fn from(id: $inner) -> Self {
                Self(id)
            }
        }

        impl From<$name> for $inner {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        pub struct $name(pub Uuid);

        newtype!($name, Uuid);

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId::new($kind, text, "it must be a UUID"))
            }
        }
    };
}

macro_rules! integer_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        pub struct $name(pub i64);

        newtype!($name, i64);

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.parse().map(Self).map_err(|_| InvalidId::new($kind, text, "it must be an integer"))
            }
        }

        /// Accepts an integer, or a string that contains one.
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match Either::deserialize(deserializer)? {
                    Either::Number(id) => Ok(Self(id)),
                    Either::Text(text) => text.parse().map_err(serde::de::Error::custom),
                }
            }
        }
    };
}

/// The implementations that text ids have in common. Any text from the service is accepted as an id, because
/// the answer to a paid run must not fail over the form of its id. An id that would lead to another path is
/// refused when a request is sent.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        ///
        /// The id becomes part of request paths. [`new`](Self::new) refuses texts that would lead to another
        /// path: an empty one, `.` and `..`, and any with a slash, a backslash or a control character.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        pub struct $name(String);

        as_text!($name, $kind, Self);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl $name {
            /// The id as the service writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}

/// The conversions from text.
macro_rules! as_text {
    ($name:ident, $kind:literal, $make:expr) => {
        impl $name {
            /// Creates an id from a text.
            ///
            /// # Errors
            ///
            /// When the text cannot be part of a path.
            pub fn new(id: impl Into<String>) -> Result<Self, InvalidId> {
                let id = id.into();
                match unfit_for_a_path(&id) {
                    Some(reason) => Err(InvalidId::new($kind, &id, reason)),
                    None => Ok(($make)(id)),
                }
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(id: String) -> Result<Self, InvalidId> {
                Self::new(id)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidId;

            fn try_from(id: &str) -> Result<Self, InvalidId> {
                Self::new(id)
            }
        }
    };
}

/// Id types on which the sources disagree: a number in one, a string in another. The value is kept as it
/// came.
macro_rules! either_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        ///
        /// Some sources say that the id is a number, others that it is a string. It is sent as it came; 42
        /// and `"42"` are equal.
        #[derive(Debug, Clone, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        pub struct $name(Either);

        as_text!($name, $kind, |id| Self(Either::Text(id)));

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl $name {
            /// Creates an id from a number. There is no `From<i64>`: a bare number could be the id of something
            /// else.
            #[must_use]
            pub fn from_number(id: i64) -> Self {
                Self(Either::Number(id))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.text() == other.0.text()
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                self.0.text().cmp(&other.0.text())
            }
        }

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.0.text().hash(state);
            }
        }
    };
}

/// An id as it came.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
enum Either {
    Number(i64),
    Text(String),
}

impl Either {
    fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Number(id) => Cow::Owned(id.to_string()),
            Self::Text(id) => Cow::Borrowed(id),
        }
    }
}

impl fmt::Display for Either {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

fn unfit_for_a_path(id: &str) -> Option<&'static str> {
    match id {
        "" => Some("it is empty"),
        "." | ".." => Some("it would lead to another path"),
        id if id.contains(['/', '\\']) => Some("it contains a slash"),
        id if id.contains(char::is_control) => Some("it contains a control character"),
        _ => None,
    }
}

uuid_id! {
    /// The id of a table.
    TableId, "table id"
}
uuid_id! {
    /// The id of a table column, which the service calls `identifier`.
    ColumnId, "column id"
}
integer_id! {
    /// The id of an enrichment in the catalogue. Any number of tables can have the enrichment installed.
    ///
    /// It is not the id of an installed enrichment ([`TableEnrichmentId`]), and neither converts to the
    /// other:
    ///
    /// ```compile_fail
    /// # use databar_api::{EnrichmentId, TableEnrichmentId};
    /// fn run(installed: TableEnrichmentId) {}
    /// run(EnrichmentId(123));
    /// ```
    EnrichmentId, "catalogue id of an enrichment"
}
either_id! {
    /// The id of an enrichment or a waterfall that is installed on a table, as returned when it was added.
    TableEnrichmentId, "id of an enrichment on a table"
}
integer_id! {
    /// The id of a connector, which is one of the user's own HTTP endpoints.
    ConnectorId, "connector id"
}
integer_id! {
    /// The id of an exporter in the catalogue.
    ExporterId, "catalogue id of an exporter"
}
integer_id! {
    /// The id of an exporter that is installed on a table, as returned when it was added.
    TableExporterId, "id of an exporter on a table"
}
integer_id! {
    /// The id of a folder.
    FolderId, "folder id"
}
text_id! {
    /// The id of a table row; currently a UUID.
    RowId, "row id"
}
text_id! {
    /// The id of a waterfall: a readable name such as `email_getter`.
    WaterfallId, "waterfall id"
}
either_id! {
    /// The id of a flow.
    FlowId, "flow id"
}
text_id! {
    /// The id of a task. The results of a task can be read until 24 hours after its end.
    TaskId, "task id"
}
text_id! {
    /// The id of a workbook, such as `wb_a1b2`.
    WorkbookId, "workbook id"
}

impl From<&TableEnrichmentId> for TableEnrichmentId {
    fn from(id: &TableEnrichmentId) -> Self {
        id.clone()
    }
}

/// An exporter on a table is run and changed in the same way as an enrichment.
impl From<TableExporterId> for TableEnrichmentId {
    fn from(id: TableExporterId) -> Self {
        Self::from_number(id.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_that_would_change_the_path_are_refused() {
        for (id, reason) in [
            ("", "empty"),
            (".", "another path"),
            ("..", "another path"),
            ("a/b", "slash"),
            ("..\\x", "slash"),
            ("a\nb", "control"),
            ("a\u{0}", "control"),
        ] {
            let error = TaskId::new(id).unwrap_err().to_string();
            assert!(
                error.contains("task id") && error.contains(reason),
                "{id:?}: {error}"
            );
            assert_eq!(
                serde_json::from_value::<TaskId>(json!(id)).unwrap().as_str(),
                id,
                "an answer is never refused because of its id"
            );
        }
    }

    #[test]
    fn integers_are_read_from_numbers_and_texts() {
        for value in [json!(42), json!("42")] {
            assert_eq!(serde_json::from_value::<FolderId>(value).unwrap(), FolderId(42));
        }
        assert_eq!(serde_json::to_value(EnrichmentId(42)).unwrap(), json!(42));
        assert!(serde_json::from_value::<EnrichmentId>(json!("x")).is_err());
        assert!("4 2".parse::<EnrichmentId>().is_err());
    }

    #[test]
    fn ids_on_which_sources_disagree_are_sent_as_they_came() {
        for value in [json!(42), json!("42"), json!("a/b")] {
            let id: TableEnrichmentId = serde_json::from_value(value.clone()).unwrap();
            assert_eq!(serde_json::to_value(&id).unwrap(), value);
        }
        assert_eq!(FlowId::from_number(42), "42".parse().unwrap());
        assert!("a/b".parse::<FlowId>().is_err());
        assert_eq!(TableEnrichmentId::from(TableExporterId(7)).to_string(), "7");
    }

    #[test]
    fn uuids_are_read_and_written_as_texts() {
        let text = "a1b2c3d4-e5f6-7890-abcd-ef1234567890";
        let id: TableId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(serde_json::to_value(id).unwrap(), json!(text));
        assert!(
            "table"
                .parse::<TableId>()
                .unwrap_err()
                .to_string()
                .contains("must be a UUID")
        );
    }

    proptest! {
        #[test]
        fn any_text_is_taken_whole_or_refused(text in any::<String>()) {
            if let Ok(id) = TaskId::new(text.clone()) {
                prop_assert_eq!(id.as_str(), &text);
                prop_assert_eq!(id.to_string().parse::<TaskId>().unwrap(), id);
            }
            let _ = text.parse::<TableId>();
            let _ = text.parse::<EnrichmentId>();
        }
    }
}
