//! The life cycle of an operation or a parameter: deprecation, sunset (`x-sunset`) and stability
//! (`x-stability-level`).

use chrono::{DateTime, NaiveDate};
use openapi_document::{At, Pointer};
use serde_json::Value;

use super::{Pair, Scope};
use crate::{
    compare::Comparison,
    rule::{Area, BREAKING, INFO, Mirror, Rule, Variance},
};

/// The rules for one kind of thing that can be deprecated.
#[derive(Debug)]
pub(super) struct Lifecycle {
    deprecated: Rule,
    deprecated_with_sunset: Rule,
    reactivated: Rule,
    /// The sunset of a new deprecation is not a date.
    deprecated_unreadable: Rule,
    /// The sunset of something that was already deprecated is not a date.
    unreadable: Rule,
    missing: Rule,
    too_near: Rule,
    deleted: Rule,
    earlier: Rule,
}

const NO_PROMISE: &str = "the opposite change is a deprecation with a valid sunset";
const POLICY: &str = "the opposite change follows the policy";

pub(super) static OPERATION: Lifecycle = Lifecycle {
    deprecated: Rule::both(
        Area::Operation,
        "endpoint-deprecated",
        INFO,
        Mirror::Event("endpoint-reactivated"),
        "the operation is deprecated",
    )
    .deprecating(),
    deprecated_with_sunset: Rule::both(
        Area::Operation,
        "endpoint-deprecated-with-sunset",
        INFO,
        Mirror::Event("endpoint-reactivated"),
        "the operation is deprecated, with the sunset {sunset}",
    )
    .deprecating(),
    reactivated: Rule::both(
        Area::Operation,
        "endpoint-reactivated",
        INFO,
        Mirror::Event("endpoint-deprecated"),
        "the operation is no longer deprecated",
    ),
    deprecated_unreadable: Rule::both(
        Area::Operation,
        "api-deprecated-sunset-parse",
        BREAKING,
        Mirror::None(NO_PROMISE),
        "the operation is deprecated with a sunset that is not a date: {sunset}",
    )
    .deprecating(),
    unreadable: Rule::both(
        Area::Operation,
        "api-path-sunset-parse",
        BREAKING,
        Mirror::None(NO_PROMISE),
        "the sunset of the deprecated operation is not a date: {sunset}",
    ),
    missing: Rule::both(
        Area::Operation,
        "api-deprecated-sunset-missing",
        BREAKING,
        Mirror::None(POLICY),
        "the operation is deprecated without a sunset",
    )
    .deprecating(),
    too_near: Rule::both(
        Area::Operation,
        "api-sunset-date-too-small",
        BREAKING,
        Mirror::None(POLICY),
        "the operation is deprecated with the sunset {sunset}, which is too soon",
    ),
    deleted: Rule::both(
        Area::Operation,
        "sunset-deleted",
        BREAKING,
        Mirror::None("adding a sunset to something that is already deprecated breaks no promise"),
        "the sunset {sunset} of the deprecated operation was removed",
    ),
    earlier: Rule::both(
        Area::Operation,
        "api-sunset-date-changed-too-small",
        BREAKING,
        Mirror::None("moving a sunset to a later date breaks no promise"),
        "the sunset was moved from {old} to {new}, which is too soon",
    ),
};

pub(super) static PARAMETER: Lifecycle = Lifecycle {
    deprecated: Rule::both(
        Area::Parameter,
        "request-parameter-deprecated",
        INFO,
        Mirror::Event("request-parameter-reactivated"),
        "the parameter is deprecated",
    )
    .deprecating(),
    deprecated_with_sunset: Rule::both(
        Area::Parameter,
        "request-parameter-deprecated",
        INFO,
        Mirror::Event("request-parameter-reactivated"),
        "the parameter is deprecated, with the sunset {sunset}",
    )
    .deprecating(),
    reactivated: Rule::both(
        Area::Parameter,
        "request-parameter-reactivated",
        INFO,
        Mirror::Event("request-parameter-deprecated"),
        "the parameter is no longer deprecated",
    ),
    deprecated_unreadable: Rule::both(
        Area::Parameter,
        "request-parameter-sunset-parse",
        BREAKING,
        Mirror::None(NO_PROMISE),
        "the parameter is deprecated with a sunset that is not a date: {sunset}",
    )
    .deprecating(),
    unreadable: Rule::both(
        Area::Parameter,
        "request-parameter-sunset-parse",
        BREAKING,
        Mirror::None(NO_PROMISE),
        "the sunset of the deprecated parameter is not a date: {sunset}",
    ),
    missing: Rule::both(
        Area::Parameter,
        "request-parameter-deprecated-sunset-missing",
        BREAKING,
        Mirror::None(POLICY),
        "the parameter is deprecated without a sunset",
    )
    .deprecating(),
    too_near: Rule::both(
        Area::Parameter,
        "request-parameter-sunset-date-too-small",
        BREAKING,
        Mirror::None(POLICY),
        "the parameter is deprecated with the sunset {sunset}, which is too soon",
    ),
    deleted: Rule::both(
        Area::Parameter,
        "request-parameter-sunset-deleted",
        BREAKING,
        Mirror::None("adding a sunset to something that is already deprecated breaks no promise"),
        "the sunset {sunset} of the deprecated parameter was removed",
    ),
    earlier: Rule::both(
        Area::Parameter,
        "request-parameter-sunset-date-changed-too-small",
        BREAKING,
        Mirror::None("moving a sunset to a later date breaks no promise"),
        "the sunset was moved from {old} to {new}, which is too soon",
    ),
};

static STABILITY_DECREASED: Rule = Rule::both(
    Area::Parameter,
    "api-stability-decreased",
    BREAKING,
    Mirror::Event("api-stability-increased"),
    "the stability was lowered from {old} to {new}",
);
static STABILITY_INCREASED: Rule = Rule::both(
    Area::Parameter,
    "api-stability-increased",
    INFO,
    Mirror::Event("api-stability-decreased"),
    "the stability was raised from {old} to {new}",
);
static STABILITY_INVALID: Rule = Rule::both(
    Area::Parameter,
    "api-invalid-stability-level",
    BREAKING,
    Mirror::Itself,
    "the stability is not one of draft, alpha, beta, stable: {value}",
);

pub(super) static RULES: &[&Rule] = &[
    &OPERATION.deprecated,
    &OPERATION.deprecated_with_sunset,
    &OPERATION.reactivated,
    &OPERATION.deprecated_unreadable,
    &OPERATION.unreadable,
    &OPERATION.missing,
    &OPERATION.too_near,
    &OPERATION.deleted,
    &OPERATION.earlier,
    &PARAMETER.deprecated,
    &PARAMETER.deprecated_with_sunset,
    &PARAMETER.reactivated,
    &PARAMETER.deprecated_unreadable,
    &PARAMETER.unreadable,
    &PARAMETER.missing,
    &PARAMETER.too_near,
    &PARAMETER.deleted,
    &PARAMETER.earlier,
    &STABILITY_DECREASED,
    &STABILITY_INCREASED,
    &STABILITY_INVALID,
];

/// The day after which something deprecated may be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sunset {
    Absent,
    On(NaiveDate),
    Unreadable(String),
}

impl Sunset {
    fn of(at: &At<'_>) -> Self {
        match at.value.get("x-sunset") {
            None | Some(Value::Null) => Sunset::Absent,
            Some(Value::String(text)) => {
                date(text).map_or_else(|| Sunset::Unreadable(text.clone()), Sunset::On)
            }
            Some(other) => Sunset::Unreadable(other.to_string()),
        }
    }
}

/// Reads a `full-date` or a `date-time` of RFC 3339.
fn date(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| {
            if matches!(index, 4 | 7) {
                byte == b'-'
            } else {
                byte.is_ascii_digit()
            }
        });
    if shape {
        return NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    }
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|time| time.date_naive())
}

/// The circumstances of a removal, from the point of view of users.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Farewell {
    /// It was not deprecated.
    Sudden,
    /// It was deprecated, without a date.
    Announced,
    /// Removed before the promised day.
    Early(NaiveDate),
    /// The promised day is not a date.
    Unreadable(String),
    /// Removed as promised.
    Due,
}

/// The circumstances of removing the thing at `at` on the day `today`.
pub(super) fn farewell(at: &At<'_>, today: NaiveDate) -> Farewell {
    if !at.flag("deprecated") {
        return Farewell::Sudden;
    }
    match Sunset::of(at) {
        Sunset::Absent => Farewell::Announced,
        Sunset::Unreadable(text) => Farewell::Unreadable(text),
        Sunset::On(date) if today < date => Farewell::Early(date),
        Sunset::On(_) => Farewell::Due,
    }
}

/// Reports that something deprecated has a sunset that is not a date, whether it was removed or stays.
pub(super) fn report_unreadable(
    comparison: &mut Comparison<'_>,
    scope: &Scope,
    rules: &'static Lifecycle,
    places: &Pair<Pointer>,
    what: &str,
    sunset: String,
) {
    let change = scope
        .change(&rules.unreadable, Variance::Sent, places, what)
        .with("sunset", sunset);
    comparison.report(&scope.operation, change);
}

/// Compares the deprecation and the sunset of something that exists in both documents.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    scope: &Scope,
    rules: &'static Lifecycle,
    pair: &Pair<At<'_>>,
    what: &str,
) {
    let places = pair.pointers();
    let deprecated = pair.map(|at| at.flag("deprecated"));
    let sunset = pair.map(Sunset::of);
    let change = |rule: &'static Rule| scope.change(rule, Variance::Sent, &places, what);
    let earliest = comparison
        .options
        .today
        .checked_add_days(chrono::Days::new(comparison.options.sunset_days.into()))
        .unwrap_or(NaiveDate::MAX);
    let change = match (deprecated.old, deprecated.new) {
        (false, false) => None,
        (true, false) => Some(change(&rules.reactivated)),
        (false, true) => Some(match sunset.new {
            Sunset::Absent if comparison.options.sunset_days > 0 => change(&rules.missing),
            Sunset::Absent => change(&rules.deprecated),
            Sunset::Unreadable(text) => change(&rules.deprecated_unreadable).with("sunset", text),
            Sunset::On(date) if date < earliest => change(&rules.too_near).with("sunset", date.to_string()),
            Sunset::On(date) => change(&rules.deprecated_with_sunset).with("sunset", date.to_string()),
        }),
        (true, true) => match (sunset.old, sunset.new) {
            (old, new) if old == new => None,
            (_, Sunset::Unreadable(text)) => Some(change(&rules.unreadable).with("sunset", text)),
            (Sunset::On(old), Sunset::On(new)) if new < old && new < earliest => Some(
                change(&rules.earlier)
                    .with("old", old.to_string())
                    .with("new", new.to_string()),
            ),
            (Sunset::On(old), Sunset::Absent) => Some(change(&rules.deleted).with("sunset", old.to_string())),
            (Sunset::Unreadable(old), Sunset::Absent) => Some(change(&rules.deleted).with("sunset", old)),
            _ => None,
        },
    };
    if let Some(change) = change {
        comparison.report(&scope.operation, change);
    }
}

/// The stability level of an operation. Without one, the operation is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stability {
    Draft,
    Alpha,
    Beta,
    Stable,
}

impl Stability {
    /// # Errors
    ///
    /// The value, if it is not one of the four levels.
    fn of(at: &At<'_>) -> Result<Self, String> {
        match at.value.get("x-stability-level") {
            None | Some(Value::Null) => Ok(Stability::Stable),
            Some(Value::String(level)) => match level.as_str() {
                "draft" => Ok(Stability::Draft),
                "alpha" => Ok(Stability::Alpha),
                "beta" => Ok(Stability::Beta),
                "stable" => Ok(Stability::Stable),
                other => Err(other.to_owned()),
            },
            Some(other) => Err(other.to_string()),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Stability::Draft => "draft",
            Stability::Alpha => "alpha",
            Stability::Beta => "beta",
            Stability::Stable => "stable",
        }
    }
}

/// Whether an operation makes no promises yet: its level is draft or alpha.
pub(super) fn is_unstable(at: &At<'_>) -> bool {
    Stability::of(at).is_ok_and(|stability| stability < Stability::Beta)
}

/// Compares the stability. Returns whether the rest of the two operations must be compared.
pub(super) fn compare_stability(comparison: &mut Comparison<'_>, scope: &Scope, pair: &Pair<At<'_>>) -> bool {
    let places = pair.pointers();
    let stability = pair.map(Stability::of);
    if stability.old != stability.new {
        for value in [&stability.old, &stability.new]
            .into_iter()
            .filter_map(|it| it.as_ref().err())
        {
            let change = scope
                .change(&STABILITY_INVALID, Variance::Sent, &places, "operation")
                .with("value", value.as_str());
            comparison.report(&scope.operation, change);
        }
    }
    let stability = Pair::new(
        stability.old.unwrap_or(Stability::Stable),
        stability.new.unwrap_or(Stability::Stable),
    );
    if stability.old < Stability::Beta {
        return false;
    }
    let rule = match stability.new.cmp(&stability.old) {
        std::cmp::Ordering::Less => Some(&STABILITY_DECREASED),
        std::cmp::Ordering::Greater => Some(&STABILITY_INCREASED),
        std::cmp::Ordering::Equal => None,
    };
    if let Some(rule) = rule {
        let change = scope
            .change(rule, Variance::Sent, &places, "operation")
            .with("old", stability.old.name())
            .with("new", stability.new.name());
        comparison.report(&scope.operation, change);
    }
    stability.new >= Stability::Beta
}
