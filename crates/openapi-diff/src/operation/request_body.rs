//! The request body as a whole: whether there is one, and whether it is required.

use openapi_document::At;

use super::{Pair, Scope, documents, media_types};
use crate::{
    compare::Comparison,
    rule::{Area, BREAKING, INFO, Mirror, Rule},
};

static ADDED_REQUIRED: Rule = Rule::whole(
    Area::RequestBody,
    "request-body-added-required",
    BREAKING,
    INFO,
    Mirror::Event("request-body-removed"),
    "a required body was added",
);
static ADDED_OPTIONAL: Rule = Rule::both(
    Area::RequestBody,
    "request-body-added-optional",
    INFO,
    Mirror::Event("request-body-removed"),
    "an optional body was added",
);
static REMOVED: Rule = Rule::both(
    Area::RequestBody,
    "request-body-removed",
    BREAKING,
    Mirror::Event("request-body-added-required"),
    "the body was removed",
);
static BECAME_REQUIRED: Rule = Rule::whole(
    Area::RequestBody,
    "request-body-became-required",
    BREAKING,
    INFO,
    Mirror::Event("request-body-became-optional"),
    "the body became required",
);
static BECAME_OPTIONAL: Rule = Rule::whole(
    Area::RequestBody,
    "request-body-became-optional",
    INFO,
    BREAKING,
    Mirror::Event("request-body-became-required"),
    "the body became optional",
);

pub(super) static RULES: &[&Rule] = &[
    &ADDED_REQUIRED,
    &ADDED_OPTIONAL,
    &REMOVED,
    &BECAME_REQUIRED,
    &BECAME_OPTIONAL,
];

const WHAT: &str = "request body";

pub(super) fn compare<'a>(comparison: &mut Comparison<'a>, scope: &Scope, operations: &Pair<At<'a>>) {
    let bodies = operations.member(&documents(comparison), "requestBody");
    let bodies = Pair::new(
        bodies.old.filter(|at| at.object().is_some()),
        bodies.new.filter(|at| at.object().is_some()),
    );
    let (rule, places) = match (bodies.old, bodies.new) {
        (None, None) => return,
        (None, Some(new)) => {
            let rule = if new.flag("required") {
                &ADDED_REQUIRED
            } else {
                &ADDED_OPTIONAL
            };
            (rule, Pair::new(operations.old.pointer.clone(), new.pointer))
        }
        (Some(old), None) => (&REMOVED, Pair::new(old.pointer, operations.new.pointer.clone())),
        (Some(old), Some(new)) => {
            let bodies = Pair::new(old, new);
            media_types::compare_requests(comparison, scope, &bodies);
            let rule = match (bodies.old.flag("required"), bodies.new.flag("required")) {
                (false, true) => &BECAME_REQUIRED,
                (true, false) => &BECAME_OPTIONAL,
                _ => return,
            };
            (rule, bodies.pointers())
        }
    };
    let change = scope.change(rule, scope.request, &places, WHAT);
    comparison.report(&scope.operation, change);
}
