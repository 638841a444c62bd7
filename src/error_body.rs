//! The body of an answer that is not a success.
//!
//! The service has several shapes of error bodies, and proxies and load balancers in between send others. All
//! of them are read into [`ErrorBody`]. Reading cannot fail, so the status is never lost. This module does
//! not decide what an error means.

use std::fmt;

use serde_json::{Map, Value};

/// The maximum number of bytes in the excerpt and in the message.
const LIMIT: usize = 2 * 1024;
/// The maximum number of characters of the server's text in the one-line form.
const LINE_LIMIT: usize = 300;

/// What the server said when it refused a request or failed.
///
/// It understands `{"detail": "..."}`, the validation errors of FastAPI, `{"error", "detail", "rows"}` and
/// `{"error", "details"}`. Of any other body it keeps the beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorBody {
    code: Option<String>,
    message: String,
    field_errors: Vec<FieldError>,
    excerpt: String,
}

/// An error about one value of the request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldError {
    /// The row or the input of a batch, counted from 1 in the order in which they were sent.
    pub row: Option<u64>,
    /// The place of the value: a parameter, or a path into the request such as `body.rows.3.fields`.
    pub path: String,
    /// What is wrong with the value.
    pub message: String,
    /// The validator's name for the kind of error, such as `missing`.
    pub kind: Option<String>,
}

impl ErrorBody {
    /// Creates a body with only a message, for errors that are made rather than received.
    #[must_use]
    pub fn with_message(message: &str) -> Self {
        Self {
            message: bounded(message.trim()),
            ..Self::default()
        }
    }

    /// Reads a body. Never fails, whatever the bytes are.
    #[must_use]
    pub fn from_bytes(body: &[u8]) -> Self {
        let mut this = match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => Self::from_object(&object),
            Ok(Value::String(message)) => Self {
                message,
                ..Self::default()
            },
            _ => Self::default(),
        };
        this.message = bounded(this.message.trim());
        this.excerpt = excerpt(body);
        this
    }

    /// Replaces the message.
    pub(crate) fn saying(self, message: &str) -> Self {
        Self {
            message: bounded(message),
            ..self
        }
    }

    /// The code of the error, such as `INVALID_PARAMS` or `UNKNOWN_COLUMNS`: the member `error`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The server's own message, at most 2 KiB; empty if the body has none.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The errors about single values of the request.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        &self.field_errors
    }

    /// The beginning of the body as it came, at most 2 KiB.
    #[must_use]
    pub fn excerpt(&self) -> &str {
        &self.excerpt
    }

    fn from_object(object: &Map<String, Value>) -> Self {
        let mut field_errors = Vec::new();
        // FastAPI puts an error that was raised with an object one level down, in `detail`.
        if let Some(Value::Object(inner)) = object.get("detail").or_else(|| object.get("details"))
            && inner.get("error").is_some_and(Value::is_string)
        {
            return Self::from_object(inner);
        }
        for (member, value) in object {
            match (member.as_str(), value) {
                ("detail" | "details", Value::Array(items)) => {
                    field_errors.extend(items.iter().filter_map(validation_error));
                }
                ("rows", Value::Array(rows)) => {
                    for row in rows {
                        let position = row.get("position").and_then(Value::as_u64);
                        of_fields(
                            position,
                            row.get("fields").unwrap_or(&Value::Null),
                            &mut field_errors,
                        );
                    }
                }
                ("fields", fields) => of_fields(None, fields, &mut field_errors),
                _ => {}
            }
        }
        let code = object
            .get("error")
            .and_then(Value::as_str)
            .filter(|code| !code.is_empty());
        let message = ["detail", "details", "message", "error"]
            .iter()
            .find_map(|member| object.get(*member).map(words).filter(|words| !words.is_empty()))
            .unwrap_or_else(|| join(&field_errors));
        Self {
            code: code.map(bounded),
            message,
            field_errors,
            excerpt: String::new(),
        }
    }
}

/// One line: the code, the message, or the beginning of a body that has neither.
impl fmt::Display for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code() {
            Some(code) if code != self.message => write!(f, "{}: ", one_line(code))?,
            _ => {}
        }
        match (self.message.is_empty(), self.excerpt.is_empty()) {
            (false, _) => f.write_str(&one_line(&self.message)),
            (true, false) => write!(f, "a body that is not understood: {}", one_line(&self.excerpt)),
            (true, true) => f.write_str("an empty body"),
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(row) = self.row {
            write!(f, "row {row}: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", one_line(&self.path))?;
        }
        f.write_str(&one_line(&self.message))
    }
}

/// The text in a `detail`, whatever its shape.
fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        Value::Array(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| validation_error(item).map_or_else(|| words(item), |error| pair(&error)))
                .filter(|item| !item.is_empty())
                .collect();
            items.join("; ")
        }
        Value::Object(object) => ["message", "msg", "detail", "error"]
            .iter()
            .find_map(|member| object.get(*member).and_then(Value::as_str))
            .map_or_else(|| value.to_string(), str::to_owned),
        other => other.to_string(),
    }
}

/// FastAPI's `{"loc": [...], "msg": "...", "type": "..."}`.
fn validation_error(value: &Value) -> Option<FieldError> {
    let message = value.get("msg")?.as_str()?.to_owned();
    let location: &[Value] = value
        .get("loc")
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice);
    let row = location.windows(2).find_map(|pair| {
        let list = pair[0]
            .as_str()
            .is_some_and(|name| matches!(name, "rows" | "params" | "inputs"));
        pair[1].as_u64().filter(|_| list)?.checked_add(1)
    });
    let path: Vec<String> = location.iter().map(words).collect();
    let kind = value.get("type").and_then(Value::as_str).map(str::to_owned);
    Some(FieldError {
        row,
        path: path.join("."),
        message,
        kind,
    })
}

/// `{"param": ["message", ...]}`, or a list of such objects, of names, or of described fields.
fn of_fields(row: Option<u64>, fields: &Value, found: &mut Vec<FieldError>) {
    match fields {
        Value::Object(object) => {
            for (path, messages) in object {
                let messages = match messages {
                    Value::Array(messages) => messages.as_slice(),
                    single => std::slice::from_ref(single),
                };
                found.extend(messages.iter().map(|message| FieldError {
                    row,
                    path: path.clone(),
                    message: words(message),
                    kind: None,
                }));
            }
        }
        Value::Array(items) => {
            for item in items {
                match (validation_error(item), item) {
                    (Some(error), _) => found.push(FieldError {
                        row: error.row.or(row),
                        ..error
                    }),
                    (None, Value::String(path)) => {
                        found.push(FieldError {
                            row,
                            path: path.clone(),
                            ..FieldError::default()
                        });
                    }
                    (None, Value::Object(_)) => of_fields(row, item, found),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn pair(error: &FieldError) -> String {
    if error.path.is_empty() {
        error.message.clone()
    } else {
        format!("{}: {}", error.path, error.message)
    }
}

fn join(errors: &[FieldError]) -> String {
    errors
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

/// Cuts a text to at most [`LIMIT`] bytes, between characters.
fn bounded(text: &str) -> String {
    if text.len() <= LIMIT {
        return text.to_owned();
    }
    let mark = "…";
    let mut end = LIMIT - mark.len();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{mark}", &text[..end])
}

/// The beginning of a body as text, at most 2 KiB.
pub(crate) fn excerpt(body: &[u8]) -> String {
    // A character may be cut here, and a byte that is not UTF-8 becomes three bytes. `bounded` handles both.
    let head = &body[..body.len().min(LIMIT + 4)];
    bounded(String::from_utf8_lossy(head).trim())
}

/// Folds spaces and line breaks into single spaces, replaces control characters, and cuts long texts.
fn one_line(text: &str) -> String {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let harmless = |c: char| {
        if c.is_control() {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    let mut line: String = folded.chars().take(LINE_LIMIT).map(harmless).collect();
    if folded.chars().nth(LINE_LIMIT).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(body: &Value) -> ErrorBody {
        ErrorBody::from_bytes(body.to_string().as_bytes())
    }

    fn error(row: Option<u64>, path: &str, message: &str, kind: Option<&str>) -> FieldError {
        FieldError {
            row,
            path: path.into(),
            message: message.into(),
            kind: kind.map(Into::into),
        }
    }

    #[test]
    fn a_plain_detail_is_the_message() {
        let body = read(&json!({"detail": "Not allowed"}));
        assert_eq!((body.code(), body.message()), (None, "Not allowed"));
        assert_eq!(body.to_string(), "Not allowed");
        assert!(body.field_errors().is_empty());
    }

    #[test]
    fn validation_errors_name_row_path_and_kind() {
        let body = read(&json!({"detail": [
            {"loc": ["body", "rows", 3, "fields"], "msg": "Field required", "type": "missing", "input": {}},
            {"loc": ["query", "page"], "msg": "not a number", "type": "int_parsing"},
        ]}));
        assert_eq!(
            body.field_errors(),
            [
                error(Some(4), "body.rows.3.fields", "Field required", Some("missing")),
                error(None, "query.page", "not a number", Some("int_parsing")),
            ]
        );
        assert_eq!(
            body.message(),
            "body.rows.3.fields: Field required; query.page: not a number"
        );
    }

    #[test]
    fn the_envelope_names_code_and_rows() {
        let body = read(&json!({
            "error": "INVALID_PARAMS",
            "detail": "Row 1: domain: This field is required.",
            "rows": [{"position": 1, "fields": {"domain": ["This field is required.", "Or so."]}}],
        }));
        assert_eq!(body.code(), Some("INVALID_PARAMS"));
        assert_eq!(body.message(), "Row 1: domain: This field is required.");
        assert_eq!(
            body.field_errors(),
            [
                error(Some(1), "domain", "This field is required.", None),
                error(Some(1), "domain", "Or so.", None)
            ]
        );
        assert_eq!(
            body.to_string(),
            "INVALID_PARAMS: Row 1: domain: This field is required."
        );

        let body =
            read(&json!({"error": "INVALID_PARAMS", "fields": [{"domain": ["Required."]}, "country"]}));
        assert_eq!(
            body.field_errors(),
            [
                error(None, "domain", "Required.", None),
                error(None, "country", "", None)
            ]
        );
    }

    #[test]
    fn an_envelope_below_detail_is_read() {
        let body = read(
            &json!({ "detail": { "error": "UNKNOWN_COLUMNS", "fields": { "City": ["no such column"] } } }),
        );
        assert_eq!(body.code(), Some("UNKNOWN_COLUMNS"));
        assert_eq!(body.field_errors(), [error(None, "City", "no such column", None)]);
    }

    #[test]
    fn the_older_envelope_is_read() {
        let body = read(&json!({"error": "BATCH_TOO_LARGE", "details": "At most 50 rows"}));
        assert_eq!(body.to_string(), "BATCH_TOO_LARGE: At most 50 rows");
        let body =
            read(&json!({"error": "Bad request", "detail": {"message": "No such column", "column": 3}}));
        assert_eq!(body.message(), "No such column");
        let body = read(&json!({"detail": {"column": 3}}));
        assert_eq!(body.message(), r#"{"column":3}"#);
        let body = read(&json!({"detail": ["one", "two"]}));
        assert_eq!(body.message(), "one; two");
        let body = read(&json!({"error": "Bad request"}));
        assert_eq!(body.to_string(), "Bad request");
    }

    #[test]
    fn what_is_not_json_is_kept_as_an_excerpt() {
        let body = ErrorBody::from_bytes(b"<html>\n <title>502</title>\n</html>");
        assert_eq!((body.code(), body.message()), (None, ""));
        assert_eq!(body.excerpt(), "<html>\n <title>502</title>\n</html>");
        assert_eq!(
            body.to_string(),
            "a body that is not understood: <html> <title>502</title> </html>"
        );
        assert_eq!(ErrorBody::from_bytes(b"").to_string(), "an empty body");
        assert_eq!(ErrorBody::from_bytes(b"\"just words\"").message(), "just words");
        assert!(ErrorBody::from_bytes(&vec![b'x'; 1 << 20]).excerpt().len() <= LIMIT);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let name = prop::sample::select(vec![
            "detail", "details", "error", "rows", "fields", "position", "loc", "msg", "type", "message", "x",
        ]);
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                prop::collection::vec((name.clone(), inner), 0..5).prop_map(|members| Value::Object(
                    members.into_iter().map(|(k, v)| (k.into(), v)).collect()
                )),
            ]
        })
    }

    fn holds(body: &ErrorBody) -> Result<(), TestCaseError> {
        prop_assert!(body.excerpt().len() <= LIMIT && body.message().len() <= LIMIT);
        let line = body.to_string();
        prop_assert!(!line.is_empty() && !line.contains(['\n', '\r']));
        prop_assert!(line.chars().count() <= 2 * LINE_LIMIT + 40);
        Ok(())
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(body in prop::collection::vec(any::<u8>(), 0..6000)) {
            holds(&ErrorBody::from_bytes(&body))?;
        }

        #[test]
        fn any_json_is_survived(body in any_json()) {
            holds(&read(&body))?;
        }
    }
}
