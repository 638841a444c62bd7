//! The length, the pattern and the content of strings.

use crate::{
    rule::{BREAKING, INFO, Mirror, NONE, Rule, WARNING},
    schema::{compare::Compare, normal::Normal},
};

pub(super) static RULES: &[&Rule] = &[
    &MAX_LENGTH_SET,
    &MAX_LENGTH_UNSET,
    &MAX_LENGTH_DECREASED,
    &MAX_LENGTH_INCREASED,
    &MIN_LENGTH_INCREASED,
    &MIN_LENGTH_DECREASED,
    &PATTERN_ADDED,
    &PATTERN_REMOVED,
    &PATTERN_CHANGED,
    &PATTERN_GENERALIZED,
    &PATTERN_SPECIALIZED,
    &CONTENT_MEDIA_TYPE_CHANGED,
    &CONTENT_ENCODING_CHANGED,
    &CONTENT_SCHEMA_ADDED,
    &CONTENT_SCHEMA_REMOVED,
];

static MAX_LENGTH_SET: Rule = Rule::schema(
    "max-length-set",
    WARNING,
    NONE,
    Mirror::Event("max-length-unset"),
    "the maximum length was set to {new}",
);
static MAX_LENGTH_UNSET: Rule = Rule::schema(
    "max-length-unset",
    NONE,
    BREAKING,
    Mirror::Event("max-length-set"),
    "the maximum length of {old} was removed",
);
static MAX_LENGTH_DECREASED: Rule = Rule::schema(
    "max-length-decreased",
    BREAKING,
    NONE,
    Mirror::Event("max-length-increased"),
    "the maximum length was lowered from {old} to {new}",
);
static MAX_LENGTH_INCREASED: Rule = Rule::schema(
    "max-length-increased",
    INFO,
    BREAKING,
    Mirror::Event("max-length-decreased"),
    "the maximum length was raised from {old} to {new}",
);
static MIN_LENGTH_INCREASED: Rule = Rule::schema(
    "min-length-increased",
    BREAKING,
    NONE,
    Mirror::Event("min-length-decreased"),
    "the minimum length was raised from {old} to {new}",
);
static MIN_LENGTH_DECREASED: Rule = Rule::schema(
    "min-length-decreased",
    INFO,
    BREAKING,
    Mirror::Event("min-length-increased"),
    "the minimum length was lowered from {old} to {new}",
);
static PATTERN_ADDED: Rule = Rule::schema(
    "pattern-added",
    BREAKING,
    INFO,
    Mirror::Event("pattern-removed"),
    "the pattern {new} was added",
);
static PATTERN_REMOVED: Rule = Rule::schema(
    "pattern-removed",
    INFO,
    WARNING.deviating(),
    Mirror::Event("pattern-added"),
    "the pattern {old} was removed",
);
static PATTERN_CHANGED: Rule = Rule::schema(
    "pattern-changed",
    WARNING,
    WARNING.deviating(),
    Mirror::Itself,
    "the pattern was changed from {old} to {new}",
);
static PATTERN_GENERALIZED: Rule = Rule::schema(
    "pattern-generalized",
    INFO,
    WARNING.deviating(),
    Mirror::Event("pattern-specialized"),
    "the pattern was changed from {old} to one that every string matches",
)
.named("pattern-generalized", "pattern-changed");
static PATTERN_SPECIALIZED: Rule = Rule::schema(
    "pattern-specialized",
    BREAKING.deviating(),
    INFO,
    Mirror::Event("pattern-generalized"),
    "the pattern was changed from one that every string matches to {new}",
)
.named("pattern-changed", "pattern-changed");
static CONTENT_MEDIA_TYPE_CHANGED: Rule = Rule::schema(
    "content-media-type-changed",
    BREAKING,
    BREAKING,
    Mirror::Itself,
    "the media type of the string was changed from {old} to {new}",
);
static CONTENT_ENCODING_CHANGED: Rule = Rule::schema(
    "content-encoding-changed",
    BREAKING,
    BREAKING,
    Mirror::Itself,
    "the encoding of the string was changed from {old} to {new}",
);
static CONTENT_SCHEMA_ADDED: Rule = Rule::schema(
    "content-schema-added",
    BREAKING,
    INFO,
    Mirror::Event("content-schema-removed"),
    "the content of the string must now match a schema",
);
static CONTENT_SCHEMA_REMOVED: Rule = Rule::schema(
    "content-schema-removed",
    INFO,
    BREAKING,
    Mirror::Event("content-schema-added"),
    "the content of the string no longer needs to match a schema",
);

pub(super) fn compare(pair: &mut Compare<'_, '_>) {
    let (old, new) = (pair.old.clone(), pair.new.clone());
    lengths(pair, &old, &new);
    patterns(pair, &old, &new);
    let texts = [
        (
            &CONTENT_MEDIA_TYPE_CHANGED,
            "contentMediaType",
            old.content.media_type,
            new.content.media_type,
        ),
        (
            &CONTENT_ENCODING_CHANGED,
            "contentEncoding",
            old.content.encoding,
            new.content.encoding,
        ),
    ];
    for (rule, keyword, old, new) in texts {
        if old != new {
            pair.report_values(rule, keyword, old.unwrap_or("none"), new.unwrap_or("none"));
        }
    }
    pair.schema(
        [&CONTENT_SCHEMA_ADDED, &CONTENT_SCHEMA_REMOVED],
        "contentSchema",
        &old.content.schema,
        &new.content.schema,
    );
}

fn lengths(pair: &mut Compare<'_, '_>, old: &Normal<'_>, new: &Normal<'_>) {
    let rules = [
        &MAX_LENGTH_SET,
        &MAX_LENGTH_UNSET,
        &MAX_LENGTH_DECREASED,
        &MAX_LENGTH_INCREASED,
    ];
    pair.maximum(rules, "maxLength", old.strings.max_length, new.strings.max_length);
    if old.strings.min_length != new.strings.min_length {
        let rule = if new.strings.min_length > old.strings.min_length {
            &MIN_LENGTH_INCREASED
        } else {
            &MIN_LENGTH_DECREASED
        };
        pair.report_values(rule, "minLength", old.strings.min_length, new.strings.min_length);
    }
}

fn patterns(pair: &mut Compare<'_, '_>, old: &Normal<'_>, new: &Normal<'_>) {
    if old.strings.patterns == new.strings.patterns {
        return;
    }
    let text = |normal: &Normal<'_>| {
        let patterns: Vec<_> = normal.strings.patterns.iter().copied().collect();
        patterns.join(" and ")
    };
    let rule = if new.strings.patterns.is_subset(&old.strings.patterns) {
        if new.spelling.any_pattern && !old.spelling.any_pattern && new.strings.patterns.is_empty() {
            &PATTERN_GENERALIZED
        } else {
            &PATTERN_REMOVED
        }
    } else if old.strings.patterns.is_subset(&new.strings.patterns) {
        if old.spelling.any_pattern && !new.spelling.any_pattern && old.strings.patterns.is_empty() {
            &PATTERN_SPECIALIZED
        } else {
            &PATTERN_ADDED
        }
    } else {
        &PATTERN_CHANGED
    };
    pair.report_values(rule, "pattern", text(old), text(new));
}
