//! `/_sandbox/`: what a Rust test does with a `Sandbox`, for clients in other languages. The routing table
//! and the checks come from a separate document, `openapi.json` beside this file, just as the service's
//! document gives them for the service.

use std::sync::OnceLock;

use http::request::Parts;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::{
    StartError,
    call::Call,
    clock::{Clock, read_duration, timestamp},
    document::{Document, Operation, Route},
    exchange::{Exchange, Received, Reply, Shared},
    fault::{Fault, FaultKind},
    inspect,
    record::{Request, Violation},
    refusal::Refusal,
};

/// The maximum number of installed faults, since each request looks through all of them.
const MAX_FAULTS: usize = 100;

const DOCUMENT: &str = include_str!("openapi.json");

type Answer = Result<Value, Refusal>;
type Handler = fn(&Exchange, &Call) -> Answer;

const HANDLERS: &[(&str, Handler)] = &[
    ("list_faults", |exchange, _| {
        Ok(list(&exchange.shared().faults, fault_json))
    }),
    ("add_fault", add_fault),
    ("clear_faults", |exchange, _| {
        Ok(list(&std::mem::take(&mut exchange.shared().faults), fault_json))
    }),
    ("get_clock", |exchange, _| Ok(clock_json(&exchange.shared()))),
    ("set_clock", set_clock),
    ("get_ledger", get_ledger),
    ("list_requests", list_requests),
    ("clear_requests", |exchange, _| {
        Ok(list(&exchange.shared().requests.take(), request_json))
    }),
    ("list_violations", |exchange, _| {
        let shared = exchange.shared();
        Ok(list(shared.violations.iter().map(|(_, one)| one), violation_json))
    }),
    ("clear_violations", |exchange, _| {
        Ok(list(&exchange.shared().violations.take(), violation_json))
    }),
    ("reset", |exchange, _| {
        exchange.shared().reset();
        Ok(json!({ "status": "reset" }))
    }),
    ("get_document", |_, _| {
        serde_json::from_str(DOCUMENT).map_err(|error| Refusal::bad_request(error.to_string()))
    }),
];

/// The document of this interface, read once per process.
pub(crate) fn document() -> Result<&'static Document, StartError> {
    static READ: OnceLock<Result<Document, StartError>> = OnceLock::new();
    let read = READ.get_or_init(|| Document::from_text("src/control/openapi.json", DOCUMENT));
    read.as_ref().map_err(Clone::clone)
}

pub(crate) fn has(path: &str) -> bool {
    path == "/_sandbox" || path.starts_with("/_sandbox/")
}

/// Answers a request with the right key.
pub(crate) fn answer(exchange: &Exchange, head: &Parts, received: Received) -> Reply {
    let answer = match document().map(|document| (document, document.route(&head.method, head.uri.path()))) {
        Ok((document, Route::Found(operation, path))) => {
            serve(exchange, document, operation, path, head, received)
        }
        Ok((_, Route::WrongMethod(allowed))) => return Reply::wrong_method(&allowed),
        Ok((_, Route::Respelled(_) | Route::Unknown)) => Err(Refusal::not_found()),
        Err(error) => Err(Refusal::bad_request(error.to_string())),
    };
    match answer {
        Ok(answer) => Reply::json(200, Some(&answer)),
        Err(Refusal { status, body }) => Reply::json(status, Some(&body)),
    }
}

fn serve(
    exchange: &Exchange,
    document: &Document,
    operation: &Operation,
    path: Vec<(String, String)>,
    head: &Parts,
    received: Received,
) -> Answer {
    let body = match received {
        Received::Whole(body) => Some(body),
        Received::Unread => None,
        Received::Refused(refusal) => return Err(refusal),
    };
    let query: Vec<(String, String)> =
        form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let inspection = inspect::request(document, operation, path, &query, &head.headers, body.as_ref());
    if !inspection.refused.is_empty() {
        return Err(Refusal::unprocessable(&inspection.refused));
    }
    let handler = HANDLERS.iter().find(|(id, _)| *id == operation.id);
    let (_, handler) = handler.ok_or_else(Refusal::not_found)?;
    handler(exchange, &inspection.call)
}

fn list<'a, T: 'a>(items: impl IntoIterator<Item = &'a T>, json: impl Fn(&T) -> Value) -> Value {
    items.into_iter().map(json).collect()
}

/// A fault as text, with the parts that the text leaves out.
fn fault_json(fault: &Fault) -> Value {
    let mut shown = json!({ "spec": fault.to_string() });
    if let FaultKind::Status { headers, body, .. } = fault.kind() {
        let headers: Map<String, Value> = headers
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        shown["headers"] = headers.into();
        shown["body"] = serde_json::from_str(body).unwrap_or_else(|_| body.as_str().into());
    }
    shown
}

#[derive(Deserialize)]
struct NewFault {
    spec: String,
    headers: Option<Map<String, Value>>,
    body: Option<Value>,
}

fn add_fault(exchange: &Exchange, call: &Call) -> Answer {
    let new: NewFault = call.body()?;
    let mut fault: Fault = new
        .spec
        .parse()
        .map_err(|error: crate::InvalidFault| Refusal::bad_request(error.to_string()))?;
    if new.headers.is_some() || new.body.is_some() {
        let FaultKind::Status { headers, body, .. } = fault.kind_mut() else {
            return Err(Refusal::bad_request(
                "`headers` and `body` can only be used with `status=CODE`",
            ));
        };
        for (name, value) in new.headers.unwrap_or_default() {
            headers.push((name, value.as_str().unwrap_or_default().to_owned()));
        }
        match new.body {
            None => {}
            Some(Value::String(text)) => *body = text,
            Some(json) => *body = json.to_string(),
        }
    }
    if let Some(mistake) = fault.mistake(exchange.document) {
        return Err(Refusal::bad_request(mistake));
    }
    let shown = fault_json(&fault);
    let mut shared = exchange.shared();
    if shared.faults.len() >= MAX_FAULTS {
        return Err(Refusal::bad_request(format!(
            "{MAX_FAULTS} faults are installed already; DELETE /_sandbox/faults removes them"
        )));
    }
    shared.faults.push(fault);
    Ok(shown)
}

fn clock_json(shared: &Shared) -> Value {
    let now = shared.time.now();
    json!({
        "now": timestamp(now),
        "elapsed_ms": u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
        "frozen": shared.time.clock() == Clock::Manual,
    })
}

#[derive(Deserialize)]
struct SetClock {
    advance: Option<String>,
    frozen: Option<bool>,
}

fn set_clock(exchange: &Exchange, call: &Call) -> Answer {
    let set: SetClock = call.body()?;
    let by = set
        .advance
        .as_deref()
        .map(read_duration)
        .transpose()
        .map_err(Refusal::bad_request)?;
    let mut shared = exchange.shared();
    if let Some(frozen) = set.frozen {
        shared
            .time
            .run_as(if frozen { Clock::Manual } else { Clock::Running });
    }
    shared.advance(by.unwrap_or_default());
    Ok(clock_json(&shared))
}

fn get_ledger(exchange: &Exchange, _: &Call) -> Answer {
    let mut shared = exchange.shared();
    shared.settle();
    let ledger = &shared.state.ledger;
    let entries: Vec<Value> = ledger
        .entries()
        .map(|entry| {
            json!({
                "at": timestamp(entry.at),
                "change": entry.change.number(),
                "balance": entry.balance.number(),
            })
        })
        .collect();
    Ok(json!({ "balance": ledger.balance().number(), "entries": entries }))
}

#[derive(Deserialize)]
struct Latest {
    limit: Option<usize>,
}

fn list_requests(exchange: &Exchange, call: &Call) -> Answer {
    let Latest { limit } = call.query()?;
    let shared = exchange.shared();
    let skipped = shared.requests.iter().len().saturating_sub(limit.unwrap_or(100));
    let latest = shared.requests.iter().skip(skipped);
    Ok(list(latest.map(|(_, request)| request), request_json))
}

fn request_json(request: &Request) -> Value {
    let mut headers = Map::new();
    for name in request.headers.keys() {
        let values = request.headers.get_all(name).iter();
        let values: Vec<_> = values
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        headers.insert(name.to_string(), values.join(", ").into());
    }
    json!({
        "method": request.method.as_str(),
        "path": request.path,
        "query": request.query,
        "headers": headers,
        "body": String::from_utf8_lossy(&request.body),
        "operation_id": request.operation_id,
        "status": request.status,
        "violations": request.violations,
    })
}

fn violation_json(violation: &Violation) -> Value {
    json!({
        "operation": violation.operation,
        "direction": violation.direction,
        "pointer": violation.pointer,
        "message": violation.message,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_and_the_handlers_are_of_the_same_operations() {
        let document = document().unwrap();
        let mut described: Vec<&str> = document
            .operations()
            .iter()
            .map(|operation| operation.id.as_str())
            .collect();
        let mut handled: Vec<&str> = HANDLERS.iter().map(|(id, _)| *id).collect();
        described.sort_unstable();
        handled.sort_unstable();
        assert_eq!(described, handled);
    }
}
