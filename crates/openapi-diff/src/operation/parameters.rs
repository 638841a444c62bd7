//! Parameters: pairs the parameters of two operations, and compares them.
//!
//! A parameter is identified by its location and name (OpenAPI 3.1.0, Parameter Object), a path parameter by
//! its position in the template. An object that is exploded into the query counts as one parameter for each
//! property.

use std::collections::{HashMap, HashSet};

use openapi_document::At;
use serde_json::Value;

use super::{
    Operand, Pair, Scope,
    lifecycle::{self, Farewell},
    serialization::{self, Serialization},
};
use crate::{
    change::Change,
    compare::Comparison,
    rule::{Area, BREAKING, INFO, Mirror, Place, Rule, Variance, WARNING},
    schema::Use,
};

static NEW_REQUIRED: Rule = Rule::whole(
    Area::Parameter,
    "new-required-request-parameter",
    BREAKING,
    INFO,
    Mirror::Event("request-parameter-removed"),
    "the required parameter was added",
)
.adding();
static NEW_OPTIONAL: Rule = Rule::both(
    Area::Parameter,
    "new-optional-request-parameter",
    INFO,
    Mirror::Event("request-parameter-removed"),
    "the optional parameter was added",
)
.adding();
static NEW_PATH: Rule = Rule::whole(
    Area::Parameter,
    "new-request-path-parameter",
    BREAKING,
    INFO,
    Mirror::Event("request-parameter-removed"),
    "the path parameter was added",
)
.adding();
static NEW_REQUIRED_OF_PATH: Rule = Rule::whole(
    Area::Parameter,
    "new-required-request-default-parameter-to-existing-path",
    BREAKING,
    INFO,
    Mirror::Event("request-parameter-removed"),
    "the required parameter was added to all operations of the path",
)
.adding();
static NEW_OPTIONAL_OF_PATH: Rule = Rule::both(
    Area::Parameter,
    "new-optional-request-default-parameter-to-existing-path",
    INFO,
    Mirror::Event("request-parameter-removed"),
    "the optional parameter was added to all operations of the path",
)
.adding();
static REMOVED: Rule = Rule::both(
    Area::Parameter,
    "request-parameter-removed",
    WARNING,
    Mirror::Event("new-optional-request-parameter"),
    "the parameter was removed{instead}",
)
.removing();
static REMOVED_DEPRECATED: Rule = Rule::both(
    Area::Parameter,
    "request-parameter-removed-with-deprecation",
    INFO,
    Mirror::Event("new-optional-request-parameter"),
    "the parameter was removed after it was deprecated{instead}",
)
.removing();
static REMOVED_EARLY: Rule = Rule::both(
    Area::Parameter,
    "request-parameter-removed-before-sunset",
    BREAKING,
    Mirror::Event("new-optional-request-parameter"),
    "the parameter was removed before the promised sunset {sunset}{instead}",
)
.removing();
static BECAME_REQUIRED: Rule = Rule::whole(
    Area::Parameter,
    "request-parameter-became-required",
    BREAKING,
    INFO,
    Mirror::Event("request-parameter-became-optional"),
    "the parameter became required",
);
static BECAME_OPTIONAL: Rule = Rule::whole(
    Area::Parameter,
    "request-parameter-became-optional",
    INFO,
    BREAKING,
    Mirror::Event("request-parameter-became-required"),
    "the parameter became optional",
);
pub(super) static RULES: &[&Rule] = &[
    &NEW_REQUIRED,
    &NEW_OPTIONAL,
    &NEW_PATH,
    &NEW_REQUIRED_OF_PATH,
    &NEW_OPTIONAL_OF_PATH,
    &REMOVED,
    &REMOVED_DEPRECATED,
    &REMOVED_EARLY,
    &BECAME_REQUIRED,
    &BECAME_OPTIONAL,
];

/// A parameter of an operation.
#[derive(Debug, Clone)]
struct Parameter<'a> {
    at: At<'a>,
    location: &'a str,
    name: &'a str,
    identity: Identity,
    required: bool,
    /// Whether it is declared at the path item, not at the operation.
    of_path: bool,
    serialization: Serialization<'a>,
}

/// The identity of a parameter in both documents.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Identity {
    /// The position in the path template.
    Path(usize),
    Named {
        location: String,
        name: String,
    },
}

impl Parameter<'_> {
    fn subject(&self) -> String {
        format!("{} parameter {}", self.location, self.name)
    }
}

pub(super) fn compare<'a>(comparison: &mut Comparison<'a>, scope: &Scope, pair: &Pair<Operand<'a>>) {
    let parameters = expanded(&pair.map(parameters));
    let known: HashMap<_, _> = parameters.new.iter().map(|it| (&it.identity, it)).collect();
    let kept: HashSet<_> = parameters.old.iter().map(|it| &it.identity).collect();
    let added: Vec<_> = parameters
        .new
        .iter()
        .filter(|it| !kept.contains(&it.identity))
        .collect();
    for old in &parameters.old {
        match known.get(&old.identity) {
            Some(new) => compare_parameter(comparison, scope, &Pair::new(old, *new)),
            None => report_removed(comparison, scope, old, &pair.new, &added),
        }
    }
    for new in added {
        let rule = match (new.location, new.of_path, new.required) {
            ("path", _, _) => &NEW_PATH,
            (_, true, true) => &NEW_REQUIRED_OF_PATH,
            (_, true, false) => &NEW_OPTIONAL_OF_PATH,
            (_, false, true) => &NEW_REQUIRED,
            (_, false, false) => &NEW_OPTIONAL,
        };
        let places = Pair::new(pair.old.at.pointer.clone(), new.at.pointer.clone());
        let change = scope.change(rule, scope.request, &places, &new.subject());
        comparison.report(&scope.operation, change);
    }
}

/// The parameters of an operation, including those of its path item that it does not override.
fn parameters<'a>(operand: &Operand<'a>) -> Vec<Parameter<'a>> {
    let mut found: Vec<Parameter<'a>> = Vec::new();
    let mut index = HashMap::new();
    for (holder, of_path) in [(&operand.item, true), (&operand.at, false)] {
        for at in holder.get("parameters").iter().flat_map(At::items) {
            let Some(parameter) = parameter(operand, at, of_path) else {
                continue;
            };
            match index.get(&parameter.identity) {
                Some(place) => found[*place] = parameter,
                None => {
                    index.insert(parameter.identity.clone(), found.len());
                    found.push(parameter);
                }
            }
        }
    }
    found
}

fn parameter<'a>(operand: &Operand<'a>, at: At<'a>, of_path: bool) -> Option<Parameter<'a>> {
    let at = operand.document.resolve(at);
    let name = at.text("name")?;
    let location = at.text("in")?;
    let position = operand.names.iter().position(|known| *known == name);
    let identity = match (location, position) {
        ("path", Some(position)) => Identity::Path(position),
        ("header", _) => {
            let name = name.to_ascii_lowercase();
            // OpenAPI 3.1.0, Parameter Object: header parameters with these names are ignored.
            if matches!(name.as_str(), "accept" | "content-type" | "authorization") {
                return None;
            }
            Identity::named(location, &name)
        }
        ("path" | "query" | "cookie", _) => Identity::named(location, name),
        _ => return None,
    };
    Some(Parameter {
        location,
        name,
        identity,
        required: location == "path" || at.flag("required"),
        of_path,
        serialization: Serialization::of(&at, location),
        at,
    })
}

impl Identity {
    fn named(location: &str, name: &str) -> Self {
        Identity::Named {
            location: location.to_owned(),
            name: name.to_owned(),
        }
    }
}

/// Replaces an exploded object by its properties, if the other side has the properties as separate
/// parameters.
fn expanded<'a>(parameters: &Pair<Vec<Parameter<'a>>>) -> Pair<Vec<Parameter<'a>>> {
    let identities = parameters.map(|all| all.iter().map(|it| it.identity.clone()).collect::<HashSet<_>>());
    let expand = |all: &[Parameter<'a>], others: &HashSet<Identity>| {
        all.iter()
            .flat_map(|parameter| {
                let parts = if others.contains(&parameter.identity) {
                    Vec::new()
                } else {
                    parts(parameter)
                };
                if parts.iter().any(|part| others.contains(&part.identity)) {
                    parts
                } else {
                    vec![parameter.clone()]
                }
            })
            .collect::<Vec<_>>()
    };
    Pair::new(
        expand(&parameters.old, &identities.new),
        expand(&parameters.new, &identities.old),
    )
}

/// The parameters that an exploded object becomes on the wire. Empty for anything else.
fn parts<'a>(parameter: &Parameter<'a>) -> Vec<Parameter<'a>> {
    if !parameter.serialization.is_exploded_form() {
        return Vec::new();
    }
    let Some(schema) = &parameter.serialization.schema else {
        return Vec::new();
    };
    let required = schema
        .value
        .get("required")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    schema
        .get("properties")
        .iter()
        .flat_map(At::members)
        .map(|(name, property)| Parameter {
            name,
            identity: Identity::named(parameter.location, name),
            required: parameter.required && required.iter().any(|it| it.as_str() == Some(name)),
            serialization: parameter.serialization.of_part(property.clone()),
            at: property,
            ..parameter.clone()
        })
        .collect()
}

fn report_removed(
    comparison: &mut Comparison<'_>,
    scope: &Scope,
    old: &Parameter<'_>,
    new: &Operand<'_>,
    added: &[&Parameter<'_>],
) {
    let places = Pair::new(old.at.pointer.clone(), new.at.pointer.clone());
    let change = |rule| scope.change(rule, scope.request, &places, &old.subject());
    let change: Change = match lifecycle::farewell(&old.at, comparison.options.today) {
        Farewell::Due => return,
        Farewell::Unreadable(text) => {
            lifecycle::report_unreadable(
                comparison,
                scope,
                &lifecycle::PARAMETER,
                &places,
                &old.subject(),
                text,
            );
            return;
        }
        // A client that receives a required parameter relies on it.
        Farewell::Sudden if old.required && scope.request == Variance::Received => {
            change(&REMOVED).judged(BREAKING)
        }
        Farewell::Sudden => change(&REMOVED),
        Farewell::Announced => change(&REMOVED_DEPRECATED),
        Farewell::Early(sunset) => change(&REMOVED_EARLY).with("sunset", sunset.to_string()),
    };
    comparison.report(&scope.operation, change.with("instead", instead(old, added)));
}

/// The parameter that may have replaced it: in another location, or under another name.
fn instead(old: &Parameter<'_>, added: &[&Parameter<'_>]) -> String {
    let same_name = added.iter().find(|new| new.name.eq_ignore_ascii_case(old.name));
    let schema = old.serialization.schema.as_ref().map(|at| at.value);
    let mut alike = added.iter().filter(|new| {
        new.location == old.location && new.serialization.schema.as_ref().map(|at| at.value) == schema
    });
    match (same_name, alike.next(), alike.next()) {
        (Some(new), ..) => format!("; it is the {} now", new.subject()),
        (None, Some(new), None) => format!("; it may be the {} now", new.subject()),
        _ => String::new(),
    }
}

fn compare_parameter<'a>(comparison: &mut Comparison<'a>, scope: &Scope, pair: &Pair<&Parameter<'a>>) {
    let Pair { old, new } = pair;
    let what = old.subject();
    let ats = pair.map(|it| it.at.clone());
    lifecycle::compare(comparison, scope, &lifecycle::PARAMETER, &ats, &what);
    let rule = match (old.required, new.required) {
        (false, true) => Some(&BECAME_REQUIRED),
        (true, false) => Some(&BECAME_OPTIONAL),
        _ => None,
    };
    if let Some(rule) = rule {
        let change = scope.change(rule, scope.request, &ats.pointers(), &what);
        comparison.report(&scope.operation, change);
    }
    let serializations = pair.map(|it| it.serialization.clone());
    let usage = Use::new(
        if old.location == "header" {
            Place::HeaderParameter
        } else {
            Place::Parameter
        },
        scope.request,
    )
    .written(serialization::compare(
        comparison,
        scope,
        Place::Parameter,
        &ats,
        &serializations,
        &what,
    ))
    .required(old.required || new.required);
    if let Some(schemas) = serialization::schemas(&ats, &serializations) {
        comparison.schemas(&scope.operation, usage, &schemas.old, &schemas.new);
    }
}
