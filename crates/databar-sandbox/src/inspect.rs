//! What the document says about one request and one answer. Findings only: what follows from them is decided in
//! `exchange`.

use bytes::Bytes;
use http::{HeaderMap, header};
use serde_json::Value;

use crate::{
    call::Call,
    document::{Content, Document, Operation, Place, escape},
    validate::Finding,
};

/// A finding, and the part of the message in which it is: `path`, `query`, `header` or `body`.
pub(crate) type Placed = (&'static str, Finding);

#[derive(Debug, Default)]
pub(crate) struct Inspection {
    pub(crate) call: Call,
    /// What the service refuses with a 422.
    pub(crate) refused: Vec<Placed>,
    /// What the document does not know and the service lets pass.
    pub(crate) tolerated: Vec<Placed>,
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
    inspection.path(document, operation, path);
    inspection.query(document, operation, query);
    inspection.headers(document, operation, headers);
    // A body that was not read is not what the answer is about.
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
) -> Vec<Placed> {
    let Some(response) = operation.response(status) else {
        return vec![(
            "body",
            finding(
                "",
                "responses",
                format!("the document has no answer with status {status}"),
            ),
        )];
    };
    match (&response.content, body) {
        (Content::None, Some(_)) => vec![("body", finding("", "content", "the document has no body here"))],
        (Content::Json(_), None) => vec![("body", finding("", "content", "the document has a body here"))],
        (Content::None, None) | (Content::Json(None), Some(_)) => Vec::new(),
        (Content::Json(Some(schema)), Some(body)) => placed("body", "", document.schemas.check(schema, body)),
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
                let unknown = finding(
                    &pointer(name),
                    "parameters",
                    "the document has no such query parameter",
                );
                self.tolerated.push(("query", unknown));
                continue;
            };
            let value = self.read(document, "query", name, parameter.schema.as_deref(), text);
            if self.call.query.insert(name.clone(), value).is_some() {
                self.tolerated.push((
                    "query",
                    finding(&pointer(name), "parameters", "it is sent more than once"),
                ));
            }
        }
        for missing in operation
            .parameters
            .iter()
            .filter(|one| one.place == Place::Query && one.required)
        {
            if !self.call.query.contains_key(&missing.name) {
                self.refused.push((
                    "query",
                    finding(&pointer(&missing.name), "required", "Field required"),
                ));
            }
        }
    }

    fn headers(&mut self, document: &Document, operation: &Operation, sent: &HeaderMap) {
        for (name, value) in sent {
            let name = name.as_str();
            let problem = match (operation.parameter(Place::Header, name), value.to_str()) {
                (_, Err(_)) => Some(finding(&pointer(name), "type", "it is not printable text")),
                (Some(parameter), Ok(text)) => {
                    self.read(document, "header", name, parameter.schema.as_deref(), text);
                    None
                }
                (None, Ok(_)) if STANDARD_HEADERS.contains(&name) => None,
                (None, Ok(_)) => Some(finding(
                    &pointer(name),
                    "parameters",
                    "the document has no such header",
                )),
            };
            self.tolerated.extend(problem.map(|problem| ("header", problem)));
        }
        for missing in operation
            .parameters
            .iter()
            .filter(|one| one.place == Place::Header && one.required)
        {
            if !sent.contains_key(missing.name.as_str()) {
                self.refused.push((
                    "header",
                    finding(&pointer(&missing.name), "required", "Field required"),
                ));
            }
        }
    }

    fn body(&mut self, document: &Document, operation: &Operation, headers: &HeaderMap, sent: &Bytes) {
        let Some(expected) = &operation.body else {
            if !sent.is_empty() {
                self.tolerated.push((
                    "body",
                    finding("", "requestBody", "the document has no body here"),
                ));
            }
            return;
        };
        if sent.is_empty() {
            if expected.required {
                self.refused
                    .push(("body", finding("", "required", "Field required")));
            }
            return;
        }
        if !is_json(headers) {
            self.refused.push((
                "header",
                finding("/content-type", "content", "it does not say application/json"),
            ));
        }
        let body: Value = match serde_json::from_slice(sent) {
            Ok(body) => body,
            Err(error) => {
                let message = format!("JSON decode error: {error}");
                self.refused.push(("body", finding("", "json_invalid", message)));
                return;
            }
        };
        let findings = expected
            .schema
            .as_deref()
            .map(|schema| document.schemas.check(schema, &body));
        let findings = findings.unwrap_or_default();
        if body.is_null() && findings.is_empty() {
            let message = "a body that is not given is to be left out, not sent as null";
            self.tolerated.push(("body", finding("", "requestBody", message)));
        }
        self.refused.extend(placed("body", "", findings));
        self.call.body = Some(body);
    }

    fn read(
        &mut self,
        document: &Document,
        place: &'static str,
        name: &str,
        schema: Option<&str>,
        text: &str,
    ) -> Value {
        let value = document.schemas.read_text(schema, text);
        if let Some(schema) = schema {
            self.refused.extend(placed(
                place,
                &pointer(name),
                document.schemas.check(schema, &value),
            ));
        }
        value
    }
}

/// Headers that need no word in a document: those of HTTP itself, and two that the provider's own clients send.
const STANDARD_HEADERS: &[&str] = &[
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "authorization",
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
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-source",
];

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}

fn pointer(name: &str) -> String {
    format!("/{}", escape(name))
}

fn finding(pointer: &str, keyword: &str, message: impl Into<String>) -> Finding {
    Finding {
        pointer: pointer.to_owned(),
        keyword: keyword.to_owned(),
        message: message.into(),
    }
}

fn placed(place: &'static str, base: &str, findings: Vec<Finding>) -> Vec<Placed> {
    let below = |found: Finding| Finding {
        pointer: format!("{base}{}", found.pointer),
        ..found
    };
    findings.into_iter().map(|found| (place, below(found))).collect()
}

#[cfg(test)]
mod tests {
    use http::Method;
    use serde_json::json;

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
        let mut places: Vec<&str> = found.iter().map(|(_, found)| found.pointer.as_str()).collect();
        places.sort_unstable();
        assert_eq!(places, ["/email", "/plan"]);
        assert_eq!(response(document, user, 200, None).len(), 1);
        assert_eq!(response(document, user, 418, Some(&good)).len(), 1);
        let path = "/v1/connectors/1";
        let Route::Found(delete, _) = document.route(&Method::DELETE, path) else {
            panic!("no route")
        };
        assert_eq!(response(document, delete, 204, None), []);
        assert_eq!(response(document, delete, 204, Some(&good)).len(), 1);
    }
}
