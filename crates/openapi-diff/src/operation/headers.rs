//! Headers of responses and of the parts of multipart bodies. Their names are case-insensitive, and
//! `Content-Type` is ignored (OpenAPI 3.1.0, Response Object).

use std::collections::BTreeMap;

use openapi_document::At;

use super::{
    Pair, Scope, documents,
    serialization::{self, Serialization},
};
use crate::{
    compare::Comparison,
    document::Document,
    rule::{Area, BREAKING, INFO, Mirror, NONE, Place, Rule, Variance, WARNING},
    schema::Use,
};

static ADDED: Rule = Rule::both(
    Area::Header,
    "response-header-added",
    INFO,
    Mirror::Event("optional-response-header-removed"),
    "the header was added",
)
.adding();
static REQUIRED_REMOVED: Rule = Rule::whole(
    Area::Header,
    "required-response-header-removed",
    WARNING,
    BREAKING,
    Mirror::Event("response-header-added"),
    "the required header was removed",
)
.removing();
static OPTIONAL_REMOVED: Rule = Rule::both(
    Area::Header,
    "optional-response-header-removed",
    WARNING,
    Mirror::Event("response-header-added"),
    "the optional header was removed",
)
.removing();
static BECAME_OPTIONAL: Rule = Rule::whole(
    Area::Header,
    "response-header-became-optional",
    INFO,
    BREAKING,
    Mirror::Event("response-header-became-required"),
    "the header became optional",
);
static BECAME_REQUIRED: Rule = Rule::whole(
    Area::Header,
    "response-header-became-required",
    BREAKING,
    NONE,
    Mirror::Event("response-header-became-optional"),
    "the header became required",
);

static PART_ADDED: Rule = Rule::both(
    Area::Header,
    "request-part-header-added",
    INFO,
    Mirror::Event("request-part-header-removed"),
    "the header was added",
)
.adding();
static PART_REMOVED: Rule = Rule::both(
    Area::Header,
    "request-part-header-removed",
    WARNING,
    Mirror::Event("request-part-header-added"),
    "the header was removed",
)
.removing();
static PART_BECAME_OPTIONAL: Rule = Rule::whole(
    Area::Header,
    "request-part-header-became-optional",
    INFO,
    BREAKING,
    Mirror::Event("request-part-header-became-required"),
    "the header became optional",
);
static PART_BECAME_REQUIRED: Rule = Rule::whole(
    Area::Header,
    "request-part-header-became-required",
    BREAKING,
    INFO,
    Mirror::Event("request-part-header-became-optional"),
    "the header became required",
);

pub(super) static RULES: &[&Rule] = &[
    &ADDED,
    &REQUIRED_REMOVED,
    &OPTIONAL_REMOVED,
    &BECAME_OPTIONAL,
    &BECAME_REQUIRED,
    &PART_ADDED,
    &PART_REMOVED,
    &PART_BECAME_OPTIONAL,
    &PART_BECAME_REQUIRED,
];

/// The rules for headers.
struct Headers {
    added: &'static Rule,
    required_removed: &'static Rule,
    optional_removed: &'static Rule,
    became_optional: &'static Rule,
    became_required: &'static Rule,
}

static OF_RESPONSE: Headers = Headers {
    added: &ADDED,
    required_removed: &REQUIRED_REMOVED,
    optional_removed: &OPTIONAL_REMOVED,
    became_optional: &BECAME_OPTIONAL,
    became_required: &BECAME_REQUIRED,
};

static OF_PART: Headers = Headers {
    added: &PART_ADDED,
    required_removed: &PART_REMOVED,
    optional_removed: &PART_REMOVED,
    became_optional: &PART_BECAME_OPTIONAL,
    became_required: &PART_BECAME_REQUIRED,
};

/// Compares the headers of two responses.
pub(super) fn compare<'a>(
    comparison: &mut Comparison<'a>,
    scope: &Scope,
    status: &str,
    responses: &Pair<At<'a>>,
) {
    let direction = scope.response();
    let holder = format!("response {status}");
    compare_all(comparison, scope, direction, &OF_RESPONSE, &holder, responses);
}

/// Compares the headers of a part of two multipart bodies. The places are those of its Encoding Objects.
pub(super) fn compare_part<'a>(
    comparison: &mut Comparison<'a>,
    scope: &Scope,
    part: &str,
    encodings: &Pair<At<'a>>,
) {
    let direction = scope.request;
    let holder = format!("part {part} of the request body");
    compare_all(comparison, scope, direction, &OF_PART, &holder, encodings);
}

fn compare_all<'a>(
    comparison: &mut Comparison<'a>,
    scope: &Scope,
    direction: Variance,
    rules: &Headers,
    holder: &str,
    holders: &Pair<At<'a>>,
) {
    let documents = documents(comparison);
    let old_headers = headers(documents.old, &holders.old);
    let new_headers = headers(documents.new, &holders.new);
    for (key, (name, old)) in &old_headers {
        let what = subject(name, holder);
        match new_headers.get(key) {
            Some((_, new)) => {
                let pair = Pair::new(old.clone(), new.clone());
                compare_header(comparison, scope, direction, rules, &pair, &what);
            }
            None => {
                let rule = if old.flag("required") {
                    rules.required_removed
                } else {
                    rules.optional_removed
                };
                let places = Pair::new(old.pointer.clone(), holders.new.pointer.clone());
                let change = scope.change(rule, direction, &places, &what);
                comparison.report(&scope.operation, change);
            }
        }
    }
    for (key, (name, new)) in &new_headers {
        if old_headers.contains_key(key) {
            continue;
        }
        let places = Pair::new(holders.old.pointer.clone(), new.pointer.clone());
        let change = scope.change(rules.added, direction, &places, &subject(name, holder));
        // A header that the client must send is a new requirement.
        let change = if new.flag("required") {
            change.judged(super::directed(direction, BREAKING, INFO))
        } else {
            change
        };
        comparison.report(&scope.operation, change);
    }
}

fn subject(name: &str, holder: &str) -> String {
    format!("header {name} of {holder}")
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

fn compare_header<'a>(
    comparison: &mut Comparison<'a>,
    scope: &Scope,
    direction: Variance,
    rules: &Headers,
    pair: &Pair<At<'a>>,
    what: &str,
) {
    let rule = match (pair.old.flag("required"), pair.new.flag("required")) {
        (true, false) => Some(rules.became_optional),
        (false, true) => Some(rules.became_required),
        _ => None,
    };
    if let Some(rule) = rule {
        let change = scope.change(rule, direction, &pair.pointers(), what);
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
        let usage = Use::new(Place::ResponseHeader, direction).written(wire);
        comparison.schemas(&scope.operation, usage, &schemas.old, &schemas.new);
    }
}
