//! Security: the credentials that a client must send. Security requirements are alternatives. Within one
//! requirement, all schemes and all scopes of a scheme are needed (OpenAPI 3.1.0, Security Requirement
//! Object).
//!
//! The security of the document applies to all operations that declare none. It is compared once, not once
//! for each operation.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use openapi_document::At;
use serde_json::Value;

use super::{Pair, Scope, documents, paths};
use crate::{
    compare::Comparison,
    document::Document,
    rule::{Area, BREAKING, INFO, Mirror, Rule, Variance},
};

/// The rules for security requirements in one place.
struct Requirements {
    added: Rule,
    removed: Rule,
    scope_added: Rule,
    scope_removed: Rule,
}

static OPERATION: Requirements = Requirements {
    added: Rule::whole(
        Area::Security,
        "api-security-added",
        BREAKING.deviating(),
        INFO,
        Mirror::Event("api-security-removed"),
        "{requirement} is now required or accepted",
    ),
    removed: Rule::whole(
        Area::Security,
        "api-security-removed",
        BREAKING.deviating(),
        INFO,
        Mirror::Event("api-security-added"),
        "{requirement} is no longer required or accepted",
    ),
    scope_added: Rule::whole(
        Area::Security,
        "api-security-scope-added",
        BREAKING.deviating(),
        INFO,
        Mirror::Event("api-security-scope-removed"),
        "{scheme} now requires the scope {scope}",
    ),
    scope_removed: Rule::both(
        Area::Security,
        "api-security-scope-removed",
        INFO,
        Mirror::Event("api-security-scope-added"),
        "{scheme} no longer requires the scope {scope}",
    ),
};

static DOCUMENT: Requirements = Requirements {
    added: Rule::whole(
        Area::Security,
        "api-global-security-added",
        BREAKING.deviating(),
        INFO,
        Mirror::Event("api-global-security-removed"),
        "{requirement} is now required or accepted for operations that declare no security",
    ),
    removed: Rule::whole(
        Area::Security,
        "api-global-security-removed",
        BREAKING.deviating(),
        INFO,
        Mirror::Event("api-global-security-added"),
        "{requirement} is no longer required or accepted for operations that declare no security",
    ),
    scope_added: Rule::whole(
        Area::Security,
        "api-global-security-scope-added",
        BREAKING.deviating(),
        INFO,
        Mirror::Event("api-global-security-scope-removed"),
        "{scheme} now requires the scope {scope} for operations that declare no security",
    ),
    scope_removed: Rule::both(
        Area::Security,
        "api-global-security-scope-removed",
        INFO,
        Mirror::Event("api-global-security-scope-added"),
        "{scheme} no longer requires the scope {scope} for operations that declare no security",
    ),
};

static COMPONENT_ADDED: Rule = Rule::both(
    Area::Security,
    "api-security-component-added",
    INFO,
    Mirror::Event("api-security-component-removed"),
    "the security scheme was added",
);
static COMPONENT_REMOVED: Rule = Rule::both(
    Area::Security,
    "api-security-component-removed",
    INFO,
    Mirror::Event("api-security-component-added"),
    "the security scheme was removed",
);
static FLOW_ADDED: Rule = Rule::both(
    Area::Security,
    "api-security-component-oauth-flow-added",
    INFO,
    Mirror::Event("api-security-component-oauth-flow-removed"),
    "the flow {flow} was added",
);
static FLOW_REMOVED: Rule = Rule::both(
    Area::Security,
    "api-security-component-oauth-flow-removed",
    INFO,
    Mirror::Event("api-security-component-oauth-flow-added"),
    "the flow {flow} was removed",
);
static SCOPE_ADDED: Rule = Rule::both(
    Area::Security,
    "api-security-component-oauth-scope-added",
    INFO,
    Mirror::Event("api-security-component-oauth-scope-removed"),
    "the scope {scope} was added",
);
static SCOPE_REMOVED: Rule = Rule::both(
    Area::Security,
    "api-security-component-oauth-scope-removed",
    INFO,
    Mirror::Event("api-security-component-oauth-scope-added"),
    "the scope {scope} was removed",
);
static SCOPE_CHANGED: Rule = Rule::both(
    Area::Security,
    "api-security-component-oauth-scope-changed",
    INFO,
    Mirror::Itself,
    "the description of the scope {scope} was changed",
);

/// The rules for changed members of a security scheme.
static MEMBERS: [(&str, Rule); 5] = [
    (
        "type",
        Rule::both(
            Area::Security,
            "api-security-component-type-changed",
            BREAKING.deviating(),
            Mirror::Itself,
            "the type was changed from {old} to {new}",
        ),
    ),
    (
        "scheme",
        Rule::both(
            Area::Security,
            "api-security-component-scheme-changed",
            BREAKING,
            Mirror::Itself,
            "the HTTP authentication scheme was changed from {old} to {new}",
        ),
    ),
    (
        "in",
        Rule::both(
            Area::Security,
            "api-security-component-in-changed",
            BREAKING,
            Mirror::Itself,
            "the key was moved from the {old} to the {new}",
        ),
    ),
    (
        "name",
        Rule::both(
            Area::Security,
            "api-security-component-name-changed",
            BREAKING,
            Mirror::Itself,
            "the name of the key was changed from {old} to {new}",
        ),
    ),
    (
        "openIdConnectUrl",
        Rule::both(
            Area::Security,
            "api-security-component-open-id-connect-url-changed",
            INFO,
            Mirror::Itself,
            "the discovery URL was changed from {old} to {new}",
        ),
    ),
];

/// The rules for changed members of a flow.
static FLOW_MEMBERS: [(&str, Rule); 3] = [
    (
        "authorizationUrl",
        Rule::both(
            Area::Security,
            "api-security-component-oauth-url-changed",
            INFO,
            Mirror::Itself,
            "the authorization URL was changed from {old} to {new}",
        ),
    ),
    (
        "tokenUrl",
        Rule::both(
            Area::Security,
            "api-security-component-oauth-token-url-changed",
            INFO,
            Mirror::Itself,
            "the token URL was changed from {old} to {new}",
        ),
    ),
    (
        "refreshUrl",
        Rule::both(
            Area::Security,
            "api-security-component-oauth-refresh-url-changed",
            INFO,
            Mirror::Itself,
            "the refresh URL was changed from {old} to {new}",
        ),
    ),
];

pub(super) static RULES: &[&Rule] = &[
    &OPERATION.added,
    &OPERATION.removed,
    &OPERATION.scope_added,
    &OPERATION.scope_removed,
    &DOCUMENT.added,
    &DOCUMENT.removed,
    &DOCUMENT.scope_added,
    &DOCUMENT.scope_removed,
    &COMPONENT_ADDED,
    &COMPONENT_REMOVED,
    &FLOW_ADDED,
    &FLOW_REMOVED,
    &SCOPE_ADDED,
    &SCOPE_REMOVED,
    &SCOPE_CHANGED,
    &MEMBERS[0].1,
    &MEMBERS[1].1,
    &MEMBERS[2].1,
    &MEMBERS[3].1,
    &MEMBERS[4].1,
    &FLOW_MEMBERS[0].1,
    &FLOW_MEMBERS[1].1,
    &FLOW_MEMBERS[2].1,
];

/// One alternative: the schemes that are required together, each with its scopes.
type Alternative = BTreeMap<String, BTreeSet<String>>;

/// Compares the security of two operations.
pub(super) fn compare(comparison: &mut Comparison<'_>, scope: &Scope, operations: &Pair<At<'_>>) {
    let own = operations.map(|at| at.get("security"));
    if own.old.is_none() && own.new.is_none() {
        return;
    }
    let documents = documents(comparison);
    let places = Pair::new(
        own.old
            .as_ref()
            .map_or_else(|| operations.old.pointer.clone(), |at| at.pointer.clone()),
        own.new
            .as_ref()
            .map_or_else(|| operations.new.pointer.clone(), |at| at.pointer.clone()),
    );
    let effective = Pair::new(
        own.old.or_else(|| documents.old.root().get("security")),
        own.new.or_else(|| documents.new.root().get("security")),
    );
    let lists = alternatives(&documents, &effective);
    for (rule, breaks, arguments) in differences(&OPERATION, &lists) {
        let mut change = scope.change(rule, scope.request, &places, "security");
        if !breaks {
            change = change.judged(INFO);
        }
        for (name, value) in arguments {
            change = change.with(name, value);
        }
        comparison.report(&scope.operation, change);
    }
}

/// Compares the default security of the documents, and the security schemes that they declare.
pub(super) fn compare_documents(comparison: &mut Comparison<'_>) {
    let documents = documents(comparison);
    let scope = Scope::outgoing(None);
    let roots = documents.map(|document| document.root());
    let security = roots.map(|root| root.get("security"));
    let places = Pair::new(
        security.old.as_ref().unwrap_or(&roots.old).pointer.clone(),
        security.new.as_ref().unwrap_or(&roots.new).pointer.clone(),
    );
    // A default that no operation uses does not break any operation.
    let relied_on = paths::operations(documents.old)
        .iter()
        .any(|operation| operation.operand().at.get("security").is_none());
    for (rule, breaks, arguments) in differences(&DOCUMENT, &alternatives(&documents, &security)) {
        let mut change = scope.change(rule, scope.request, &places, "security");
        if !breaks || !relied_on {
            change = change.judged(INFO);
        }
        for (name, value) in arguments {
            change = change.with(name, value);
        }
        comparison.report(&None, change);
    }
    compare_components(comparison, &scope);
}

/// The alternatives of both sides. Empty if no alternative requires anything. A scheme that was only renamed
/// keeps its old name.
fn alternatives(documents: &Pair<&Document<'_>>, lists: &Pair<Option<At<'_>>>) -> Pair<Vec<Alternative>> {
    let names = renamed(documents);
    let read = |list: &Option<At<'_>>, rename: bool| {
        let alternatives: Vec<Alternative> = list
            .iter()
            .flat_map(At::items)
            .filter(|item| item.object().is_some())
            .map(|item| {
                item.members()
                    .map(|(scheme, scopes)| {
                        let known = names.get(scheme).filter(|_| rename);
                        let scopes = scopes
                            .items()
                            .filter_map(|it| it.value.as_str().map(str::to_owned));
                        (known.map_or(scheme, |old| old).to_owned(), scopes.collect())
                    })
                    .collect()
            })
            .collect();
        if alternatives.iter().all(BTreeMap::is_empty) {
            Vec::new()
        } else {
            alternatives
        }
    };
    Pair::new(read(&lists.old, false), read(&lists.new, true))
}

/// The new names of renamed schemes, with their old names.
fn renamed<'a>(documents: &Pair<&'a Document<'a>>) -> HashMap<&'a str, &'a str> {
    let schemes = documents.map(|document| schemes(document));
    let definition = |at: &At<'a>| {
        let mut members: BTreeMap<_, _> = at.object().into_iter().flatten().collect();
        members.retain(|name, _| *name != "description" && !name.starts_with("x-"));
        members
    };
    let gone = schemes
        .old
        .iter()
        .filter(|(name, _)| !schemes.new.contains_key(*name));
    gone.filter_map(|(old, at)| {
        let mut alike = schemes.new.iter().filter(|(name, candidate)| {
            !schemes.old.contains_key(*name) && definition(candidate) == definition(at)
        });
        match (alike.next(), alike.next()) {
            (Some((new, _)), None) => Some((*new, *old)),
            _ => None,
        }
    })
    .collect()
}

type Difference = (&'static Rule, bool, Vec<(&'static str, String)>);

/// The differences between two lists of alternatives, and whether a client that satisfied the old list can
/// fail.
fn differences(rules: &'static Requirements, lists: &Pair<Vec<Alternative>>) -> Vec<Difference> {
    let Pair { old, new } = lists;
    // A list without alternatives requires nothing. The same is true for an empty alternative.
    let known = |it: &&Alternative, others: &[Alternative]| {
        others.contains(it) || (others.is_empty() && it.is_empty())
    };
    let mut gone: Vec<_> = old.iter().filter(|it| !known(it, new)).collect();
    let mut added: Vec<_> = new.iter().filter(|it| !known(it, old)).collect();
    // A client that satisfied this alternative also satisfies the new list.
    let still_enough =
        |alternative: &Alternative| new.is_empty() || new.iter().any(|it| asks_no_more(it, alternative));
    let mut found: Vec<Difference> = Vec::new();

    let same_schemes = |a: &Alternative, b: &Alternative| a.keys().eq(b.keys());
    gone.retain(|alternative| {
        let alone = old
            .iter()
            .filter(|it| !new.contains(it) && same_schemes(it, alternative))
            .count()
            == 1;
        let mut candidates = added
            .iter()
            .enumerate()
            .filter(|(_, it)| same_schemes(it, alternative));
        let (Some((index, _)), None, true) = (candidates.next(), candidates.next(), alone) else {
            return true;
        };
        let counterpart = added.remove(index);
        let breaks = !still_enough(alternative);
        for (scheme, scopes) in alternative.iter() {
            let Some(others) = counterpart.get(scheme) else {
                continue;
            };
            let argument = |scope: &String| vec![("scheme", scheme.clone()), ("scope", scope.clone())];
            let gained = others.difference(scopes);
            found.extend(gained.map(|scope| (&rules.scope_added, breaks, argument(scope))));
            let lost = scopes.difference(others);
            found.extend(lost.map(|scope| (&rules.scope_removed, false, argument(scope))));
        }
        false
    });
    for alternative in gone {
        let argument = vec![("requirement", text(alternative))];
        found.push((&rules.removed, !still_enough(alternative), argument));
    }
    let closes = old.is_empty() && !still_enough(&Alternative::new());
    for alternative in added {
        found.push((&rules.added, closes, vec![("requirement", text(alternative))]));
    }
    found
}

/// Whether the second includes everything that the first requires.
fn asks_no_more(wanted: &Alternative, shown: &Alternative) -> bool {
    wanted
        .iter()
        .all(|(scheme, scopes)| shown.get(scheme).is_some_and(|known| scopes.is_subset(known)))
}

fn text(alternative: &Alternative) -> String {
    if alternative.is_empty() {
        return "no security".to_owned();
    }
    let schemes: Vec<_> = alternative
        .iter()
        .map(|(scheme, scopes)| match scopes.len() {
            0 => scheme.clone(),
            _ => {
                let scopes: Vec<_> = scopes.iter().map(String::as_str).collect();
                format!("{scheme} ({})", scopes.join(", "))
            }
        })
        .collect();
    schemes.join(" and ")
}

fn schemes<'a>(document: &'a Document<'a>) -> BTreeMap<&'a str, At<'a>> {
    document
        .root()
        .get("components")
        .and_then(|components| components.get("securitySchemes"))
        .iter()
        .flat_map(At::members)
        .map(|(name, at)| (name, document.resolve(at)))
        .filter(|(_, at)| at.object().is_some())
        .collect()
}

fn compare_components(comparison: &mut Comparison<'_>, scope: &Scope) {
    let documents = documents(comparison);
    let schemes = documents.map(|document| schemes(document));
    let roots = documents.map(|document| document.root().pointer.child("components"));
    for (name, old) in &schemes.old {
        let what = format!("security scheme {name}");
        match schemes.new.get(name) {
            Some(new) => compare_scheme(comparison, scope, &Pair::new(old.clone(), new.clone()), &what),
            None => {
                let places = Pair::new(old.pointer.clone(), roots.new.clone());
                let change = scope.change(&COMPONENT_REMOVED, Variance::Sent, &places, &what);
                comparison.report(&None, change);
            }
        }
    }
    for (name, new) in &schemes.new {
        if !schemes.old.contains_key(name) {
            let places = Pair::new(roots.old.clone(), new.pointer.clone());
            let what = format!("security scheme {name}");
            let change = scope.change(&COMPONENT_ADDED, Variance::Sent, &places, &what);
            comparison.report(&None, change);
        }
    }
}

fn compare_scheme(comparison: &mut Comparison<'_>, scope: &Scope, pair: &Pair<At<'_>>, what: &str) {
    compare_members(comparison, scope, &MEMBERS, pair, what);
    let flows = pair.map(|at| at.get("flows"));
    let members = flows.map(|flows| {
        flows
            .iter()
            .flat_map(At::members)
            .collect::<BTreeMap<&str, At<'_>>>()
    });
    for (name, old) in &members.old {
        match members.new.get(name) {
            Some(new) => compare_flow(comparison, scope, &Pair::new(old.clone(), new.clone()), what),
            None => {
                let places = Pair::new(old.pointer.clone(), pair.new.pointer.clone());
                let change = scope.change(&FLOW_REMOVED, Variance::Sent, &places, what);
                comparison.report(&None, change.with("flow", *name));
            }
        }
    }
    for (name, new) in &members.new {
        if !members.old.contains_key(name) {
            let places = Pair::new(pair.old.pointer.clone(), new.pointer.clone());
            let change = scope.change(&FLOW_ADDED, Variance::Sent, &places, what);
            comparison.report(&None, change.with("flow", *name));
        }
    }
}

fn compare_flow(comparison: &mut Comparison<'_>, scope: &Scope, pair: &Pair<At<'_>>, what: &str) {
    compare_members(comparison, scope, &FLOW_MEMBERS, pair, what);
    let scopes = pair.map(|flow| {
        flow.get("scopes")
            .iter()
            .flat_map(At::members)
            .collect::<BTreeMap<&str, At<'_>>>()
    });
    let names: BTreeSet<_> = scopes.old.keys().chain(scopes.new.keys()).collect();
    for name in names {
        let (rule, places) = match (scopes.old.get(name), scopes.new.get(name)) {
            (Some(old), None) => (
                &SCOPE_REMOVED,
                Pair::new(old.pointer.clone(), pair.new.pointer.clone()),
            ),
            (None, Some(new)) => (
                &SCOPE_ADDED,
                Pair::new(pair.old.pointer.clone(), new.pointer.clone()),
            ),
            (Some(old), Some(new)) if old.value != new.value => (
                &SCOPE_CHANGED,
                Pair::new(old.pointer.clone(), new.pointer.clone()),
            ),
            _ => continue,
        };
        let change = scope.change(rule, Variance::Sent, &places, what);
        comparison.report(&None, change.with("scope", *name));
    }
}

fn compare_members(
    comparison: &mut Comparison<'_>,
    scope: &Scope,
    rules: &'static [(&str, Rule)],
    pair: &Pair<At<'_>>,
    what: &str,
) {
    let other_type = pair.old.text("type") != pair.new.text("type");
    for (name, rule) in rules {
        // Another type has other members. These are not additional changes.
        if other_type && *name != "type" {
            continue;
        }
        let members = pair.map(|at| at.value.get(*name).and_then(Value::as_str).unwrap_or_default());
        let same = match *name {
            // RFC 9110: the names of authentication schemes and of headers are case-insensitive.
            "scheme" | "name" => members.old.eq_ignore_ascii_case(members.new),
            _ => members.old == members.new,
        };
        if !same {
            let change = scope.change(rule, Variance::Sent, &pair.pointers(), what);
            comparison.report(&None, change.with("old", members.old).with("new", members.new));
        }
    }
}
