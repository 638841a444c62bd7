//! Checks one request and one answer against the document. This only produces findings; `exchange` decides
//! what follows from them.

use bytes::Bytes;
use http::{HeaderMap, header};
use openapi_document::essence;
use serde_json::{Value, json};

use crate::{
    call::Call,
    document::{Content, Document, Operation, Place},
    validate::Finding,
    wording::Wording,
};

#[derive(Debug, Default)]
pub(crate) struct Inspection {
    pub(crate) call: Call,
    /// Findings for which the service answers with a 422.
    pub(crate) refused: Vec<Finding>,
    /// Findings that the document does not allow but the service accepts.
    pub(crate) tolerated: Vec<Finding>,
}

pub(crate) fn request(
    document: &Document,
    operation: &Operation,
    path: Vec<(String, String)>,
    query: &[(String, String)],
    headers: &HeaderMap,
    body: Option<&Bytes>,
) -> Inspection {
    let mut inspection = Inspection::default();
    inspection.call.origin = origin(headers);
    inspection.path(document, operation, path);
    inspection.query(document, operation, query);
    inspection.headers(document, operation, headers);
    // An unread body is not the reason for the answer, so it is not checked.
    if let Some(body) = body {
        inspection.body(document, operation, headers, body);
    }
    inspection
}

/// What is wrong with an answer of the sandbox.
pub(crate) fn response(
    document: &Document,
    operation: &Operation,
    status: u16,
    body: Option<&Value>,
) -> Vec<Finding> {
    let Some(response) = operation.response(status) else {
        let message = format!("the document has no answer with status {status}");
        return vec![finding(&["body"], message)];
    };
    match (&response.content, body) {
        (Content::None, Some(_)) => vec![finding(&["body"], "the document has no body here")],
        (Content::Json(_), None) => vec![finding(&["body"], "the document has a body here")],
        (Content::None, None) | (Content::Json(None), Some(_)) => Vec::new(),
        (Content::Json(Some(schema)), Some(body)) => {
            within(&["body"], document.schemas.check(schema, body)).collect()
        }
    }
}

impl Inspection {
    fn path(&mut self, document: &Document, operation: &Operation, sent: Vec<(String, String)>) {
        for (name, text) in sent {
            let parameter = operation.parameter(Place::Path, &name);
            let value = self.read(
                document,
                "path",
                &name,
                parameter.and_then(|one| one.schema.as_deref()),
                &text,
            );
            self.call.path.insert(name, value);
        }
    }

    fn query(&mut self, document: &Document, operation: &Operation, sent: &[(String, String)]) {
        for (name, text) in sent {
            let Some(parameter) = operation.parameter(Place::Query, name) else {
                self.tolerated.push(finding(
                    &["query", name],
                    "the document has no such query parameter",
                ));
                continue;
            };
            let value = self.read(document, "query", name, parameter.schema.as_deref(), text);
            if self.call.query.insert(name.clone(), value).is_some() {
                self.tolerated
                    .push(finding(&["query", name], "it is sent more than once"));
            }
        }
        for missing in operation.required(Place::Query) {
            if !self.call.query.contains_key(&missing.name) {
                self.refuse(&["query", &missing.name], Wording::missing(), Value::Null);
            }
        }
    }

    fn headers(&mut self, document: &Document, operation: &Operation, sent: &HeaderMap) {
        for (name, value) in sent {
            let name = name.as_str();
            let problem = match (operation.parameter(Place::Header, name), value.to_str()) {
                (_, Err(_)) => "it is not printable text",
                (Some(parameter), Ok(text)) => {
                    self.read(document, "header", name, parameter.schema.as_deref(), text);
                    continue;
                }
                (None, Ok(_)) if STANDARD_HEADERS.contains(&name) => continue,
                (None, Ok(_)) => "the document has no such header",
            };
            self.tolerated.push(finding(&["header", name], problem));
        }
        for missing in operation.required(Place::Header) {
            if !sent.contains_key(missing.name.as_str()) {
                self.refuse(&["header", &missing.name], Wording::missing(), Value::Null);
            }
        }
    }

    fn body(&mut self, document: &Document, operation: &Operation, headers: &HeaderMap, sent: &Bytes) {
        let Some(expected) = &operation.body else {
            if !sent.is_empty() {
                self.tolerated
                    .push(finding(&["body"], "the document has no body here"));
            }
            return;
        };
        if sent.is_empty() {
            if expected.required {
                self.refuse(&["body"], Wording::missing(), Value::Null);
            }
            return;
        }
        if !is_json(headers) {
            // The framework reads such a body as text, which does not match its model.
            self.tolerated
                .push(finding(&["header", "content-type"], "it is not application/json"));
            let text = String::from_utf8_lossy(sent).into_owned();
            self.refuse(&["body"], Wording::not_a_model(), text.into());
            return;
        }
        let mut body: Value = match serde_json::from_slice(sent) {
            Ok(body) => body,
            Err(error) => {
                self.refused.push(no_json(sent, &error));
                return;
            }
        };
        if body.is_null() && expected.required {
            self.refuse(&["body"], Wording::missing(), Value::Null);
            return;
        }
        if body.is_null() {
            let message = "an optional body should be left out, not sent as null";
            self.tolerated.push(finding(&["body"], message));
        }
        if let Some(schema) = &expected.schema {
            self.refused
                .extend(within(&["body"], document.schemas.check(schema, &body)));
            document.schemas.write_integers(schema, &mut body);
        }
        self.call.body = Some(body);
    }

    fn read(
        &mut self,
        document: &Document,
        part: &str,
        name: &str,
        schema: Option<&str>,
        text: &str,
    ) -> Value {
        let value = document.schemas.read_text(schema, text);
        if let Some(schema) = schema {
            self.refused
                .extend(within(&[part, name], document.schemas.check(schema, &value)));
        }
        value
    }

    fn refuse(&mut self, place: &[&str], wording: Wording, input: Value) {
        self.refused.push(Finding {
            place: place.iter().copied().map(Value::from).collect(),
            wording,
            input,
        });
    }
}

/// Headers that a document need not mention: those of HTTP itself, those that trace a request, and
/// `x-source`, which the provider's own clients send.
const STANDARD_HEADERS: &[&str] = &[
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "authorization",
    "baggage",
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "content-length",
    "content-type",
    "cookie",
    "date",
    "expect",
    "forwarded",
    "from",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "keep-alive",
    "max-forwards",
    "origin",
    "pragma",
    "proxy-authorization",
    "range",
    "referer",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-correlation-id",
    "x-request-id",
    "x-source",
];

fn origin(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    format!("http://{}", host.unwrap_or("127.0.0.1"))
}

fn is_json(headers: &HeaderMap) -> bool {
    let subtype = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(essence)
        .and_then(|media_type| Some(media_type.strip_prefix("application/")?.to_owned()));
    subtype.is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

/// A finding for a body that is not JSON, with the character at which parsing stopped.
fn no_json(sent: &[u8], error: &serde_json::Error) -> Finding {
    let lines_before = error.line().saturating_sub(1);
    let before: usize = sent
        .split_inclusive(|byte| *byte == b'\n')
        .take(lines_before)
        .map(<[u8]>::len)
        .sum();
    let column = if error.is_eof() {
        error.column()
    } else {
        error.column().saturating_sub(1)
    };
    let upto = sent.get(..before + column).unwrap_or(sent);
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    Finding {
        place: vec![
            "body".into(),
            String::from_utf8_lossy(upto).chars().count().into(),
        ],
        wording: Wording {
            context: Some(json!({ "error": reason })),
            ..Wording::new("json_invalid", "JSON decode error")
        },
        input: json!({}),
    }
}

/// A finding without a schema rule behind it.
fn finding(place: &[&str], message: impl Into<String>) -> Finding {
    Finding {
        place: place.iter().copied().map(Value::from).collect(),
        wording: Wording::new("value_error", message),
        input: Value::Null,
    }
}

/// Moves findings about a value to the place of that value.
fn within(place: &[&str], findings: Vec<Finding>) -> impl Iterator<Item = Finding> {
    let place: Vec<Value> = place.iter().copied().map(Value::from).collect();
    findings.into_iter().map(move |found| Finding {
        place: place.iter().cloned().chain(found.place).collect(),
        ..found
    })
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::document::Route;

    #[test]
    fn an_answer_that_does_not_fit_is_found_out() {
        let document = Document::embedded().unwrap();
        let Route::Found(user, _) = document.route(&Method::GET, "/v1/user/me") else {
            panic!("no route")
        };
        let good = json!({ "email": "a@b.c", "balance": 1, "plan": "Pro" });
        assert_eq!(response(document, user, 200, Some(&good)), []);
        assert_eq!(
            response(document, user, 403, Some(&json!({ "detail": "Not allowed" }))),
            []
        );
        let bad = json!({ "email": 1, "balance": 1 });
        let found = response(document, user, 200, Some(&bad));
        let mut places: Vec<String> = found.iter().map(|found| json!(found.place).to_string()).collect();
        places.sort_unstable();
        assert_eq!(places, [r#"["body","email"]"#, r#"["body","plan"]"#]);
        assert_eq!(response(document, user, 200, None).len(), 1);
        assert_eq!(response(document, user, 418, Some(&good)).len(), 1);
        let Route::Found(delete, _) = document.route(&Method::DELETE, "/v1/connectors/1") else {
            panic!("no route")
        };
        assert_eq!(response(document, delete, 204, None), []);
        assert_eq!(response(document, delete, 204, Some(&good)).len(), 1);
    }

    #[test]
    fn broken_json_is_found_at_the_character_at_which_it_breaks() {
        for (text, place) in [
            ("{", 1),
            ("", 0),
            (r#"{"a":}"#, 5),
            ("nope", 1),
            ("\n\n{\"\u{e9}\": ?}", 8),
        ] {
            let error = serde_json::from_str::<Value>(text).unwrap_err();
            assert_eq!(
                no_json(text.as_bytes(), &error).place,
                [json!("body"), json!(place)],
                "{text}"
            );
        }
    }
}
