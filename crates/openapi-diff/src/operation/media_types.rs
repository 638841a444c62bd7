//! The media types of a body: which stand for each other, and what it means when one comes or goes.
//!
//! Names are compared as RFC 9110, 8.3.1 has it: type, subtype and the names of parameters without case. `application/json` is more
//! general than `application/problem+json` (RFC 6839), and a range such as `*/*` than all that it matches. The parameters `charset`,
//! `boundary` and `q` say nothing of what is in a body; all others do, such as a `version` or a `profile`.

use super::{Pair, Scope, encoding};
use crate::{
    compare::Comparison,
    document::At,
    rule::{BREAKING, INFO, Mirror, Place, Rule, WARNING},
    schema::{Use, Wire},
};

static REQUEST_ADDED: Rule = Rule::whole(
    "request-body-media-type-added",
    INFO,
    BREAKING,
    Mirror::Event("request-body-media-type-removed"),
    "the body may be {media_type} now",
);
static REQUEST_REMOVED: Rule = Rule::whole(
    "request-body-media-type-removed",
    BREAKING,
    INFO,
    Mirror::Event("request-body-media-type-added"),
    "the body may no longer be {media_type}",
);
static REQUEST_PARAMETERS: Rule = Rule::whole(
    "request-body-media-type-name-changed",
    WARNING,
    WARNING,
    Mirror::Itself,
    "the media type was changed from {old} to {new}",
);
static REQUEST_SCHEMA_ADDED: Rule = Rule::whole(
    "request-body-media-type-schema-added",
    BREAKING,
    INFO,
    Mirror::Event("request-body-media-type-schema-removed"),
    "the body could be anything, and has a schema now",
);
static REQUEST_SCHEMA_REMOVED: Rule = Rule::whole(
    "request-body-media-type-schema-removed",
    INFO,
    WARNING,
    Mirror::Event("request-body-media-type-schema-added"),
    "the body lost its schema, and can be anything",
);
static RESPONSE_ADDED: Rule = Rule::both(
    "response-media-type-added",
    INFO,
    Mirror::Event("response-media-type-removed"),
    "the response may be {media_type} now",
);
static RESPONSE_REMOVED: Rule = Rule::both(
    "response-media-type-removed",
    BREAKING,
    Mirror::Event("response-media-type-added"),
    "the response is no longer {media_type}",
);
static RESPONSE_SCHEMA_ADDED: Rule = Rule::whole(
    "response-body-media-type-schema-added",
    BREAKING,
    INFO,
    Mirror::Event("response-body-media-type-schema-removed"),
    "the response could be anything, and has a schema now",
);
static RESPONSE_SCHEMA_REMOVED: Rule = Rule::whole(
    "response-body-media-type-schema-removed",
    INFO,
    WARNING,
    Mirror::Event("response-body-media-type-schema-added"),
    "the response lost its schema, and can be anything",
);
static NAME_GENERALIZED: Rule = Rule::whole(
    "response-media-type-name-generalized",
    INFO,
    BREAKING,
    Mirror::Event("response-media-type-name-specialized"),
    "the media type was changed from {old} to the more general {new}",
);
static NAME_SPECIALIZED: Rule = Rule::whole(
    "response-media-type-name-specialized",
    BREAKING,
    INFO,
    Mirror::Event("response-media-type-name-generalized"),
    "the media type was changed from {old} to the more special {new}",
);
static NAME_CHANGED: Rule = Rule::whole(
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

/// A media type, and where its object stands.
#[derive(Debug, Clone)]
struct Entry<'a> {
    name: &'a str,
    parsed: MediaType,
    at: At<'a>,
}

/// The name of a media type, or of a range of them, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MediaType {
    kind: String,
    /// Without the suffix.
    subtype: String,
    suffix: Option<String>,
    /// Those that tell what is in the body, sorted.
    parameters: Vec<(String, String)>,
}

impl MediaType {
    pub(super) fn of(name: &str) -> Self {
        let mut parts = split_outside_quotes(name, ';').into_iter();
        let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/').unwrap_or((&essence, ""));
        let (subtype, suffix) = match subtype.rsplit_once('+') {
            Some((subtype, suffix)) => (subtype, Some(suffix.to_owned())),
            None => (subtype, None),
        };
        let mut parameters: Vec<_> = parts
            .filter_map(|part| part.split_once('='))
            .map(|(name, value)| {
                let value = value.trim().trim_matches('"');
                (name.trim().to_ascii_lowercase(), value.to_owned())
            })
            .filter(|(name, _)| !matches!(name.as_str(), "charset" | "boundary" | "q"))
            .collect();
        parameters.sort();
        Self {
            kind: kind.to_owned(),
            subtype: subtype.to_owned(),
            suffix,
            parameters,
        }
    }

    /// Whether it is a type that has parts, each with its own media type (RFC 2046, 5.1).
    fn is_multipart(&self) -> bool {
        self.kind == "multipart"
    }

    /// Whether it is an HTML form, whose parts are pairs of a name and a value.
    fn is_form(&self) -> bool {
        (self.kind.as_str(), self.subtype.as_str()) == ("application", "x-www-form-urlencoded")
    }

    fn same_but_for_parameters(&self, other: &Self) -> bool {
        (&self.kind, &self.subtype, &self.suffix) == (&other.kind, &other.subtype, &other.suffix)
    }

    /// Whether this is a range around the other.
    pub(super) fn is_range_around(&self, other: &Self) -> bool {
        self.subtype == "*"
            && (self.kind == "*" || self.kind == other.kind)
            && !self.same_but_for_parameters(other)
    }

    /// Whether whoever takes this can take the other as well.
    fn is_more_general_than(&self, other: &Self) -> bool {
        let suffixed =
            self.kind == other.kind && self.suffix.is_none() && other.suffix.as_ref() == Some(&self.subtype);
        suffixed || self.is_range_around(other)
    }
}

/// The parts of a text between separators that stand in no quoted string (RFC 9110, 5.6.4).
pub(super) fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(|character: char| {
        let escapes = quoted && !escaped && character == '\\';
        if character == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = escapes;
        character == separator && !quoted
    })
    .collect()
}

/// Takes the pairs that `alike` accepts out of both lists.
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
        // What is sent under its own name may fall into a range that is accepted now.
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
            // OpenAPI 3.1.0, Media Type Object: of other types an encoding says nothing.
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

/// In what ways a response may be renamed.
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

/// How values are written in a body of this type. Only JSON tells a number from a string; of a range nothing is known, so that JSON may
/// be meant.
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

/// Whether a schema accepts everything, on its face.
fn says_nothing(schema: &At<'_>) -> bool {
    schema.value == &serde_json::Value::Bool(true) || schema.object().is_some_and(serde_json::Map::is_empty)
}
