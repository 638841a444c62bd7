//! The encoding of the parts of a form or of a multipart body: the Encoding Object (OpenAPI 3.1.0, 4.8.15).
//!
//! A field that an encoding omits has a default that depends on the schema of the part. An encoding that
//! repeats the default is therefore not a change.

use std::collections::BTreeSet;

use openapi_document::At;

use super::{
    Pair, Scope, documents, headers,
    media_type::{MediaType, split_outside_quotes},
};
use crate::{
    compare::Comparison,
    document::Version,
    rule::{Area, BREAKING, INFO, Mirror, Rule, WARNING},
    schema::Shape,
};

static CONTENT_TYPE_CHANGED: Rule = Rule::both(
    Area::MediaType,
    "request-body-encoding-content-type-changed",
    BREAKING,
    Mirror::Itself,
    "the part is written as {new} instead of {old}",
);
static CONTENT_TYPE_WIDENED: Rule = Rule::whole(
    Area::MediaType,
    "request-body-encoding-content-type-widened",
    INFO,
    BREAKING,
    Mirror::Event("request-body-encoding-content-type-narrowed"),
    "the part may be written as {new}, not only as {old}",
);
static CONTENT_TYPE_NARROWED: Rule = Rule::whole(
    Area::MediaType,
    "request-body-encoding-content-type-narrowed",
    BREAKING,
    INFO,
    Mirror::Event("request-body-encoding-content-type-widened"),
    "the part must be written as {new}, no longer as {old}",
);
static STYLE_CHANGED: Rule = Rule::both(
    Area::MediaType,
    "request-body-encoding-style-changed",
    BREAKING,
    Mirror::Itself,
    "the part is written in {new} instead of {old}",
);
static RESERVED_REFUSED: Rule = Rule::whole(
    Area::MediaType,
    "request-body-encoding-allow-reserved-removed",
    WARNING,
    INFO,
    Mirror::Event("request-body-encoding-allow-reserved-added"),
    "reserved characters such as / and ? must be percent-encoded in the part",
);
static RESERVED_ALLOWED: Rule = Rule::whole(
    Area::MediaType,
    "request-body-encoding-allow-reserved-added",
    INFO,
    WARNING,
    Mirror::Event("request-body-encoding-allow-reserved-removed"),
    "reserved characters such as / and ? need not be percent-encoded in the part",
);

pub(super) static RULES: &[&Rule] = &[
    &CONTENT_TYPE_CHANGED,
    &CONTENT_TYPE_WIDENED,
    &CONTENT_TYPE_NARROWED,
    &STYLE_CHANGED,
    &RESERVED_REFUSED,
    &RESERVED_ALLOWED,
];

/// A body with parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/*`.
    Multipart { form_data: bool },
}

/// The encoding of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Written {
    /// As a document of one of these media types.
    As(Vec<String>),
    /// Like a query parameter.
    Styled {
        style: String,
        explode: bool,
        allow_reserved: bool,
    },
}

/// Compares the encodings of the parts of two bodies. The places are those of their Media Type Objects.
pub(super) fn compare<'a>(comparison: &mut Comparison<'a>, scope: &Scope, body: Body, pair: &Pair<At<'a>>) {
    let encodings = pair.map(|at| at.get("encoding"));
    if encodings.old.is_none() && encodings.new.is_none() {
        return;
    }
    let Pair {
        old: Some(old),
        new: Some(new),
    } = pair.map(|at| at.get("schema"))
    else {
        return;
    };
    let parts = comparison.parts(&old, &new);
    let documents = documents(comparison);
    for (name, old_shape) in &parts.old {
        // An added or removed part is reported as an added or removed property.
        let Some(new_shape) = parts.new.get(name) else {
            continue;
        };
        let own = Pair::new(
            encodings.old.as_ref().and_then(|at| at.get(name)),
            encodings.new.as_ref().and_then(|at| at.get(name)),
        );
        if own.old.is_none() && own.new.is_none() {
            continue;
        }
        let written = Pair::new(
            written(body, documents.old.version, own.old.as_ref(), *old_shape),
            written(body, documents.new.version, own.new.as_ref(), *new_shape),
        );
        let holders = Pair::new(
            own.old.unwrap_or_else(|| pair.old.clone()),
            own.new.unwrap_or_else(|| pair.new.clone()),
        );
        let shapes = Pair::new(*old_shape, *new_shape);
        let what = format!("request body: {name}");
        compare_part(comparison, scope, &holders, &written, &shapes, &what);
        if matches!(body, Body::Multipart { .. }) {
            headers::compare_part(comparison, scope, name, &holders);
        }
    }
}

fn compare_part(
    comparison: &mut Comparison<'_>,
    scope: &Scope,
    places: &Pair<At<'_>>,
    written: &Pair<Written>,
    shapes: &Pair<Shape>,
    what: &str,
) {
    let mut report = |rule, arguments: Option<(String, String)>| {
        let mut change = scope.change(rule, scope.request, &places.pointers(), what);
        if let Some((old, new)) = arguments {
            change = change.with("old", old).with("new", new);
        }
        comparison.report(&scope.operation, change);
    };
    let told = Some((written.old.to_string(), written.new.to_string()));
    match (&written.old, &written.new) {
        (Written::As(old), Written::As(new)) => {
            let admits = |outer: &[String], inner: &[String]| {
                inner.iter().all(|inner| {
                    let inner = MediaType::of(inner);
                    outer.iter().any(|outer| {
                        let outer = MediaType::of(outer);
                        outer == inner || outer.is_range_around(&inner)
                    })
                })
            };
            match (admits(new, old), admits(old, new)) {
                (true, true) => {}
                (true, false) => report(&CONTENT_TYPE_WIDENED, told),
                (false, true) => report(&CONTENT_TYPE_NARROWED, told),
                (false, false) => report(&CONTENT_TYPE_CHANGED, told),
            }
        }
        (
            Written::Styled {
                style: old_style,
                explode: was_exploded,
                allow_reserved: was_allowed,
            },
            Written::Styled {
                style: new_style,
                explode,
                allow_reserved,
            },
        ) => {
            let lists = shapes.old.list && shapes.new.list;
            let objects = shapes.old.object && shapes.new.object;
            let compound = lists || objects;
            let explode_matters =
                was_exploded != explode && (lists || (objects && new_style != "deepObject"));
            if (old_style != new_style && compound) || explode_matters {
                report(&STYLE_CHANGED, told);
            }
            match (was_allowed, allow_reserved) {
                (true, false) => report(&RESERVED_REFUSED, None),
                (false, true) => report(&RESERVED_ALLOWED, None),
                _ => {}
            }
        }
        _ => report(&STYLE_CHANGED, told),
    }
}

/// The encoding of a part of this shape, given its Encoding Object.
fn written(body: Body, version: Version, encoding: Option<&At<'_>>, shape: Shape) -> Written {
    // OpenAPI 3.0 has styles only in forms; 3.1 also has them in `multipart/form-data`.
    let knows_styles = match body {
        Body::Form => true,
        Body::Multipart { form_data } => form_data && version == Version::V3_1,
    };
    let member = |name: &str| encoding.and_then(|encoding| encoding.get(name));
    let is_styled = ["style", "explode", "allowReserved"]
        .into_iter()
        .any(|name| member(name).is_some());
    let default = if shape.of_objects {
        "application/json"
    } else if shape.binary {
        "application/octet-stream"
    } else {
        "text/plain"
    };
    let types = match encoding.and_then(|encoding| encoding.text("contentType")) {
        Some(stated) => split_outside_quotes(stated, ',')
            .into_iter()
            .map(|name| name.trim().to_owned())
            .collect(),
        None => vec![default.to_owned()],
    };
    // A form field with a plain text value is written the same way in the default style.
    let plain = body == Body::Form && !shape.of_objects && types.iter().all(|name| is_plain(name));
    if (knows_styles && is_styled) || plain {
        let style = encoding
            .and_then(|encoding| encoding.text("style"))
            .unwrap_or("form");
        return Written::Styled {
            style: style.to_owned(),
            explode: member("explode")
                .and_then(|explode| explode.value.as_bool())
                .unwrap_or(style == "form"),
            allow_reserved: encoding.is_some_and(|encoding| encoding.flag("allowReserved")),
        };
    }
    let mut seen = BTreeSet::new();
    Written::As(
        types
            .into_iter()
            .filter(|name| seen.insert(name.clone()))
            .collect(),
    )
}

fn is_plain(media_type: &str) -> bool {
    MediaType::of(media_type) == MediaType::of("text/plain")
}

impl std::fmt::Display for Written {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Written::As(types) => formatter.write_str(&types.join(" or ")),
            Written::Styled { style, explode, .. } => {
                let with = if *explode { "with" } else { "without" };
                write!(formatter, "style {style} {with} explode")
            }
        }
    }
}
