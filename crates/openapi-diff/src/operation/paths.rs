//! Pairs the operations of the two documents, and reports those without a counterpart.
//!
//! Paths are matched by the position of their parameters, not by the names (OpenAPI 3.1.0, Paths Object:
//! templates with the same hierarchy but different names are identical). If several paths of a document have
//! the same form, the one with the same names takes precedence. A literal segment never matches a parameter.

use std::collections::{HashMap, HashSet};

use openapi_document::At;
use serde_json::Value;

use super::{
    Operand, Pair, Scope, compare_operations, documents,
    lifecycle::{self, Farewell},
};
use crate::{
    change::Change,
    compare::Comparison,
    document::Document,
    rule::{Area, BREAKING, INFO, Mirror, Place, Rule, Variance},
};

static ENDPOINT_ADDED: Rule = Rule::both(
    Area::Operation,
    "endpoint-added",
    INFO,
    Mirror::Event("api-removed-without-deprecation"),
    "the operation was added",
)
.adding();

/// The rules for a removed operation, in the order of [`Farewell`]: with its path, or while its path stays.
static REMOVED: [Pair<Rule>; 3] = [
    Pair {
        old: Rule::both(
            Area::Operation,
            "api-path-removed-without-deprecation",
            BREAKING,
            Mirror::Event("endpoint-added"),
            "the path was removed without deprecating the operation first{instead}",
        )
        .removing(),
        new: Rule::both(
            Area::Operation,
            "api-removed-without-deprecation",
            BREAKING,
            Mirror::Event("endpoint-added"),
            "the operation was removed without being deprecated first{instead}",
        )
        .removing(),
    },
    Pair {
        old: Rule::both(
            Area::Operation,
            "api-path-removed-with-deprecation",
            INFO,
            Mirror::Event("endpoint-added"),
            "the path was removed after the operation was deprecated{instead}",
        )
        .removing(),
        new: Rule::both(
            Area::Operation,
            "api-removed-with-deprecation",
            INFO,
            Mirror::Event("endpoint-added"),
            "the operation was removed after it was deprecated{instead}",
        )
        .removing(),
    },
    Pair {
        old: Rule::both(
            Area::Operation,
            "api-path-removed-before-sunset",
            BREAKING,
            Mirror::Event("endpoint-added"),
            "the path was removed before the promised sunset {sunset}{instead}",
        )
        .removing(),
        new: Rule::both(
            Area::Operation,
            "api-removed-before-sunset",
            BREAKING,
            Mirror::Event("endpoint-added"),
            "the operation was removed before the promised sunset {sunset}{instead}",
        )
        .removing(),
    },
];

pub(super) static RULES: &[&Rule] = &[
    &ENDPOINT_ADDED,
    &REMOVED[0].old,
    &REMOVED[0].new,
    &REMOVED[1].old,
    &REMOVED[1].new,
    &REMOVED[2].old,
    &REMOVED[2].new,
];

/// An operation, and its place.
#[derive(Debug, Clone)]
pub(super) struct Located<'a> {
    pub(super) method: &'static str,
    /// The path without the names of its parameters.
    key: String,
    path: &'a str,
    operand: Operand<'a>,
}

impl Located<'_> {
    fn label(&self) -> String {
        format!("{} {}", self.method.to_ascii_uppercase(), self.path)
    }
}

pub(super) fn compare(comparison: &mut Comparison<'_>) {
    let documents = documents(comparison);
    let operations = documents.map(|document| operations(document));
    let (pairs, gone, added) = matched(operations.old, operations.new.clone());
    for pair in pairs {
        let scope = Scope::outgoing(Some(pair.old.label().into()));
        let operands = Pair::new(pair.old.operand, pair.new.operand);
        compare_operations(comparison, &scope, &operands, &mut HashSet::new());
    }

    let places = moved(&gone, &added);
    let paths_that_stay: HashSet<&str> = operations.new.iter().map(|it| it.key.as_str()).collect();
    for (operation, place) in gone.iter().zip(places) {
        report_removal(
            comparison,
            operation,
            !paths_that_stay.contains(operation.key.as_str()),
            place.map(|index| added[index].label()),
        );
    }
    for operation in &added {
        let at = &operation.operand.at;
        let nearest = documents
            .old
            .root()
            .get("paths")
            .unwrap_or_else(|| documents.old.root());
        let change = Change::new(
            &ENDPOINT_ADDED,
            Place::RequestBody,
            Variance::Sent,
            &nearest.pointer,
            &at.pointer,
            "operation",
        );
        comparison.report(&Some(operation.label().into()), change);
    }
}

fn report_removal(
    comparison: &mut Comparison<'_>,
    operation: &Located<'_>,
    with_path: bool,
    moved_to: Option<String>,
) {
    let at = &operation.operand.at;
    if lifecycle::is_unstable(at) {
        return;
    }
    let nearest = comparison
        .new
        .root()
        .get("paths")
        .unwrap_or_else(|| comparison.new.root());
    let (index, sunset) = match lifecycle::farewell(at, comparison.options.today) {
        Farewell::Sudden => (0, None),
        Farewell::Announced => (1, None),
        Farewell::Early(sunset) => (2, Some(sunset.to_string())),
        Farewell::Unreadable(text) => {
            let places = Pair::new(at.pointer.clone(), nearest.pointer);
            let scope = Scope::outgoing(Some(operation.label().into()));
            lifecycle::report_unreadable(
                comparison,
                &scope,
                &lifecycle::OPERATION,
                &places,
                "operation",
                text,
            );
            return;
        }
        Farewell::Due => return,
    };
    let rules = &REMOVED[index];
    let rule = if with_path { &rules.old } else { &rules.new };
    let instead = moved_to.map_or_else(String::new, |label| format!("; it is {label} now"));
    let mut change = Change::new(
        rule,
        Place::RequestBody,
        Variance::Sent,
        &at.pointer,
        &nearest.pointer,
        "operation",
    )
    .with("instead", instead);
    if let Some(sunset) = sunset {
        change = change.with("sunset", sunset);
    }
    comparison.report(&Some(operation.label().into()), change);
}

/// All operations of a document.
pub(super) fn operations<'a>(document: &'a Document<'a>) -> Vec<Located<'a>> {
    let operations = openapi_document::operations(document.root().value);
    operations
        .map(|operation| Located::of(document, operation))
        .collect()
}

/// The operations of a path item.
pub(super) fn of_item<'a>(document: &'a Document<'a>, path: &'a str, item: At<'a>) -> Vec<Located<'a>> {
    let operations = openapi_document::operations_of(document.root().value, path, item);
    operations
        .map(|operation| Located::of(document, operation))
        .collect()
}

impl<'a> Located<'a> {
    fn of(document: &'a Document<'a>, operation: openapi_document::Operation<'a>) -> Self {
        let (key, names) = template(operation.path);
        Self {
            method: operation.method,
            key,
            path: operation.path,
            operand: Operand {
                document,
                item: operation.item,
                at: operation.at,
                names,
            },
        }
    }

    pub(super) fn operand(&self) -> &Operand<'a> {
        &self.operand
    }
}

/// A path without the names of its parameters, and the names in order. An unclosed brace is a literal.
fn template(path: &str) -> (String, Vec<&str>) {
    let mut key = String::with_capacity(path.len());
    let mut names = Vec::new();
    let mut rest = path;
    while let Some((literal, tail)) = rest.split_once('{') {
        key.push_str(literal);
        key.push('{');
        rest = tail;
        if let Some((name, tail)) = tail.split_once('}') {
            key.push('}');
            names.push(name);
            rest = tail;
        }
    }
    key.push_str(rest);
    (key, names)
}

type Matched<'a> = (Vec<Pair<Located<'a>>>, Vec<Located<'a>>, Vec<Located<'a>>);

/// Pairs the operations, and returns those without a counterpart on either side.
fn matched<'a>(old: Vec<Located<'a>>, new: Vec<Located<'a>>) -> Matched<'a> {
    let mut open: Vec<Option<Located<'a>>> = new.into_iter().map(Some).collect();
    let mut by_name = HashMap::new();
    let mut by_position: HashMap<_, Vec<usize>> = HashMap::new();
    for (index, operation) in open.iter().flatten().enumerate() {
        by_name.insert((operation.method, operation.path), index);
        by_position
            .entry((operation.method, operation.key.clone()))
            .or_default()
            .push(index);
    }
    let same_names: HashSet<_> = old
        .iter()
        .filter(|operation| by_name.contains_key(&(operation.method, operation.path)))
        .map(|operation| (operation.method, operation.path))
        .collect();

    let mut pairs = Vec::new();
    let mut gone = Vec::new();
    for operation in old {
        let index = by_name
            .get(&(operation.method, operation.path))
            .copied()
            .or_else(|| {
                let candidates = by_position.get(&(operation.method, operation.key.clone()))?;
                candidates.iter().copied().find(|index| {
                    open[*index]
                        .as_ref()
                        .is_some_and(|new| !same_names.contains(&(new.method, new.path)))
                })
            });
        match index.and_then(|index| open[index].take()) {
            Some(new) => pairs.push(Pair::new(operation, new)),
            None => gone.push(operation),
        }
    }
    (pairs, gone, open.into_iter().flatten().collect())
}

/// For each removed operation, the index of the added operation that replaces it, if that is certain: the two
/// share an operationId, or they are equal in everything that matters and no other operation is.
fn moved(gone: &[Located<'_>], added: &[Located<'_>]) -> Vec<Option<usize>> {
    let ids = unique(added, operation_id);
    let ids_of_gone = unique(gone, operation_id);
    let signatures = unique(added, |it| Some(signature(it)));
    let signatures_of_gone = unique(gone, |it| Some(signature(it)));
    gone.iter()
        .map(|operation| {
            let by_id = operation_id(operation).filter(|id| ids_of_gone.contains_key(id));
            let by_signature = Some(signature(operation)).filter(|it| signatures_of_gone.contains_key(it));
            by_id
                .and_then(|id| ids.get(&id))
                .or_else(|| by_signature.and_then(|signature| signatures.get(&signature)))
                .copied()
        })
        .collect()
}

/// The items that occur exactly once, with their indexes.
fn unique(operations: &[Located<'_>], of: impl Fn(&Located<'_>) -> Option<String>) -> HashMap<String, usize> {
    let mut found: HashMap<String, Option<usize>> = HashMap::new();
    for (index, operation) in operations.iter().enumerate() {
        if let Some(value) = of(operation) {
            found
                .entry(value)
                .and_modify(|known| *known = None)
                .or_insert(Some(index));
        }
    }
    found
        .into_iter()
        .filter_map(|(value, index)| Some((value, index?)))
        .collect()
}

fn operation_id(operation: &Located<'_>) -> Option<String> {
    operation.operand.at.text("operationId").map(str::to_owned)
}

/// The parts that identify an operation apart from its path: its method, parameters, body and responses.
fn signature(operation: &Located<'_>) -> String {
    let parts = ["parameters", "requestBody", "responses"].map(|name| {
        operation
            .operand
            .at
            .value
            .get(name)
            .map_or_else(String::new, Value::to_string)
    });
    format!("{} {}", operation.method, parts.join("\n"))
}
