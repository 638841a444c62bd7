//! The bounds and the multiples of numbers.

use std::cmp::Ordering;

use serde_json::Number;

use crate::{
    rule::{BREAKING, INFO, Mirror, NONE, Rule, WARNING},
    schema::{
        compare::Compare,
        normal::{Bound, Normal},
        number,
    },
};

pub(super) static RULES: &[&Rule] = &[
    MAX.set,
    MAX.unset,
    MAX.tighter,
    MAX.looser,
    EXCLUSIVE_MAX.set,
    EXCLUSIVE_MAX.unset,
    EXCLUSIVE_MAX.tighter,
    EXCLUSIVE_MAX.looser,
    MIN.set,
    MIN.unset,
    MIN.tighter,
    MIN.looser,
    EXCLUSIVE_MIN.set,
    EXCLUSIVE_MIN.unset,
    EXCLUSIVE_MIN.tighter,
    EXCLUSIVE_MIN.looser,
    &MULTIPLE_OF_ADDED,
    &MULTIPLE_OF_REMOVED,
    &MULTIPLE_OF_CHANGED,
    &MULTIPLE_OF_SPECIALIZED,
    &MULTIPLE_OF_GENERALIZED,
];

/// The rules for a bound.
struct Bounded {
    keyword: &'static str,
    set: &'static Rule,
    unset: &'static Rule,
    tighter: &'static Rule,
    looser: &'static Rule,
}

macro_rules! bounded {
    ($keyword:literal, $event:literal, $tighter:literal, $looser:literal, $words:literal) => {
        Bounded {
            keyword: $keyword,
            set: &Rule::schema(
                concat!($event, "-set"),
                WARNING,
                NONE,
                Mirror::Event(concat!($event, "-unset")),
                concat!("the ", $words, " was set to {new}"),
            ),
            unset: &Rule::schema(
                concat!($event, "-unset"),
                NONE,
                BREAKING,
                Mirror::Event(concat!($event, "-set")),
                concat!("the ", $words, " of {old} was removed"),
            ),
            tighter: &Rule::schema(
                concat!($event, "-", $tighter),
                BREAKING,
                NONE,
                Mirror::Event(concat!($event, "-", $looser)),
                concat!("the ", $words, " was ", $tighter, " from {old} to {new}"),
            ),
            looser: &Rule::schema(
                concat!($event, "-", $looser),
                INFO,
                BREAKING,
                Mirror::Event(concat!($event, "-", $tighter)),
                concat!("the ", $words, " was ", $looser, " from {old} to {new}"),
            ),
        }
    };
}

static MAX: Bounded = bounded!("maximum", "max", "decreased", "increased", "maximum");
static MIN: Bounded = bounded!("minimum", "min", "increased", "decreased", "minimum");
static EXCLUSIVE_MAX: Bounded = bounded!(
    "exclusiveMaximum",
    "exclusive-max",
    "decreased",
    "increased",
    "exclusive maximum"
);
static EXCLUSIVE_MIN: Bounded = bounded!(
    "exclusiveMinimum",
    "exclusive-min",
    "increased",
    "decreased",
    "exclusive minimum"
);

static MULTIPLE_OF_ADDED: Rule = Rule::schema(
    "multiple-of-added",
    BREAKING,
    INFO,
    Mirror::Event("multiple-of-removed"),
    "only multiples of {new} are allowed",
);
static MULTIPLE_OF_REMOVED: Rule = Rule::schema(
    "multiple-of-removed",
    INFO,
    BREAKING,
    Mirror::Event("multiple-of-added"),
    "numbers other than multiples of {old} are now allowed",
);
static MULTIPLE_OF_SPECIALIZED: Rule = Rule::schema(
    "multiple-of-specialized",
    BREAKING,
    INFO,
    Mirror::Event("multiple-of-generalized"),
    "only multiples of {new} are allowed, not all multiples of {old}",
);
static MULTIPLE_OF_GENERALIZED: Rule = Rule::schema(
    "multiple-of-generalized",
    INFO,
    BREAKING,
    Mirror::Event("multiple-of-specialized"),
    "all multiples of {new} are allowed, not only those of {old}",
);
static MULTIPLE_OF_CHANGED: Rule = Rule::schema(
    "multiple-of-changed",
    BREAKING,
    BREAKING,
    Mirror::Itself,
    "multiples of {new} are allowed instead of multiples of {old}",
);

pub(super) fn compare(pair: &mut Compare<'_, '_>) {
    let (old, new) = (pair.old.clone(), pair.new.clone());
    let integral = old.is_integral() && new.is_integral();
    bound(
        pair,
        old.numbers.maximum,
        new.numbers.maximum,
        [&MAX, &EXCLUSIVE_MAX],
        Bound::is_below,
        integral.then_some(last_integer),
    );
    bound(
        pair,
        old.numbers.minimum,
        new.numbers.minimum,
        [&MIN, &EXCLUSIVE_MIN],
        Bound::is_above,
        integral.then_some(first_integer),
    );
    multiples(pair, &old, &new);
}

/// The largest integer that an upper bound accepts.
fn last_integer(bound: Bound<'_>) -> Option<i128> {
    let rounded = number::rounded(bound.value, false)?;
    let excluded = bound.strict && number::integer(bound.value).is_some();
    Some(if excluded { rounded - 1 } else { rounded })
}

/// The smallest integer that a lower bound accepts.
fn first_integer(bound: Bound<'_>) -> Option<i128> {
    let rounded = number::rounded(bound.value, true)?;
    let excluded = bound.strict && number::integer(bound.value).is_some();
    Some(if excluded { rounded + 1 } else { rounded })
}

fn bound<'a>(
    pair: &mut Compare<'_, 'a>,
    old: Option<Bound<'a>>,
    new: Option<Bound<'a>>,
    rules: [&'static Bounded; 2],
    admits_less: fn(Bound<'a>, Bound<'a>) -> bool,
    outmost: Option<fn(Bound<'a>) -> Option<i128>>,
) {
    // A bound that the format already implies has no effect.
    let limits = range(pair.old.numbers.format)
        .zip(range(pair.new.numbers.format))
        .filter(|(old, new)| old == new)
        .map(|(limits, _)| limits);
    let upper = rules[0].keyword == "maximum";
    let says = |bound: &Bound<'_>| {
        let implied = limits.as_ref().is_some_and(|(least, greatest)| {
            let limit = if upper { greatest } else { least };
            let limit = Bound {
                value: limit,
                strict: false,
            };
            number::integer(bound.value).is_some()
                && if upper {
                    !bound.is_below(limit)
                } else {
                    !bound.is_above(limit)
                }
        });
        !implied
    };
    let (old, new) = (old.filter(says), new.filter(says));
    let rules = |bound: Bound<'_>| rules[usize::from(bound.strict)];
    let text = |bound: Option<Bound<'_>>| bound.map(|bound| bound.value.to_string()).unwrap_or_default();
    // OpenAPI 3.0 writes an exclusive bound as an inclusive one with a flag.
    let (rule, keyword) = match (old, new) {
        (None, None) => return,
        (None, Some(new)) => (rules(new).set, rules(new).keyword),
        (Some(old), None) => (rules(old).unset, rules(old).keyword),
        (Some(old), Some(new)) => {
            let same_integers =
                outmost.is_some_and(|outmost| outmost(old).is_some() && outmost(old) == outmost(new));
            if same_integers {
                return;
            }
            if admits_less(new, old) {
                (rules(new).tighter, rules(new).keyword)
            } else if admits_less(old, new) {
                (rules(old).looser, rules(old).keyword)
            } else {
                return;
            }
        }
    };
    pair.report_values(rule, keyword, text(old), text(new));
}

/// The range of integers of a format.
fn range(format: Option<&str>) -> Option<(Number, Number)> {
    fn numbers<T: Into<Number>>(least: T, greatest: T) -> Option<(Number, Number)> {
        Some((least.into(), greatest.into()))
    }
    match format? {
        "int8" => numbers(i8::MIN, i8::MAX),
        "int16" => numbers(i16::MIN, i16::MAX),
        "int32" => numbers(i32::MIN, i32::MAX),
        "int64" => numbers(i64::MIN, i64::MAX),
        "uint8" => numbers(u8::MIN, u8::MAX),
        "uint16" => numbers(u16::MIN, u16::MAX),
        "uint32" => numbers(u32::MIN, u32::MAX),
        "uint64" => numbers(u64::MIN, u64::MAX),
        _ => None,
    }
}

fn multiples(pair: &mut Compare<'_, '_>, old: &Normal<'_>, new: &Normal<'_>) {
    let one = serde_json::Number::from(1u8);
    // Checks whether each multiple of one side follows from one of the other. Integers are multiples of 1.
    let within = |inner: &Normal<'_>, outer: &Normal<'_>| {
        let integral = inner.is_integral().then_some(&one);
        outer.numbers.multiples.iter().all(|outer| {
            inner
                .numbers
                .multiples
                .iter()
                .copied()
                .chain(integral)
                .any(|inner| {
                    number::is_multiple(inner, outer) || number::compare(inner, outer) == Ordering::Equal
                })
        })
    };
    let text = |normal: &Normal<'_>| {
        let multiples: Vec<_> = normal.numbers.multiples.iter().map(ToString::to_string).collect();
        multiples.join(" and ")
    };
    let rule = match (within(new, old), within(old, new)) {
        (true, true) => return,
        (true, false) if old.numbers.multiples.is_empty() => &MULTIPLE_OF_ADDED,
        (false, true) if new.numbers.multiples.is_empty() => &MULTIPLE_OF_REMOVED,
        (true, false) => &MULTIPLE_OF_SPECIALIZED,
        (false, true) => &MULTIPLE_OF_GENERALIZED,
        (false, false) => &MULTIPLE_OF_CHANGED,
    };
    pair.report_values(rule, "multipleOf", text(old), text(new));
}
