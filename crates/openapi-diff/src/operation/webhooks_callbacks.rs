//! Webhooks and callbacks: the service calls and the client answers, so the verdicts are reversed.

use std::collections::{BTreeMap, HashSet};

use openapi_document::{At, Pointer};

use super::{Pair, Scope, compare_operations, documents, paths};
use crate::{
    compare::Comparison,
    rule::{Area, BREAKING, INFO, Mirror, Rule, Variance},
};

static WEBHOOK_ADDED: Rule = Rule::both(
    Area::Webhook,
    "webhook-added",
    INFO,
    Mirror::Event("webhook-removed"),
    "the webhook was added",
)
.adding();
static WEBHOOK_REMOVED: Rule = Rule::both(
    Area::Webhook,
    "webhook-removed",
    BREAKING,
    Mirror::Event("webhook-added"),
    "the webhook was removed; clients may be waiting for it",
)
.removing();
static CALLBACK_ADDED: Rule = Rule::both(
    Area::Webhook,
    "callback-added",
    INFO,
    Mirror::Event("callback-removed"),
    "the callback was added",
);
static CALLBACK_REMOVED: Rule = Rule::both(
    Area::Webhook,
    "callback-removed",
    BREAKING,
    Mirror::Event("callback-added"),
    "the callback was removed; clients may be waiting for it",
);
static METHOD_ADDED: Rule = Rule::both(
    Area::Webhook,
    "endpoint-added",
    INFO,
    Mirror::Event("api-removed-without-deprecation"),
    "{method} was added",
)
.adding();
static METHOD_REMOVED: Rule = Rule::both(
    Area::Webhook,
    "api-removed-without-deprecation",
    BREAKING,
    Mirror::Event("endpoint-added"),
    "{method} was removed; clients may be waiting for it",
)
.removing();

pub(super) static RULES: &[&Rule] = &[
    &WEBHOOK_ADDED,
    &WEBHOOK_REMOVED,
    &CALLBACK_ADDED,
    &CALLBACK_REMOVED,
    &METHOD_ADDED,
    &METHOD_REMOVED,
];

type Named<'a> = BTreeMap<&'a str, At<'a>>;

fn members<'a>(holder: Option<At<'a>>) -> Named<'a> {
    holder
        .iter()
        .flat_map(At::members)
        .filter(|(name, at)| !name.starts_with("x-") && at.object().is_some())
        .collect()
}

/// Compares the webhooks of the documents.
pub(super) fn compare_webhooks(comparison: &mut Comparison<'_>) {
    let documents = documents(comparison);
    let roots = documents.map(|document| document.root());
    let webhooks = roots.map(|root| members(root.get("webhooks")));
    let rules = Pair::new(&WEBHOOK_REMOVED, &WEBHOOK_ADDED);
    let scope = Scope {
        request: Variance::Received,
        ..Scope::outgoing(None)
    };
    for (name, pair) in paired(comparison, &scope, "webhook", &rules, &roots, &webhooks) {
        compare_items(comparison, &pair, &mut HashSet::new(), |method| Scope {
            operation: Some(format!("{} webhook:{name}", method.to_ascii_uppercase()).into()),
            ..scope.clone()
        });
    }
}

/// Compares the callbacks of two operations. Callbacks can contain callbacks: `seen` has the pairs that are
/// already compared.
pub(super) fn compare_callbacks<'a>(
    comparison: &mut Comparison<'a>,
    scope: &Scope,
    operations: &Pair<At<'a>>,
    seen: &mut HashSet<(String, String)>,
) {
    // No real document nests callbacks this deep, and a document must not exhaust the stack.
    if scope.depth > 8 {
        return;
    }
    let documents = documents(comparison);
    let callbacks = operations.map(|at| members(at.get("callbacks")));
    let rules = Pair::new(&CALLBACK_REMOVED, &CALLBACK_ADDED);
    for (name, pair) in paired(comparison, scope, "callback", &rules, operations, &callbacks) {
        let pair = Pair::new(documents.old.resolve(pair.old), documents.new.resolve(pair.new));
        let turned = Scope {
            operation: scope.operation.clone(),
            request: scope.request.flipped(),
            within: format!("{}callback {name}: ", scope.within),
            depth: scope.depth + 1,
        };
        let items = pair.map(|callback| members(Some(callback.clone())));
        let items = only_expressions_matched(items);
        for (_, item) in paired(comparison, &turned, "callback to", &rules, &pair, &items) {
            let resolved = Pair::new(
                documents.old.resolve(item.old.clone()),
                documents.new.resolve(item.new.clone()),
            );
            if seen.insert((resolved.old.pointer.to_string(), resolved.new.pointer.to_string())) {
                compare_items(comparison, &item, seen, |_| turned.clone());
            }
        }
    }
}

/// If each side has one expression left, the two correspond: it is the same callback to the URL in another
/// field.
fn only_expressions_matched(items: Pair<Named<'_>>) -> Pair<Named<'_>> {
    let Pair { old, mut new } = items;
    let gone: Vec<_> = old.keys().filter(|it| !new.contains_key(*it)).copied().collect();
    let added: Vec<_> = new.keys().filter(|it| !old.contains_key(*it)).copied().collect();
    if let ([gone], [added]) = (&gone[..], &added[..])
        && let Some(item) = new.remove(added)
    {
        new.insert(gone, item);
    }
    Pair::new(old, new)
}

/// Returns the members that both sides have, and reports those that only one side has.
fn paired<'a>(
    comparison: &mut Comparison<'a>,
    scope: &Scope,
    kind: &str,
    rules: &Pair<&'static Rule>,
    holders: &Pair<At<'a>>,
    members: &Pair<Named<'a>>,
) -> Vec<(&'a str, Pair<At<'a>>)> {
    let mut pairs = Vec::new();
    for (name, old) in &members.old {
        if let Some(new) = members.new.get(name) {
            pairs.push((*name, Pair::new(old.clone(), new.clone())));
            continue;
        }
        let places = Pair::new(old.pointer.clone(), holders.new.pointer.clone());
        let change = scope.change(rules.old, Variance::Sent, &places, &format!("{kind} {name}"));
        comparison.report(&scope.operation, change);
    }
    for (name, new) in &members.new {
        if !members.old.contains_key(name) {
            let places = Pair::new(holders.old.pointer.clone(), new.pointer.clone());
            let change = scope.change(rules.new, Variance::Sent, &places, &format!("{kind} {name}"));
            comparison.report(&scope.operation, change);
        }
    }
    pairs
}

/// Compares the operations of two path items, method by method.
fn compare_items<'a>(
    comparison: &mut Comparison<'a>,
    pair: &Pair<At<'a>>,
    seen: &mut HashSet<(String, String)>,
    scope: impl Fn(&str) -> Scope,
) {
    let documents = documents(comparison);
    let old = paths::of_item(documents.old, "", pair.old.clone());
    let new = paths::of_item(documents.new, "", pair.new.clone());
    for operation in &old {
        let scope = scope(operation.method);
        if let Some(counterpart) = new.iter().find(|it| it.method == operation.method) {
            let operands = Pair::new(operation.operand().clone(), counterpart.operand().clone());
            compare_operations(comparison, &scope, &operands, seen);
        } else {
            let places = Pair::new(operation.operand().at.pointer.clone(), pair.new.pointer.clone());
            report_method(comparison, &scope, &METHOD_REMOVED, &places, operation.method);
        }
    }
    for operation in &new {
        if !old.iter().any(|it| it.method == operation.method) {
            let places = Pair::new(pair.old.pointer.clone(), operation.operand().at.pointer.clone());
            report_method(
                comparison,
                &scope(operation.method),
                &METHOD_ADDED,
                &places,
                operation.method,
            );
        }
    }
}

fn report_method(
    comparison: &mut Comparison<'_>,
    scope: &Scope,
    rule: &'static Rule,
    places: &Pair<Pointer>,
    method: &str,
) {
    let change = scope.change(rule, Variance::Sent, places, "operation");
    comparison.report(
        &scope.operation,
        change.with("method", method.to_ascii_uppercase()),
    );
}
