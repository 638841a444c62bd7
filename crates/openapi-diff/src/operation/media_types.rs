//! The media types of a body: pairs those that correspond, and reports those that were added or removed.

use openapi_document::At;

use super::{Pair, Scope, encoding, media_type::MediaType};
use crate::{
    compare::Comparison,
    rule::{Area, BREAKING, INFO, Mirror, Place, Rule, WARNING},
    schema::{Use, Wire},
};

static REQUEST_ADDED: Rule = Rule::whole(
    Area::MediaType,
    "request-body-media-type-added",
    INFO,
    BREAKING,
    Mirror::Event("request-body-media-type-removed"),
    "the body may now be {media_type}",
)
.adding();
static REQUEST_REMOVED: Rule = Rule::whole(
    Area::MediaType,
    "request-body-media-type-removed",
    BREAKING,
    INFO,
    Mirror::Event("request-body-media-type-added"),
    "the body may no longer be {media_type}",
)
.removing();
static REQUEST_PARAMETERS: Rule = Rule::whole(
    Area::MediaType,
    "request-body-media-type-name-changed",
    WARNING,
    WARNING,
    Mirror::Itself,
    "the media type was changed from {old} to {new}",
);
static REQUEST_SCHEMA_ADDED: Rule = Rule::whole(
    Area::MediaType,
    "request-body-media-type-schema-added",
    BREAKING,
    INFO,
    Mirror::Event("request-body-media-type-schema-removed"),
    "the body now has a schema; before, it could be anything",
);
static REQUEST_SCHEMA_REMOVED: Rule = Rule::whole(
    Area::MediaType,
    "request-body-media-type-schema-removed",
    INFO,
    WARNING,
    Mirror::Event("request-body-media-type-schema-added"),
    "the schema of the body was removed; the body can now be anything",
);
static RESPONSE_ADDED: Rule = Rule::both(
    Area::MediaType,
    "response-media-type-added",
    INFO,
    Mirror::Event("response-media-type-removed"),
    "the response may now be {media_type}",
)
.adding();
static RESPONSE_REMOVED: Rule = Rule::both(
    Area::MediaType,
    "response-media-type-removed",
    BREAKING,
    Mirror::Event("response-media-type-added"),
    "the response is no longer {media_type}",
)
.removing();
static RESPONSE_SCHEMA_ADDED: Rule = Rule::whole(
    Area::MediaType,
    "response-body-media-type-schema-added",
    BREAKING,
    INFO,
    Mirror::Event("response-body-media-type-schema-removed"),
    "the response now has a schema; before, it could be anything",
);
static RESPONSE_SCHEMA_REMOVED: Rule = Rule::whole(
    Area::MediaType,
    "response-body-media-type-schema-removed",
    INFO,
    WARNING,
    Mirror::Event("response-body-media-type-schema-added"),
    "the schema of the response was removed; the response can now be anything",
);
static NAME_GENERALIZED: Rule = Rule::whole(
    Area::MediaType,
    "response-media-type-name-generalized",
    INFO,
    BREAKING,
    Mirror::Event("response-media-type-name-specialized"),
    "the media type was changed from {old} to the more general {new}",
);
static NAME_SPECIALIZED: Rule = Rule::whole(
    Area::MediaType,
    "response-media-type-name-specialized",
    BREAKING,
    INFO,
    Mirror::Event("response-media-type-name-generalized"),
    "the media type was changed from {old} to the more specific {new}",
);
static NAME_CHANGED: Rule = Rule::whole(
    Area::MediaType,
    "response-media-type-name-changed",
    WARNING,
    WARNING.deviating(),
    Mirror::Itself,
    "the media type was changed from {old} to {new}",
);

pub(super) static RULES: &[&Rule] = &[
    &REQUEST_ADDED,
    &REQUEST_REMOVED,
    &REQUEST_PARAMETERS,
    &REQUEST_SCHEMA_ADDED,
    &REQUEST_SCHEMA_REMOVED,
    &RESPONSE_ADDED,
    &RESPONSE_REMOVED,
    &RESPONSE_SCHEMA_ADDED,
    &RESPONSE_SCHEMA_REMOVED,
    &NAME_GENERALIZED,
    &NAME_SPECIALIZED,
    &NAME_CHANGED,
];

/// A media type, and the place of its object.
#[derive(Debug, Clone)]
struct Entry<'a> {
    name: &'a str,
    parsed: MediaType,
    at: At<'a>,
}

/// Removes the pairs that `alike` accepts from both lists, and returns them.
fn take_pairs<'a>(
    old: &mut Vec<Entry<'a>>,
    new: &mut Vec<Entry<'a>>,
    alike: impl Fn(&MediaType, &MediaType) -> bool,
) -> Vec<Pair<Entry<'a>>> {
    let mut pairs = Vec::new();
    old.retain(|entry| {
        let found = new
            .iter()
            .position(|candidate| alike(&entry.parsed, &candidate.parsed));
        if let Some(index) = found {
            pairs.push(Pair::new(entry.clone(), new.remove(index)));
        }
        found.is_none()
    });
    pairs
}

fn entries<'a>(holder: &At<'a>) -> Vec<Entry<'a>> {
    holder
        .get("content")
        .iter()
        .flat_map(At::members)
        .filter(|(_, at)| at.object().is_some())
        .map(|(name, at)| Entry {
            name,
            parsed: MediaType::of(name),
            at,
        })
        .collect()
}

/// Compares the media types of two request bodies.
pub(super) fn compare_requests<'a>(comparison: &mut Comparison<'a>, scope: &Scope, bodies: &Pair<At<'a>>) {
    let Pair { mut old, mut new } = bodies.map(entries);
    let all_new = new.clone();
    let mut pairs = take_pairs(&mut old, &mut new, MediaType::eq);
    let other_parameters = take_pairs(&mut old, &mut new, MediaType::same_but_for_parameters);
    for pair in &other_parameters {
        let change = scope
            .change(
                &REQUEST_PARAMETERS,
                scope.request,
                &pair.map(|it| it.at.pointer.clone()),
                "request body",
            )
            .with("old", pair.old.name)
            .with("new", pair.new.name);
        comparison.report(&scope.operation, change);
    }
    pairs.extend(other_parameters);
    for entry in old {
        // A type that was sent under its own name may be part of a range that is now accepted.
        if let Some(range) = all_new.iter().find(|it| it.parsed.is_range_around(&entry.parsed)) {
            pairs.push(Pair::new(entry, range.clone()));
            continue;
        }
        let places = Pair::new(entry.at.pointer.clone(), bodies.new.pointer.clone());
        let change = scope.change(&REQUEST_REMOVED, scope.request, &places, "request body");
        comparison.report(&scope.operation, change.with("media_type", entry.name));
    }
    for entry in new {
        let places = Pair::new(bodies.old.pointer.clone(), entry.at.pointer.clone());
        let change = scope.change(&REQUEST_ADDED, scope.request, &places, "request body");
        comparison.report(&scope.operation, change.with("media_type", entry.name));
    }
    for pair in &pairs {
        compare_schemas(comparison, scope, Place::RequestBody, pair, "request body");
        let kind = match (&pair.old.parsed, &pair.new.parsed) {
            (old, new) if old.is_multipart() && new.is_multipart() => encoding::Body::Multipart {
                form_data: old.subtype == "form-data" && new.subtype == "form-data",
            },
            (old, new) if old.is_form() && new.is_form() => encoding::Body::Form,
            // OpenAPI 3.1.0, Media Type Object: for other types, `encoding` is ignored.
            _ => continue,
        };
        encoding::compare(
            comparison,
            scope,
            kind,
            &Pair::new(pair.old.at.clone(), pair.new.at.clone()),
        );
    }
}

/// Compares the media types of two responses.
pub(super) fn compare_responses<'a>(
    comparison: &mut Comparison<'a>,
    scope: &Scope,
    status: &str,
    responses: &Pair<At<'a>>,
) {
    let what = format!("response {status}");
    let Pair { mut old, mut new } = responses.map(entries);
    let mut pairs = take_pairs(&mut old, &mut new, MediaType::eq);
    for (rule, alike) in RENAMED {
        for pair in take_pairs(&mut old, &mut new, alike) {
            let places = pair.map(|it| it.at.pointer.clone());
            let change = scope
                .change(rule, scope.response(), &places, &what)
                .with("old", pair.old.name)
                .with("new", pair.new.name);
            comparison.report(&scope.operation, change);
            pairs.push(pair);
        }
    }
    for entry in old {
        let places = Pair::new(entry.at.pointer.clone(), responses.new.pointer.clone());
        let change = scope.change(&RESPONSE_REMOVED, scope.response(), &places, &what);
        comparison.report(&scope.operation, change.with("media_type", entry.name));
    }
    for entry in new {
        let places = Pair::new(responses.old.pointer.clone(), entry.at.pointer.clone());
        let change = scope.change(&RESPONSE_ADDED, scope.response(), &places, &what);
        comparison.report(&scope.operation, change.with("media_type", entry.name));
    }
    for pair in &pairs {
        compare_schemas(comparison, scope, Place::ResponseBody, pair, &what);
    }
}

/// Whether the old name and the new one are related in some way.
type Alike = fn(&MediaType, &MediaType) -> bool;

/// The ways in which the media type of a response can change.
static RENAMED: [(&Rule, Alike); 3] = [
    (&NAME_CHANGED, MediaType::same_but_for_parameters),
    (&NAME_GENERALIZED, |old, new| new.is_more_general_than(old)),
    (&NAME_SPECIALIZED, MediaType::is_more_general_than),
];

fn compare_schemas<'a>(
    comparison: &mut Comparison<'a>,
    scope: &Scope,
    place: Place,
    pair: &Pair<Entry<'a>>,
    what: &str,
) {
    let request = place == Place::RequestBody;
    let variance = if request { scope.request } else { scope.response() };
    let schemas = pair.map(|it| it.at.get("schema"));
    let (added, removed) = if request {
        (&REQUEST_SCHEMA_ADDED, &REQUEST_SCHEMA_REMOVED)
    } else {
        (&RESPONSE_SCHEMA_ADDED, &RESPONSE_SCHEMA_REMOVED)
    };
    let (rule, places) = match (schemas.old, schemas.new) {
        (Some(old), Some(new)) => {
            let usage = Use::new(place, variance).written(wire(&pair.new.parsed));
            comparison.schemas(&scope.operation, usage, &old, &new);
            return;
        }
        (None, Some(new)) if !says_nothing(&new) => {
            (added, Pair::new(pair.old.at.pointer.clone(), new.pointer))
        }
        (Some(old), None) if !says_nothing(&old) => {
            (removed, Pair::new(old.pointer, pair.new.at.pointer.clone()))
        }
        _ => return,
    };
    let change = scope.change(rule, variance, &places, what);
    comparison.report(&scope.operation, change.with("media_type", pair.old.name));
}

/// How values are written in a body of this type. Only JSON distinguishes numbers from strings. A range may
/// include JSON.
fn wire(media_type: &MediaType) -> Wire {
    let is = |name: &str| media_type.subtype == name || media_type.suffix.as_deref() == Some(name);
    if is("xml") {
        Wire::Xml
    } else if media_type.kind == "text" || is("x-www-form-urlencoded") || is("form-data") {
        Wire::Text
    } else {
        Wire::Json
    }
}

/// Whether a schema obviously accepts everything.
fn says_nothing(schema: &At<'_>) -> bool {
    schema.value == &serde_json::Value::Bool(true) || schema.object().is_some_and(serde_json::Map::is_empty)
}
