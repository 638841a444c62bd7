//! Everything except schemas: paths, operations, parameters, bodies, responses, security.
//!
//! The two documents are walked in parallel, in pairs of places that correspond. Each file pairs one kind of
//! object and has the rules for it. Only objects that are in both documents are compared further. Their
//! schemas are passed to `schema`.

mod encoding;
mod headers;
mod lifecycle;
mod media_type;
mod media_types;
mod metadata;
mod parameters;
mod paths;
mod request_body;
mod responses;
mod security;
mod serialization;
mod webhooks_callbacks;

use std::collections::HashSet;

use openapi_document::{At, Pointer};

use crate::{
    change::Change,
    compare::{Comparison, Operation},
    document::Document,
    rule::{Place, Rule, Variance, Verdict},
};

pub(crate) use metadata::judge_version;

/// The rules of this module.
pub(crate) static RULES: &[&[&Rule]] = &[
    paths::RULES,
    lifecycle::RULES,
    parameters::RULES,
    serialization::RULES,
    request_body::RULES,
    responses::RULES,
    media_types::RULES,
    encoding::RULES,
    headers::RULES,
    security::RULES,
    metadata::RULES,
    webhooks_callbacks::RULES,
];

/// Compares all operations of the two documents, and the parts that belong to no operation.
pub(crate) fn compare(comparison: &mut Comparison<'_>) {
    paths::compare(comparison);
    webhooks_callbacks::compare_webhooks(comparison);
    security::compare_documents(comparison);
    metadata::compare_documents(comparison);
}

/// The same object in both documents.
#[derive(Debug, Clone)]
struct Pair<T> {
    old: T,
    new: T,
}

impl<T> Pair<T> {
    fn new(old: T, new: T) -> Self {
        Self { old, new }
    }

    fn map<U>(&self, mut of: impl FnMut(&T) -> U) -> Pair<U> {
        Pair::new(of(&self.old), of(&self.new))
    }
}

impl<'a> Pair<At<'a>> {
    /// The members with this name, after following references.
    fn member(&self, documents: &Pair<&'a Document<'a>>, name: &str) -> Pair<Option<At<'a>>> {
        Pair::new(
            self.old.get(name).map(|at| documents.old.resolve(at)),
            self.new.get(name).map(|at| documents.new.resolve(at)),
        )
    }

    fn pointers(&self) -> Pair<Pointer> {
        self.map(|at| at.pointer.clone())
    }
}

/// An operation in one of the documents.
#[derive(Debug, Clone)]
struct Operand<'a> {
    document: &'a Document<'a>,
    /// The path item that contains it.
    item: At<'a>,
    at: At<'a>,
    /// The names of the parameters in its path template, in order.
    names: Vec<&'a str>,
}

/// The operation whose changes are recorded, and the direction of its requests.
#[derive(Debug, Clone)]
struct Scope {
    operation: Operation,
    /// The direction of the request: in webhooks and callbacks the client receives it.
    request: Variance,
    /// The prefix of every subject: the callback, if there is one.
    within: String,
    /// The number of enclosing callbacks.
    depth: usize,
}

impl Scope {
    /// An operation that the client calls, or the document as a whole.
    fn outgoing(operation: Operation) -> Self {
        Self {
            operation,
            request: Variance::Sent,
            within: String::new(),
            depth: 0,
        }
    }

    /// The direction of the response.
    fn response(&self) -> Variance {
        self.request.flipped()
    }

    fn subject(&self, what: &str) -> String {
        format!("{}{what}", self.within)
    }

    /// A change in this scope.
    fn change(&self, rule: &'static Rule, variance: Variance, places: &Pair<Pointer>, what: &str) -> Change {
        let subject = self.subject(what);
        Change::new(
            rule,
            Place::RequestBody,
            variance,
            &places.old,
            &places.new,
            subject,
        )
    }
}

/// Compares two operations that correspond.
fn compare_operations<'a>(
    comparison: &mut Comparison<'a>,
    scope: &Scope,
    pair: &Pair<Operand<'a>>,
    seen: &mut HashSet<(String, String)>,
) {
    let operations = pair.map(|operand| operand.at.clone());
    if !lifecycle::compare_stability(comparison, scope, &operations) {
        return;
    }
    lifecycle::compare(comparison, scope, &lifecycle::OPERATION, &operations, "operation");
    metadata::compare(comparison, scope, &operations);
    metadata::compare_servers(comparison, scope, pair);
    parameters::compare(comparison, scope, pair);
    request_body::compare(comparison, scope, &operations);
    responses::compare(comparison, scope, &operations);
    security::compare(comparison, scope, &operations);
    webhooks_callbacks::compare_callbacks(comparison, scope, &operations, seen);
}

/// The two documents of a comparison.
fn documents<'a>(comparison: &Comparison<'a>) -> Pair<&'a Document<'a>> {
    Pair::new(comparison.old, comparison.new)
}

/// The verdict of a rule for the direction that applies.
fn directed(variance: Variance, sent: Verdict, received: Verdict) -> Verdict {
    if variance == Variance::Received {
        received
    } else {
        sent
    }
}
