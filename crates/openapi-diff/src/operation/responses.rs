//! Responses: pairs the statuses of the two documents, and reports those that were added or removed.
//!
//! If one side does not list a status, it is matched with the response that covers it (OpenAPI 3.1.0,
//! Responses Object: a range such as `2XX` covers its numbers, and `default` covers everything else).
//! `default` covers a status only if the other side has no `default` to match it with.

use openapi_document::{At, Pointer};

use super::{Pair, Scope, documents, headers, media_types};
use crate::{
    compare::Comparison,
    document::Document,
    rule::{Area, BREAKING, INFO, Mirror, Rule},
};

static SUCCESS_ADDED: Rule = Rule::both(
    Area::Response,
    "response-success-status-added",
    INFO,
    Mirror::Event("response-success-status-removed"),
    "the status was added",
)
.adding();
static SUCCESS_REMOVED: Rule = Rule::both(
    Area::Response,
    "response-success-status-removed",
    BREAKING,
    Mirror::Event("response-success-status-added"),
    "the status was removed",
)
.removing();
static OTHER_ADDED: Rule = Rule::both(
    Area::Response,
    "response-non-success-status-added",
    INFO,
    Mirror::Event("response-non-success-status-removed"),
    "the status was added",
)
.adding();
static OTHER_REMOVED: Rule = Rule::both(
    Area::Response,
    "response-non-success-status-removed",
    INFO,
    Mirror::Event("response-non-success-status-added"),
    "the status was removed",
)
.removing();

pub(super) static RULES: &[&Rule] = &[&SUCCESS_ADDED, &SUCCESS_REMOVED, &OTHER_ADDED, &OTHER_REMOVED];

type Responses<'a> = Vec<(String, At<'a>)>;

pub(super) fn compare<'a>(comparison: &mut Comparison<'a>, scope: &Scope, operations: &Pair<At<'a>>) {
    let documents = documents(comparison);
    let responses = Pair::new(
        responses(documents.old, &operations.old),
        responses(documents.new, &operations.new),
    );
    for (status, old) in &responses.old {
        if let Some(new) = counterpart(status, &responses.old, &responses.new) {
            compare_responses(comparison, scope, status, &Pair::new(old.clone(), new.clone()));
        }
    }
    for (status, new) in &responses.new {
        if named(&responses.old, status).is_some() {
            continue;
        }
        if let Some(old) = counterpart(status, &responses.new, &responses.old) {
            compare_responses(comparison, scope, status, &Pair::new(old.clone(), new.clone()));
        }
        let rule = if is_success(status) {
            &SUCCESS_ADDED
        } else {
            &OTHER_ADDED
        };
        let places = Pair::new(operations.old.pointer.clone(), new.pointer.clone());
        report(comparison, scope, rule, &places, status);
    }
    for (status, old) in &responses.old {
        if named(&responses.new, status).is_some() {
            continue;
        }
        let rule = if is_success(status) {
            &SUCCESS_REMOVED
        } else {
            &OTHER_REMOVED
        };
        let stays = counterpart(status, &responses.old, &responses.new).is_some()
            || responses.new.iter().any(|(new, _)| covers(status, new));
        if stays && is_success(status) {
            continue;
        }
        let places = Pair::new(old.pointer.clone(), operations.new.pointer.clone());
        report(comparison, scope, rule, &places, status);
    }
}

fn report(
    comparison: &mut Comparison<'_>,
    scope: &Scope,
    rule: &'static Rule,
    places: &Pair<Pointer>,
    status: &str,
) {
    let change = scope.change(rule, scope.response(), places, &format!("response {status}"));
    comparison.report(&scope.operation, change.with("status", status));
}

/// The responses of an operation. Ranges are in upper case.
fn responses<'a>(document: &'a Document<'a>, operation: &At<'a>) -> Responses<'a> {
    operation
        .get("responses")
        .iter()
        .flat_map(At::members)
        .filter(|(status, _)| !status.starts_with("x-"))
        .map(|(status, at)| {
            let status = if status == "default" {
                status.to_owned()
            } else {
                status.to_ascii_uppercase()
            };
            (status, document.resolve(at))
        })
        .filter(|(_, at)| at.object().is_some())
        .collect()
}

fn named<'r, 'a>(responses: &'r Responses<'a>, status: &str) -> Option<&'r At<'a>> {
    responses
        .iter()
        .find(|(known, _)| known == status)
        .map(|(_, at)| at)
}

/// The response of the other side for a status: the same status, or the most specific one that covers it.
fn counterpart<'r, 'a>(status: &str, own: &Responses<'a>, others: &'r Responses<'a>) -> Option<&'r At<'a>> {
    named(others, status).or_else(|| {
        let range = range(status)?;
        let split = others.iter().any(|(other, _)| covers(status, other));
        named(others, &range)
            .or_else(|| named(others, "default").filter(|_| !split && named(own, "default").is_none()))
    })
}

/// The range of a status: `2XX` for `200` and for `2XX`.
fn range(status: &str) -> Option<String> {
    match status.as_bytes() {
        [class @ b'1'..=b'5', _, _] => Some(format!("{}XX", char::from(*class))),
        _ => None,
    }
}

/// Whether the first is a range that contains the second, a number.
fn covers(around: &str, status: &str) -> bool {
    status != around && range(status).as_deref() == Some(around)
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

fn compare_responses<'a>(comparison: &mut Comparison<'a>, scope: &Scope, status: &str, pair: &Pair<At<'a>>) {
    headers::compare(comparison, scope, status, pair);
    media_types::compare_responses(comparison, scope, status, pair);
}
