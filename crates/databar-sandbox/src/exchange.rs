//! One request from its arrival to its answer: record, check, fault, handler, check of the answer. The state
//! that requests share is here, behind one lock. The sockets are in `server`.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use openapi_document::pointer;
use serde_json::Value;
use url::form_urlencoded;

use crate::{
    clock::{Moment, Time},
    document::{Document, Route},
    fault::{self, Fault, FaultKind},
    inspect::{self, Inspection},
    rate::Rate,
    record::{self, Direction, Request, Violation},
    refusal::Refusal,
    ring::Ring,
    routes::{self, exports},
    state::State,
    validate::Finding,
};

/// The parts of a sandbox.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) document: &'static Document,
    pub(crate) api_key: String,
    pub(crate) latency: Duration,
    /// False when a test sends requests that break the document on purpose.
    pub(crate) record_bad_requests: bool,
    shared: Mutex<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) state: State,
    pub(crate) time: Time,
    rate: Rate,
    pub(crate) faults: Vec<Fault>,
    pub(crate) requests: Ring<Request>,
    pub(crate) violations: Ring<Violation>,
    /// How often something has changed that should be saved.
    pub(crate) changes: u64,
    /// The faults from the start, which a reset restores.
    first_faults: Vec<Fault>,
}

/// The result of reading a body.
#[derive(Debug)]
pub(crate) enum Received {
    Whole(Bytes),
    /// The body was not needed.
    Unread,
    /// The body exceeds a limit of the sandbox.
    Refused(Refusal),
}

/// The reply that is sent over the connection.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// How an exchange ends on the connection.
#[derive(Debug)]
pub(crate) enum Ending {
    Reply(Reply),
    Reset,
    /// The reply, cut off in the middle of its body.
    Truncated(Reply),
}

/// A request that waits to be answered.
struct Arrived<'a> {
    number: u64,
    route: Route<'a>,
    inspection: Inspection,
    /// Why its body was not read.
    unread: Option<Refusal>,
    fault: Option<FaultKind>,
    key_fits: bool,
}

impl Exchange {
    pub(crate) fn new(
        document: &'static Document,
        api_key: String,
        latency: Duration,
        record_bad_requests: bool,
        shared: Shared,
    ) -> Self {
        Self {
            document,
            api_key,
            latency,
            record_bad_requests,
            shared: Mutex::new(shared),
        }
    }

    pub(crate) fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn key_fits(&self, headers: &HeaderMap) -> bool {
        headers.get("x-apikey").map(HeaderValue::as_bytes) == Some(self.api_key.as_bytes())
    }

    /// Whether the answer depends on the body.
    pub(crate) fn wants_body(&self, head: &Parts) -> bool {
        self.key_fits(&head.headers)
            && matches!(
                self.document.route(&head.method, head.uri.path()),
                Route::Found(..)
            )
    }

    pub(crate) async fn serve(&self, head: Parts, received: Received) -> Ending {
        let mut arrived = self.arrive(head, received);
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        let (number, fault) = (arrived.number, arrived.fault.take());
        let ending = match fault {
            Some(FaultKind::ResetBefore) => Ending::Reset,
            Some(FaultKind::Status { code, headers, body }) => {
                Ending::Reply(Reply::staged(code, headers, body))
            }
            Some(FaultKind::ResetAfter) => {
                self.answer(&arrived);
                Ending::Reset
            }
            Some(FaultKind::TruncatedBody) => Ending::Truncated(self.answer(&arrived)),
            Some(FaultKind::Delay(delay)) => {
                let reply = self.answer(&arrived);
                tokio::time::sleep(delay).await;
                Ending::Reply(reply)
            }
            None => Ending::Reply(self.answer(&arrived)),
        };
        if let Ending::Reply(reply) | Ending::Truncated(reply) = &ending {
            self.shared().answered(number, reply.status.as_u16());
        }
        ending
    }

    /// An exported file, which the document does not describe.
    pub(crate) fn download(&self, head: &Parts) -> Option<Reply> {
        let name = head.uri.path().strip_prefix(exports::FOLDER)?.strip_prefix('/')?;
        if head.method != Method::GET {
            return Some(Reply::wrong_method(&[&Method::GET]));
        }
        let mut shared = self.shared();
        shared.settle();
        let Some((media_type, body)) = exports::download(&shared.state, name) else {
            return Some(Reply::json(404, Some(&Refusal::no_such_path().body)));
        };
        let mut reply = Reply::json(200, None);
        reply
            .headers
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        reply.body = body;
        Some(reply)
    }

    /// Records a request with its violations, and picks its fault.
    fn arrive(&self, head: Parts, received: Received) -> Arrived<'_> {
        let (body, unread) = match received {
            Received::Whole(body) => (Some(body), None),
            Received::Unread => (None, None),
            Received::Refused(refusal) => (None, Some(refusal)),
        };
        let path = head.uri.path().to_owned();
        let query: Vec<(String, String)> =
            form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes())
                .into_owned()
                .collect();
        let mut route = self.document.route(&head.method, &path);
        let (operation, inspection) = match &mut route {
            Route::Found(operation, parameters) => {
                let parameters = std::mem::take(parameters);
                let found = inspect::request(
                    self.document,
                    operation,
                    parameters,
                    &query,
                    &head.headers,
                    body.as_ref(),
                );
                (Some(*operation), found)
            }
            Route::Respelled(_) | Route::WrongMethod(_) | Route::Unknown => (None, Inspection::default()),
        };
        let stray = match &route {
            Route::Found(..) => None,
            Route::Respelled(path) => Some(format!("the document spells this path {path}")),
            Route::WrongMethod(_) => Some("the document has this path, but not this method".to_owned()),
            Route::Unknown => Some("the document has no such path".to_owned()),
        };
        if let (Route::Respelled(path), Some(query)) = (&mut route, head.uri.query()) {
            *path = format!("{path}?{query}");
        }
        let operation_id = operation.map(|operation| operation.id.clone());
        let name = operation_id
            .clone()
            .unwrap_or_else(|| format!("{} {path}", head.method));
        let key_fits = self.key_fits(&head.headers);

        let mut shared = self.shared();
        let before = shared.violations.next();
        if self.record_bad_requests {
            for found in inspection.refused.iter().chain(&inspection.tolerated) {
                shared
                    .violations
                    .push(violation(&name, Direction::Request, found));
            }
            if let Some(message) = stray {
                shared.violations.push(Violation {
                    operation: name,
                    direction: Direction::Request,
                    pointer: "/path".into(),
                    message,
                });
            }
        }
        let violations = usize::try_from(shared.violations.next() - before).unwrap_or(usize::MAX);
        let fault = fault::hit(&mut shared.faults, operation_id.as_deref());
        let number = shared.requests.push(Request {
            headers: record::own(&head.headers),
            method: head.method,
            path,
            query,
            body: body.unwrap_or_default(),
            operation_id,
            status: None,
            violations,
        });
        Arrived {
            number,
            route,
            inspection,
            unread,
            fault,
            key_fits,
        }
    }

    /// Serves a request, and checks the answer.
    fn answer(&self, arrived: &Arrived<'_>) -> Reply {
        // This is a limit of the sandbox, which the document does not know.
        if let Some(Refusal { status, body }) = &arrived.unread {
            return Reply::json(*status, Some(body));
        }
        let operation = match &arrived.route {
            Route::Found(operation, _) => *operation,
            Route::Respelled(path) => return Reply::redirect(path),
            Route::WrongMethod(allowed) => return Reply::wrong_method(allowed),
            Route::Unknown => return Reply::json(404, Some(&Refusal::no_such_path().body)),
        };
        if !arrived.key_fits {
            return Reply::json(403, Some(&Refusal::not_allowed().body));
        }
        let Some(handler) = routes::handler(&operation.id) else {
            return Reply::json(501, Some(&Refusal::not_implemented(&operation.id).body));
        };
        let mut shared = self.shared();
        let now = shared.time.now();
        shared.state.settle(now);
        shared.changes += u64::from(operation.method != Method::GET);
        if let Err(seconds) = shared.rate.pass(now) {
            return Reply::later(seconds);
        }
        let (status, body) =
            match refuse(arrived).map_or_else(|| handler(&mut shared.state, &arrived.inspection.call), Err) {
                Ok(_) if operation.success() == 204 => (204, None),
                Ok(body) => (operation.success(), Some(body)),
                Err(Refusal { status, body }) => (status, Some(body)),
            };
        let findings = inspect::response(self.document, operation, status, body.as_ref());
        for found in &findings {
            shared
                .violations
                .push(violation(&operation.id, Direction::Response, found));
        }
        if let Some(request) = shared.requests.get_mut(arrived.number) {
            request.violations += findings.len();
        }
        Reply::json(status, body.as_ref())
    }

    /// Installs a fault, or records a violation if it could never take effect.
    pub(crate) fn install(&self, fault: Fault) {
        let mistake = fault.mistake(self.document);
        let mut shared = self.shared();
        match mistake {
            None => shared.faults.push(fault),
            Some(message) => {
                shared.violations.push(Violation {
                    operation: fault.operation().unwrap_or("any operation").to_owned(),
                    direction: Direction::Fault,
                    pointer: String::new(),
                    message,
                });
            }
        }
    }
}

/// Why the service refuses a request before looking at it.
fn refuse(arrived: &Arrived<'_>) -> Option<Refusal> {
    let refused = &arrived.inspection.refused;
    let too_many = |found: &Finding| found.place == ["body", "rows"] && found.wording.rule == "too_long";
    if refused.iter().any(too_many) {
        return Some(Refusal::rows(
            "BATCH_TOO_LARGE",
            "At most 50 rows are taken at a time",
        ));
    }
    (!refused.is_empty()).then(|| Refusal::unprocessable(refused))
}

fn violation(operation: &str, direction: Direction, found: &Finding) -> Violation {
    let steps = found
        .place
        .iter()
        .map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned));
    Violation {
        operation: operation.to_owned(),
        direction,
        pointer: pointer::from_names(steps),
        message: found.wording.message.clone(),
    }
}

impl Shared {
    /// `faults` are the faults from the start.
    pub(crate) fn new(state: State, time: Time, rate: Rate, faults: Vec<Fault>) -> Self {
        Self {
            state,
            time,
            rate,
            faults: faults.clone(),
            requests: record::requests(),
            violations: record::violations(),
            changes: 0,
            first_faults: faults,
        }
    }

    fn answered(&mut self, number: u64, status: u16) {
        if let Some(request) = self.requests.get_mut(number) {
            request.status = Some(status);
        }
    }

    /// Restores the initial state: an empty workspace, the first balance, the faults from the start, and no
    /// records.
    pub(crate) fn reset(&mut self) {
        self.state.reset();
        self.rate.clear();
        self.time.set(Moment::ZERO);
        self.faults.clone_from(&self.first_faults);
        self.requests.take();
        self.violations.take();
        self.changes += 1;
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.time.advance(by);
        self.changes += 1;
        self.settle();
    }

    pub(crate) fn settle(&mut self) {
        let now = self.time.now();
        self.state.settle(now);
    }
}

impl Reply {
    pub(crate) fn json(status: u16, body: Option<&Value>) -> Self {
        let mut headers = HeaderMap::new();
        if body.is_some() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers,
            body: body.map(|body| Bytes::from(body.to_string())).unwrap_or_default(),
        }
    }

    fn later(seconds: u64) -> Self {
        let mut reply = Self::json(429, Some(&Refusal::rate_limited().body));
        reply.headers.insert(header::RETRY_AFTER, seconds.into());
        reply
    }

    /// The framework's answer to a path with an extra or a missing slash.
    fn redirect(path: &str) -> Self {
        let mut reply = Self::json(307, None);
        reply.headers.extend(
            HeaderValue::from_str(path)
                .ok()
                .map(|path| (header::LOCATION, path)),
        );
        reply
    }

    pub(crate) fn wrong_method(allowed: &[&Method]) -> Self {
        let mut reply = Self::json(405, Some(&Refusal::method_not_allowed().body));
        let names: Vec<&str> = allowed.iter().map(|method| method.as_str()).collect();
        reply.headers.extend(
            HeaderValue::from_str(&names.join(", "))
                .ok()
                .map(|names| (header::ALLOW, names)),
        );
        reply
    }

    /// The answer of a fault. It was checked when the fault was installed.
    fn staged(code: u16, headers: Vec<(String, String)>, body: String) -> Self {
        let is_json = serde_json::from_str::<Value>(&body).is_ok();
        let media_type = if is_json {
            "application/json"
        } else {
            "text/plain; charset=utf-8"
        };
        let mut reply = Self::json(code, None);
        if !body.is_empty() {
            reply
                .headers
                .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        for (name, value) in headers {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
                reply.headers.insert(name, value);
            }
        }
        reply.body = body.into();
        reply
    }
}
