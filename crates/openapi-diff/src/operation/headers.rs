//! Response headers. Their names have no case; `Content-Type` says nothing (OpenAPI 3.1.0, Response Object).

use std::collections::BTreeMap;

use super::{
    Pair, Scope, documents,
    serialization::{self, Serialization},
};
use crate::{
    compare::Comparison,
    document::{At, Document},
    rule::{BREAKING, INFO, Mirror, NONE, Place, Rule, WARNING},
    schema::Use,
};

static ADDED: Rule = Rule::both(
    "response-header-added",
    INFO,
    Mirror::Event("optional-response-header-removed"),
    "the header is new",
);
static REQUIRED_REMOVED: Rule = Rule::whole(
    "required-response-header-removed",
    WARNING,
    BREAKING,
    Mirror::Event("response-header-added"),
    "the header is gone, which was always there",
);
static OPTIONAL_REMOVED: Rule = Rule::both(
    "optional-response-header-removed",
    WARNING,
    Mirror::Event("response-header-added"),
    "the header is gone",
);
static BECAME_OPTIONAL: Rule = Rule::whole(
    "response-header-became-optional",
    INFO,
    BREAKING,
    Mirror::Event("response-header-became-required"),
    "the header may be missing now",
);
static BECAME_REQUIRED: Rule = Rule::whole(
    "response-header-became-required",
    BREAKING,
    NONE,
    Mirror::Event("response-header-became-optional"),
    "the header became required",
);

pub(super) static RULES: &[&Rule] = &[
    &ADDED,
    &REQUIRED_REMOVED,
    &OPTIONAL_REMOVED,
    &BECAME_OPTIONAL,
    &BECAME_REQUIRED,
];

/// Compares the headers of two responses.
pub(super) fn compare<'a>(
    comparison: &mut Comparison<'a>,
    scope: &Scope,
    status: &str,
    responses: &Pair<At<'a>>,
) {
    let documents = documents(comparison);
    let old_headers = headers(documents.old, &responses.old);
    let new_headers = headers(documents.new, &responses.new);
    for (key, (name, old)) in &old_headers {
        let what = subject(name, status);
        match new_headers.get(key) {
            Some((_, new)) => {
                compare_header(comparison, scope, &Pair::new(old.clone(), new.clone()), &what);
            }
            None => {
                let rule = if old.flag("required") {
                    &REQUIRED_REMOVED
                } else {
                    &OPTIONAL_REMOVED
                };
                let places = Pair::new(old.pointer.clone(), responses.new.pointer.clone());
                let change = scope.change(rule, scope.response(), &places, &what);
                comparison.report(&scope.operation, change);
            }
        }
    }
    for (key, (name, new)) in &new_headers {
        if old_headers.contains_key(key) {
            continue;
        }
        let places = Pair::new(responses.old.pointer.clone(), new.pointer.clone());
        let change = scope.change(&ADDED, scope.response(), &places, &subject(name, status));
        // What the client sends, and must send, is a demand.
        let change = if new.flag("required") {
            change.judged(super::directed(scope.response(), BREAKING, INFO))
        } else {
            change
        };
        comparison.report(&scope.operation, change);
    }
}

fn subject(name: &str, status: &str) -> String {
    format!("header {name} of response {status}")
}

fn headers<'a>(document: &'a Document<'a>, response: &At<'a>) -> BTreeMap<String, (&'a str, At<'a>)> {
    response
        .get("headers")
        .iter()
        .flat_map(At::members)
        .map(|(name, at)| (name.to_ascii_lowercase(), (name, document.resolve(at))))
        .filter(|(key, (_, at))| key != "content-type" && at.object().is_some())
        .collect()
}

fn compare_header<'a>(comparison: &mut Comparison<'a>, scope: &Scope, pair: &Pair<At<'a>>, what: &str) {
    let rule = match (pair.old.flag("required"), pair.new.flag("required")) {
        (true, false) => Some(&BECAME_OPTIONAL),
        (false, true) => Some(&BECAME_REQUIRED),
        _ => None,
    };
    if let Some(rule) = rule {
        let change = scope.change(rule, scope.response(), &pair.pointers(), what);
        comparison.report(&scope.operation, change);
    }
    let serializations = pair.map(|at| Serialization::of(at, "header"));
    let wire = serialization::compare(
        comparison,
        scope,
        Place::ResponseHeader,
        pair,
        &serializations,
        what,
    );
    if let Some(schemas) = serialization::schemas(pair, &serializations) {
        let usage = Use::new(Place::ResponseHeader, scope.response()).written(wire);
        comparison.schemas(&scope.operation, usage, &schemas.old, &schemas.new);
    }
}
