//! Responses: which status stands for which, and what it means when one comes or goes.
//!
//! A status that one side does not name is matched with what covers it on the other (OpenAPI 3.1.0, Responses Object: a range such
//! as `2XX` covers its numbers, `default` what nothing else covers). `default` stands for a status only where the other side has no
//! `default` for it to be matched with.

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
    "the status is new",
)
.adding();
static SUCCESS_REMOVED: Rule = Rule::both(
    Area::Response,
    "response-success-status-removed",
    BREAKING,
    Mirror::Event("response-success-status-added"),
    "the status is gone",
)
.removing();
static OTHER_ADDED: Rule = Rule::both(
    Area::Response,
    "response-non-success-status-added",
    INFO,
    Mirror::Event("response-non-success-status-removed"),
    "the status is new",
)
.adding();
static OTHER_REMOVED: Rule = Rule::both(
    Area::Response,
    "response-non-success-status-removed",
    INFO,
    Mirror::Event("response-non-success-status-added"),
    "the status is gone",
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

/// The responses of an operation; ranges are spelt with capital letters.
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

/// What the other side has for a status of this side: the same, or the closest that covers it.
fn counterpart<'r, 'a>(status: &str, own: &Responses<'a>, others: &'r Responses<'a>) -> Option<&'r At<'a>> {
    named(others, status).or_else(|| {
        let range = range(status)?;
        let split = others.iter().any(|(other, _)| covers(status, other));
        named(others, &range)
            .or_else(|| named(others, "default").filter(|_| !split && named(own, "default").is_none()))
    })
}

/// `2XX` for `200`, or for itself.
fn range(status: &str) -> Option<String> {
    match status.as_bytes() {
        [class @ b'1'..=b'5', _, _] => Some(format!("{}XX", char::from(*class))),
        _ => None,
    }
}

/// Whether the first is a range, and the second a number in it.
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
