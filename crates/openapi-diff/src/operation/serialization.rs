//! The serialization of a parameter or a header: `style`, `explode`, and `content` instead of `schema`
//! (OpenAPI 3.1.0, Parameter Object).

use openapi_document::At;
use serde_json::Value;

use super::{Pair, Scope, media_type::MediaType};
use crate::{
    compare::Comparison,
    rule::{Area, BREAKING, INFO, Mirror, Place, Rule, Variance, WARNING},
    schema::Wire,
};

static STYLE: Rule = Rule::both(
    Area::Parameter,
    "request-parameter-style-changed",
    BREAKING,
    Mirror::Itself,
    "the style was changed from {old} to {new}, so the value is written differently",
);
static EXPLODE: Rule = Rule::both(
    Area::Parameter,
    "request-parameter-explode-changed",
    BREAKING,
    Mirror::Itself,
    "explode was changed from {old} to {new}, so the value is written differently",
);
static CONTENT: Rule = Rule::both(
    Area::Parameter,
    "request-parameter-content-changed",
    BREAKING,
    Mirror::Itself,
    "the value is written as {new} instead of {old}",
);
static RESERVED_REFUSED: Rule = Rule::whole(
    Area::Parameter,
    "request-parameter-allow-reserved-removed",
    WARNING,
    INFO,
    Mirror::Event("request-parameter-allow-reserved-added"),
    "reserved characters such as / and ? must be percent-encoded",
);
static RESERVED_ALLOWED: Rule = Rule::whole(
    Area::Parameter,
    "request-parameter-allow-reserved-added",
    INFO,
    WARNING,
    Mirror::Event("request-parameter-allow-reserved-removed"),
    "reserved characters such as / and ? need not be percent-encoded",
);
static EMPTY_REFUSED: Rule = Rule::whole(
    Area::Parameter,
    "request-parameter-allow-empty-value-removed",
    BREAKING,
    INFO,
    Mirror::Event("request-parameter-allow-empty-value-added"),
    "the parameter may no longer be sent without a value",
);
static EMPTY_ALLOWED: Rule = Rule::whole(
    Area::Parameter,
    "request-parameter-allow-empty-value-added",
    INFO,
    BREAKING,
    Mirror::Event("request-parameter-allow-empty-value-removed"),
    "the parameter may be sent without a value",
);
static HEADER_EXPLODE: Rule = Rule::both(
    Area::Parameter,
    "response-header-explode-changed",
    BREAKING,
    Mirror::Itself,
    "explode was changed from {old} to {new}, so the value is written differently",
);
static HEADER_CONTENT: Rule = Rule::both(
    Area::Parameter,
    "response-header-content-changed",
    BREAKING,
    Mirror::Itself,
    "the value is written as {new} instead of {old}",
);

pub(super) static RULES: &[&Rule] = &[
    &STYLE,
    &EXPLODE,
    &CONTENT,
    &RESERVED_REFUSED,
    &RESERVED_ALLOWED,
    &EMPTY_REFUSED,
    &EMPTY_ALLOWED,
    &HEADER_EXPLODE,
    &HEADER_CONTENT,
];

/// How a value is written.
#[derive(Debug, Clone)]
pub(super) struct Serialization<'a> {
    style: &'a str,
    explode: bool,
    /// Whether a client may leave reserved characters unencoded. Only in the query.
    allow_reserved: bool,
    /// Whether a client may send the name without a value. Only in the query.
    allow_empty_value: bool,
    /// The media type, if the value is written as a document of it.
    media_type: Option<&'a str>,
    /// The schema of the value.
    pub(super) schema: Option<At<'a>>,
}

impl<'a> Serialization<'a> {
    /// The serialization of a Parameter Object in this location, or of a Header Object, whose location is
    /// `header`.
    pub(super) fn of(at: &At<'a>, location: &str) -> Self {
        let media_type = at.get("content").and_then(|content| content.members().next());
        let style = at.text("style").unwrap_or(match location {
            "query" | "cookie" => "form",
            _ => "simple",
        });
        Self {
            style,
            explode: at
                .value
                .get("explode")
                .and_then(Value::as_bool)
                .unwrap_or(style == "form"),
            allow_reserved: location == "query" && at.flag("allowReserved"),
            allow_empty_value: location == "query" && at.flag("allowEmptyValue"),
            media_type: media_type.as_ref().map(|(name, _)| *name),
            schema: match media_type {
                Some((_, media_type)) => media_type.get("schema"),
                None => at.get("schema"),
            },
        }
    }

    /// How a property of an exploded object is written.
    pub(super) fn of_part(&self, schema: At<'a>) -> Self {
        Self {
            schema: Some(schema),
            ..self.clone()
        }
    }

    /// Whether each item of an array, or each property of an object, is a separate parameter.
    pub(super) fn is_exploded_form(&self) -> bool {
        self.media_type.is_none() && self.style == "form" && self.explode
    }

    fn format(&self) -> String {
        self.media_type
            .map_or_else(|| format!("style {}", self.style), str::to_owned)
    }
}

/// Compares how a value is written, and returns how. `place` is [`Place::Parameter`] or
/// [`Place::ResponseHeader`].
pub(super) fn compare<'a>(
    comparison: &mut Comparison<'a>,
    scope: &Scope,
    place: Place,
    places: &Pair<At<'_>>,
    pair: &Pair<Serialization<'a>>,
    what: &str,
) -> Wire {
    let header = place == Place::ResponseHeader;
    let Pair { old, new } = pair;
    let difference = if !same_media_type(old.media_type, new.media_type) {
        let rule = if header { &HEADER_CONTENT } else { &CONTENT };
        Some((rule, old.format(), new.format()))
    } else if old.media_type.is_some() {
        None
    } else if old.style != new.style && !header {
        Some((&STYLE, old.style.to_owned(), new.style.to_owned()))
    } else if old.explode != new.explode && explode_matters(comparison, new.style, pair) {
        let rule = if header { &HEADER_EXPLODE } else { &EXPLODE };
        Some((rule, old.explode.to_string(), new.explode.to_string()))
    } else {
        None
    };
    if let Some((rule, old, new)) = difference {
        let change = scope
            .change(rule, Variance::Sent, &places.pointers(), what)
            .with("old", old)
            .with("new", new);
        comparison.report(&scope.operation, change);
    }
    let allowed = [
        (
            old.allow_reserved,
            new.allow_reserved,
            [&RESERVED_REFUSED, &RESERVED_ALLOWED],
        ),
        (
            old.allow_empty_value,
            new.allow_empty_value,
            [&EMPTY_REFUSED, &EMPTY_ALLOWED],
        ),
    ];
    for (old, new, [refused, allowed]) in allowed {
        let rule = match (old, new) {
            (true, false) => refused,
            (false, true) => allowed,
            _ => continue,
        };
        let change = scope.change(rule, scope.request, &places.pointers(), what);
        comparison.report(&scope.operation, change);
    }
    match new.media_type {
        Some(_) => Wire::Json,
        None if new.is_exploded_form() => Wire::ExplodedForm,
        None => Wire::Text,
    }
}

/// The two schemas of a value. A side without a schema accepts everything.
pub(super) fn schemas<'a>(places: &Pair<At<'a>>, pair: &Pair<Serialization<'a>>) -> Option<Pair<At<'a>>> {
    let anything = |at: &At<'a>| At {
        value: &Value::Bool(true),
        pointer: at.pointer.clone(),
    };
    match (&pair.old.schema, &pair.new.schema) {
        (None, None) => None,
        (old, new) => Some(Pair::new(
            old.clone().unwrap_or_else(|| anything(&places.old)),
            new.clone().unwrap_or_else(|| anything(&places.new)),
        )),
    }
}

fn same_media_type(old: Option<&str>, new: Option<&str>) -> bool {
    match (old, new) {
        (None, None) => true,
        (Some(old), Some(new)) => MediaType::of(old) == MediaType::of(new),
        _ => false,
    }
}

/// Whether `explode` affects how a value of these schemas is written (OpenAPI 3.1.0, Style Examples). It
/// never affects an array in style `simple`, an object in style `deepObject`, or a single value.
fn explode_matters<'a>(comparison: &mut Comparison<'a>, style: &str, pair: &Pair<Serialization<'a>>) -> bool {
    let Pair {
        old: Some(old),
        new: Some(new),
    } = pair.map(|it| it.schema.clone())
    else {
        return true;
    };
    let shapes = comparison.shapes(&old, &new);
    (style != "simple" && style != "deepObject" && shapes.old.list && shapes.new.list)
        || (style != "deepObject" && shapes.old.object && shapes.new.object)
}
