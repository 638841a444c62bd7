//! Parts of a document that are not on the wire: tags, operation ids, component names, servers, and the
//! version.

use std::collections::{BTreeMap, BTreeSet};

use openapi_document::{At, pointer};
use serde_json::Value;

use super::{Operand, Pair, Scope, documents};
use crate::{
    change::Change,
    compare::Comparison,
    document::Document,
    rule::{Area, INFO, Mirror, Place, Rule, Variance, WARNING},
};

static OPERATION_ID_REMOVED: Rule = Rule::both(
    Area::Document,
    "api-operation-id-removed",
    INFO,
    Mirror::Event("api-operation-id-added"),
    "the operationId {old} was removed{instead}; requests do not change, but generated clients use another name",
);
static OPERATION_ID_ADDED: Rule = Rule::both(
    Area::Document,
    "api-operation-id-added",
    INFO,
    Mirror::Event("api-operation-id-removed"),
    "the operationId {new} was added",
);
static TAG_REMOVED: Rule = Rule::both(
    Area::Document,
    "api-tag-removed",
    INFO,
    Mirror::Event("api-tag-added"),
    "the tag {tag} was removed",
);
static TAG_ADDED: Rule = Rule::both(
    Area::Document,
    "api-tag-added",
    INFO,
    Mirror::Event("api-tag-removed"),
    "the tag {tag} was added",
);
static SERVERS_CHANGED: Rule = Rule::both(
    Area::Operation,
    "api-operation-servers-changed",
    WARNING,
    Mirror::Itself,
    "the operation is served at {new} instead of {old}",
);
static SCHEMA_REMOVED: Rule = Rule::both(
    Area::Document,
    "api-schema-removed",
    INFO,
    Mirror::None("a new component changes nothing until it is used"),
    "the component was removed; changes where it was used are reported there",
);
static NOT_BUMPED: Rule = Rule::both(
    Area::Document,
    "api-version-not-bumped",
    INFO,
    Mirror::Itself,
    "the version is still {new}, despite breaking changes",
);
static DECREASED: Rule = Rule::both(
    Area::Document,
    "api-version-decreased",
    INFO,
    Mirror::None("raising the version is expected"),
    "the version was lowered from {old} to {new}, despite breaking changes",
);
static MAJOR_NOT_BUMPED: Rule = Rule::both(
    Area::Document,
    "api-major-version-not-bumped",
    INFO,
    Mirror::None("raising the version is expected"),
    "the version was raised from {old} to {new}, which does not announce breaking changes",
);

pub(super) static RULES: &[&Rule] = &[
    &OPERATION_ID_REMOVED,
    &OPERATION_ID_ADDED,
    &TAG_REMOVED,
    &TAG_ADDED,
    &SERVERS_CHANGED,
    &SCHEMA_REMOVED,
    &NOT_BUMPED,
    &DECREASED,
    &MAJOR_NOT_BUMPED,
];

/// Compares the tags and the operationId of two operations.
pub(super) fn compare(comparison: &mut Comparison<'_>, scope: &Scope, operations: &Pair<At<'_>>) {
    let places = operations.pointers();
    let mut report = |rule, arguments: &[(&'static str, &str)]| {
        let mut change = scope.change(rule, Variance::Sent, &places, "operation");
        for (name, value) in arguments {
            change = change.with(name, *value);
        }
        comparison.report(&scope.operation, change);
    };
    let id = operations.map(|at| at.text("operationId").filter(|id| !id.is_empty()));
    match (id.old, id.new) {
        (Some(old), None) => report(&OPERATION_ID_REMOVED, &[("old", old), ("instead", "")]),
        (Some(old), Some(new)) if old != new => {
            let instead = format!("; it is {new} now");
            report(&OPERATION_ID_REMOVED, &[("old", old), ("instead", &instead)]);
        }
        (None, Some(new)) => report(&OPERATION_ID_ADDED, &[("new", new)]),
        _ => {}
    }
    let tags = operations.map(|at| {
        at.get("tags")
            .iter()
            .flat_map(At::items)
            .filter_map(|it| it.value.as_str())
            .collect::<BTreeSet<_>>()
    });
    for tag in tags.old.difference(&tags.new) {
        report(&TAG_REMOVED, &[("tag", tag)]);
    }
    for tag in tags.new.difference(&tags.old) {
        report(&TAG_ADDED, &[("tag", tag)]);
    }
}

/// Compares parts that belong to no operation: names of schemas, and servers.
pub(super) fn compare_documents(comparison: &mut Comparison<'_>) {
    let documents = documents(comparison);
    let scope = Scope::outgoing(None);
    for (name, at) in gone_schemas(&documents) {
        let places = Pair::new(at.pointer, documents.new.root().pointer.child("components"));
        let change = scope.change(
            &SCHEMA_REMOVED,
            Variance::Sent,
            &places,
            &format!("component {name}"),
        );
        comparison.report(&None, change);
    }
    let servers = documents.map(|document| servers(&document.root()));
    if servers.old != servers.new {
        comparison.note(format!("servers: {} became {}", servers.old, servers.new));
    }
}

/// Compares the servers of two operations, if one of them has its own. [`compare_documents`] compares those
/// of the documents.
pub(super) fn compare_servers(comparison: &mut Comparison<'_>, scope: &Scope, pair: &Pair<Operand<'_>>) {
    let own = pair.map(|operand| {
        [&operand.at, &operand.item]
            .into_iter()
            .find(|at| at.get("servers").is_some())
            .cloned()
    });
    if own.old.is_none() && own.new.is_none() {
        return;
    }
    let old = own.old.unwrap_or_else(|| pair.old.document.root());
    let new = own.new.unwrap_or_else(|| pair.new.document.root());
    let told = Pair::new(servers(&old), servers(&new));
    if told.old == told.new {
        return;
    }
    let places = pair.map(|operand| operand.at.pointer.clone());
    let change = scope
        .change(&SERVERS_CHANGED, Variance::Sent, &places, "operation")
        .with("old", told.old)
        .with("new", told.new);
    comparison.report(&scope.operation, change);
}

/// The server URLs of a document, a path or an operation. A URL template is followed by the values of its
/// variables.
fn servers(holder: &At<'_>) -> String {
    let urls: Vec<_> = holder
        .get("servers")
        .iter()
        .flat_map(At::items)
        .filter_map(|server| Some((server.text("url")?, server)))
        .map(|(url, server)| {
            let variables: Vec<_> = server
                .get("variables")
                .iter()
                .flat_map(At::members)
                .map(|(name, variable)| variable_of_server(name, &variable))
                .collect();
            if variables.is_empty() {
                url.to_owned()
            } else {
                format!("{url} ({})", variables.join("; "))
            }
        })
        .collect();
    if urls.is_empty() {
        // OpenAPI 3.1.0, OpenAPI Object: the default.
        "/".to_owned()
    } else {
        urls.join(", ")
    }
}

/// `region: eu by default, one of eu, us`.
fn variable_of_server(name: &str, variable: &At<'_>) -> String {
    let values: Vec<_> = variable
        .get("enum")
        .iter()
        .flat_map(At::items)
        .filter_map(|value| value.value.as_str())
        .collect();
    let mut told = name.to_owned();
    if let Some(default) = variable.text("default") {
        told.push_str(&format!(": {default} by default"));
    }
    if !values.is_empty() {
        told.push_str(&format!(", one of {}", values.join(", ")));
    }
    told
}

/// The schemas that the new document does not have, not even under another name.
///
/// A schema was renamed if every remaining reference to it now refers to a component that is new.
fn gone_schemas<'a>(documents: &Pair<&'a Document<'a>>) -> Vec<(&'a str, At<'a>)> {
    let schemas = documents.map(|document| {
        document
            .root()
            .get("components")
            .and_then(|components| components.get("schemas"))
            .iter()
            .flat_map(At::members)
            .collect::<BTreeMap<_, _>>()
    });
    let mut gone: BTreeMap<&str, At<'a>> = schemas.old;
    gone.retain(|name, _| !schemas.new.contains_key(name));
    if gone.is_empty() {
        return Vec::new();
    }
    let mut successors: BTreeMap<&str, Option<bool>> = gone.keys().map(|name| (*name, None)).collect();
    let known: BTreeSet<String> = documents
        .old
        .root()
        .get("components")
        .and_then(|components| components.get("schemas"))
        .iter()
        .flat_map(At::members)
        .map(|(name, _)| name.to_owned())
        .collect();
    references(
        documents.old.root().value,
        Some(documents.new.root().value),
        0,
        &mut |old, new| {
            if let Some(renamed) = component(old).and_then(|name| successors.get_mut(&*name)) {
                let is_new = new.and_then(component).is_some_and(|name| !known.contains(&name));
                // A reference that no longer exists does not count.
                if new.is_some() {
                    *renamed = Some(renamed.unwrap_or(true) && is_new);
                }
            }
        },
    );
    gone.into_iter()
        .filter(|(name, _)| successors.get(name).copied().flatten() != Some(true))
        .collect()
}

/// Calls `visit` for each reference of the old document, together with the one in the same place of the new
/// document.
fn references<'a>(
    old: &'a Value,
    new: Option<&'a Value>,
    depth: usize,
    visit: &mut impl FnMut(&'a str, Option<&'a str>),
) {
    // No document is this deep, whether written by hand or by a generator.
    if depth > 200 {
        return;
    }
    match old {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                visit(
                    reference,
                    new.and_then(|new| new.get("$ref")).and_then(Value::as_str),
                );
            }
            for (name, value) in members {
                references(value, new.and_then(|new| new.get(name)), depth + 1, visit);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                references(value, new.and_then(|new| new.get(index)), depth + 1, visit);
            }
        }
        _ => {}
    }
}

/// The name of the schema component that a reference leads to.
fn component(reference: &str) -> Option<String> {
    let place = pointer::of_reference(reference)?;
    pointer::component(&place, "schemas").map(Into::into)
}

/// Findings about the version of the new document, given that there are breaking changes.
///
/// Versions that do not follow Semantic Versioning 2.0.0 are not judged. Below 1.0.0, the minor part counts
/// as major.
pub(crate) fn judge_version(old: &Document<'_>, new: &Document<'_>) -> Option<Change> {
    let old = old.root().get("info")?.get("version")?;
    let new = new.root().get("info")?.get("version")?;
    let (before, after) = (semver(old.value.as_str()?)?, semver(new.value.as_str()?)?);
    let significant = |(major, minor, _): (u64, u64, u64)| if major == 0 { (0, minor) } else { (major, 0) };
    let rule = if before == after {
        &NOT_BUMPED
    } else if after < before {
        &DECREASED
    } else if significant(before) == significant(after) {
        &MAJOR_NOT_BUMPED
    } else {
        return None;
    };
    let change = Change::new(
        rule,
        Place::RequestBody,
        Variance::Sent,
        &old.pointer,
        &new.pointer,
        "version",
    );
    Some(
        change
            .with("old", old.value.as_str()?)
            .with("new", new.value.as_str()?),
    )
}

/// The major, minor and patch parts of a version. A leading `v` is ignored, and pre-releases are not
/// compared.
fn semver(version: &str) -> Option<(u64, u64, u64)> {
    let version = version.strip_prefix('v').unwrap_or(version);
    let core = version.split(['-', '+']).next()?;
    let mut parts = core.split('.').map(|part| {
        let plain = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let canonical = part == "0" || !part.starts_with('0');
        (plain && canonical).then(|| part.parse().ok()).flatten()
    });
    match (parts.next()?, parts.next()?, parts.next()?, parts.next()) {
        (Some(major), Some(minor), Some(patch), None) => Some((major, minor, patch)),
        _ => None,
    }
}
