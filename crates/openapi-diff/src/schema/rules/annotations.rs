//! Keywords that do not affect which values are accepted but still matter: defaults, directions, deprecation.

use chrono::{DateTime, NaiveDate};
use serde_json::Value;

use crate::{
    rule::{BREAKING, INFO, Mirror, NONE, Place, Rule, WARNING},
    schema::{compare::Compare, normal::Annotations, usage::Presence},
};

pub(super) static RULES: &[&Rule] = &[
    &DEFAULT_ADDED,
    &DEFAULT_REMOVED,
    &DEFAULT_CHANGED,
    OPTIONAL_READ_ONLY.became,
    OPTIONAL_READ_ONLY.became_not,
    REQUIRED_READ_ONLY.became,
    REQUIRED_READ_ONLY.became_not,
    OPTIONAL_WRITE_ONLY.became,
    OPTIONAL_WRITE_ONLY.became_not,
    REQUIRED_WRITE_ONLY.became,
    REQUIRED_WRITE_ONLY.became_not,
    &DEPRECATED,
    &DEPRECATED_WITH_SUNSET,
    &REACTIVATED,
    &SUNSET_INVALID,
    &SUNSET_DELETED,
    &SUNSET_TOO_SMALL,
    &STABILITY_DECREASED,
    &STABILITY_INCREASED,
    &EXTENSIBLE_VALUE_REMOVED,
];

static DEFAULT_ADDED: Rule = Rule::schema(
    "default-value-added",
    INFO,
    INFO,
    Mirror::Event("default-value-removed"),
    "the default {new} was added",
);
static DEFAULT_REMOVED: Rule = Rule::schema(
    "default-value-removed",
    INFO,
    INFO,
    Mirror::Event("default-value-added"),
    "the default {old} was removed",
);
static DEFAULT_CHANGED: Rule = Rule::schema(
    "default-value-changed",
    INFO,
    INFO,
    Mirror::Itself,
    "the default was changed from {old} to {new}",
);

/// Defines the rules for a flag of properties.
struct Flagged {
    became: &'static Rule,
    became_not: &'static Rule,
}

macro_rules! flagged {
    ($presence:literal, $flag:literal, $received:expr, $received_not:expr) => {
        Flagged {
            became: &Rule::schema(
                concat!($presence, "-property-became-", $flag),
                INFO,
                $received,
                Mirror::Event(concat!($presence, "-property-became-not-", $flag)),
                concat!("the ", $presence, " property became ", $flag),
            )
            .with_ids(&[
                (
                    Place::RequestProperty,
                    concat!("request-", $presence, "-property-became-", $flag),
                ),
                (
                    Place::ResponseProperty,
                    concat!("response-", $presence, "-property-became-", $flag),
                ),
            ]),
            became_not: &Rule::schema(
                concat!($presence, "-property-became-not-", $flag),
                INFO,
                $received_not,
                Mirror::Event(concat!($presence, "-property-became-", $flag)),
                concat!("the ", $presence, " property is no longer ", $flag),
            )
            .with_ids(&[
                (
                    Place::RequestProperty,
                    concat!("request-", $presence, "-property-became-not-", $flag),
                ),
                (
                    Place::ResponseProperty,
                    concat!("response-", $presence, "-property-became-not-", $flag),
                ),
            ]),
        }
    };
}

static OPTIONAL_READ_ONLY: Flagged = flagged!("optional", "read-only", INFO, INFO);
static REQUIRED_READ_ONLY: Flagged = flagged!("required", "read-only", INFO, INFO);
static OPTIONAL_WRITE_ONLY: Flagged = flagged!("optional", "write-only", INFO, INFO);
static REQUIRED_WRITE_ONLY: Flagged = flagged!("required", "write-only", BREAKING.deviating(), WARNING);

static DEPRECATED: Rule = Rule::schema(
    "deprecated",
    INFO,
    INFO,
    Mirror::Event("reactivated"),
    "it was deprecated",
)
.deprecating();
static DEPRECATED_WITH_SUNSET: Rule = Rule::schema(
    "deprecated-with-sunset",
    INFO,
    INFO,
    Mirror::Event("reactivated"),
    "it was deprecated, with the sunset {new}",
)
.deprecating();
static REACTIVATED: Rule = Rule::schema(
    "reactivated",
    INFO,
    INFO,
    Mirror::Event("deprecated"),
    "it is no longer deprecated",
);
static SUNSET_INVALID: Rule = Rule::schema(
    "deprecated-sunset-invalid",
    BREAKING,
    BREAKING,
    Mirror::None("a valid sunset is reported as such"),
    "the sunset {new} is not a date",
)
.deprecating();
static SUNSET_DELETED: Rule = Rule::schema(
    "sunset-deleted",
    BREAKING,
    BREAKING,
    Mirror::None("adding a sunset breaks no promise"),
    "it is still deprecated, but its sunset {old} was removed",
);
static SUNSET_TOO_SMALL: Rule = Rule::schema(
    "sunset-date-too-small",
    BREAKING,
    BREAKING,
    Mirror::None("moving a sunset to a later date breaks no promise"),
    "the sunset was moved from {old} to {new}, which has passed",
);
static STABILITY_DECREASED: Rule = Rule::schema(
    "stability-decreased",
    BREAKING,
    BREAKING,
    Mirror::Event("stability-increased"),
    "the stability was lowered from {old} to {new}",
);
static STABILITY_INCREASED: Rule = Rule::schema(
    "stability-increased",
    INFO,
    INFO,
    Mirror::Event("stability-decreased"),
    "the stability was raised from {old} to {new}",
);
static EXTENSIBLE_VALUE_REMOVED: Rule = Rule::schema(
    "x-extensible-enum-value-removed",
    BREAKING,
    NONE,
    Mirror::None("clients of an extensible list must expect new values"),
    "the value {value} was removed from an extensible list",
);

pub(super) fn compare(pair: &mut Compare<'_, '_>) {
    let (old, new) = (pair.old.annotations.clone(), pair.new.annotations.clone());
    default(pair, &old, &new);
    for value in &old.extensible_enum {
        if !new.extensible_enum.is_empty() && !new.extensible_enum.contains(value) {
            let change = pair
                .change(&EXTENSIBLE_VALUE_REMOVED, "x-extensible-enum")
                .with("value", value.to_string());
            pair.push(change);
        }
    }
    if pair.usage.presence != Presence::Unnamed && pair.is_property() {
        flags(pair, &old, &new);
        deprecation(pair, &old, &new);
        stability(pair, &old, &new);
    }
}

/// Compares defaults. A default is the value that the service uses if none is sent.
fn default(pair: &mut Compare<'_, '_>, old: &Annotations<'_>, new: &Annotations<'_>) {
    let rule = match (old.default, new.default) {
        (None, Some(_)) => &DEFAULT_ADDED,
        (Some(_), None) => &DEFAULT_REMOVED,
        (Some(old), Some(new)) if old != new => &DEFAULT_CHANGED,
        _ => return,
    };
    let text = |value: Option<&Value>| value.map(Value::to_string).unwrap_or_default();
    let mut change = pair
        .change(rule, "default")
        .with("old", text(old.default))
        .with("new", text(new.default));
    let parameter = matches!(
        pair.usage.place,
        Place::Parameter | Place::HeaderParameter | Place::ParameterProperty | Place::HeaderParameterProperty
    );
    if pair.is_sent() {
        change.verdict = match (pair.usage.presence, parameter) {
            (Presence::Optional, true) => BREAKING,
            (Presence::Optional, false) => WARNING.deviating(),
            // The default of a required value has no effect; it is only documentation.
            (_, true) => INFO,
            (_, false) => INFO,
        };
    }
    pair.push(change);
}

fn flags(pair: &mut Compare<'_, '_>, old: &Annotations<'_>, new: &Annotations<'_>) {
    let required = pair.usage.presence == Presence::Required;
    let (read_only, write_only) = if required {
        (&REQUIRED_READ_ONLY, &REQUIRED_WRITE_ONLY)
    } else {
        (&OPTIONAL_READ_ONLY, &OPTIONAL_WRITE_ONLY)
    };
    for (rules, keyword, old, new) in [
        (read_only, "readOnly", old.read_only, new.read_only),
        (write_only, "writeOnly", old.write_only, new.write_only),
    ] {
        let rule = match (old, new) {
            (false, true) => rules.became,
            (true, false) => rules.became_not,
            _ => continue,
        };
        let change = pair.change(rule, keyword);
        pair.push_visible(change);
    }
}

fn deprecation(pair: &mut Compare<'_, '_>, old: &Annotations<'_>, new: &Annotations<'_>) {
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    };
    let (from, to) = (text(old.sunset), text(new.sunset));
    let rule = match (old.deprecated, new.deprecated) {
        (false, false) => return,
        (true, false) => {
            pair.report(&REACTIVATED, "deprecated");
            return;
        }
        (_, true) if new.sunset.is_some() && date(&to).is_none() => &SUNSET_INVALID,
        (false, true) if new.sunset.is_some() => &DEPRECATED_WITH_SUNSET,
        (false, true) => &DEPRECATED,
        (true, true) if old.sunset.is_some() && new.sunset.is_none() => &SUNSET_DELETED,
        (true, true) if date(&to) < date(&from) && date(&to) < Some(pair.engine.today) => &SUNSET_TOO_SMALL,
        (true, true) => return,
    };
    let both_unreadable = old.deprecated && old.sunset == new.sunset;
    if !both_unreadable {
        pair.report_values(rule, "deprecated", from, to);
    }
}

/// A day, with or without a time.
fn date(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    day.or_else(|| {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|time| time.date_naive())
    })
}

fn stability(pair: &mut Compare<'_, '_>, old: &Annotations<'_>, new: &Annotations<'_>) {
    const LEVELS: [&str; 4] = ["draft", "alpha", "beta", "stable"];
    // Without a level, it is stable.
    let level = |stated: Option<&str>| {
        LEVELS
            .iter()
            .position(|level| *level == stated.unwrap_or("stable"))
    };
    let (Some(from), Some(to)) = (level(old.stability), level(new.stability)) else {
        return;
    };
    let rule = match to.cmp(&from) {
        std::cmp::Ordering::Less => &STABILITY_DECREASED,
        std::cmp::Ordering::Greater => &STABILITY_INCREASED,
        std::cmp::Ordering::Equal => return,
    };
    pair.report_values(rule, "x-stability-level", LEVELS[from], LEVELS[to]);
}
