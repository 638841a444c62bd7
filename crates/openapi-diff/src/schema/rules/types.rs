//! Types, formats, and null.

use crate::{
    rule::{BREAKING, INFO, Mirror, Place, Rule, Variance, WARNING},
    schema::{Use, Wire, compare::Compare, normal::Normal, types::Types},
};

pub(super) static RULES: &[&Rule] = &[
    &BECAME_NULLABLE,
    &BECAME_NOT_NULLABLE,
    &TYPE_GENERALIZED,
    &TYPE_SPECIALIZED,
    &FORMAT_GENERALIZED,
    &FORMAT_SPECIALIZED,
    &TYPE_CHANGED,
    &TYPE_REREAD,
    &TYPE_COMPATIBLE,
    &TYPES_WIDENED,
    &TYPES_NARROWED,
];

static BECAME_NULLABLE: Rule = Rule::schema(
    "became-nullable",
    INFO,
    BREAKING,
    Mirror::Event("became-not-nullable"),
    "null is now allowed",
);
static BECAME_NOT_NULLABLE: Rule = Rule::schema(
    "became-not-nullable",
    BREAKING,
    INFO,
    Mirror::Event("became-nullable"),
    "null is no longer allowed",
);
static TYPE_GENERALIZED: Rule = Rule::schema(
    "type-generalized",
    INFO,
    BREAKING,
    Mirror::Event("type-specialized"),
    "the type was widened from {old} to {new}",
);
static TYPE_SPECIALIZED: Rule = Rule::schema(
    "type-specialized",
    BREAKING,
    INFO,
    Mirror::Event("type-generalized"),
    "the type was narrowed from {old} to {new}",
)
.with_ids(&[
    (Place::RequestBody, "request-body-type-changed"),
    (Place::RequestProperty, "request-property-type-changed"),
    (
        Place::RequestReadOnlyProperty,
        "request-read-only-property-type-changed",
    ),
    (Place::Parameter, "request-parameter-type-changed"),
    (Place::HeaderParameter, "request-parameter-type-changed"),
]);
static FORMAT_GENERALIZED: Rule = Rule::schema(
    "format-generalized",
    INFO,
    BREAKING,
    Mirror::Event("format-specialized"),
    "the type was widened from {old} to {new}",
)
.named("type-generalized", "type-changed");
static FORMAT_SPECIALIZED: Rule = Rule::schema(
    "format-specialized",
    BREAKING,
    INFO,
    Mirror::Event("format-generalized"),
    "the type was narrowed from {old} to {new}",
)
.named("type-changed", "type-specialized");
static TYPE_CHANGED: Rule = Rule::schema(
    "type-changed",
    BREAKING,
    BREAKING,
    Mirror::Itself,
    "the type was changed from {old} to {new}",
)
.with_ids(&[(
    Place::ParameterProperty,
    "request-parameter-property-type-specialized",
)]);
static TYPE_REREAD: Rule = Rule::schema(
    "type-reread",
    WARNING,
    WARNING,
    Mirror::None("the text of a number is a string, but not every string is a number"),
    "the type was changed from {old} to {new}, which is written as the same text unless the parameter is JSON",
)
.named("type-changed", "type-changed");
static TYPE_COMPATIBLE: Rule = Rule::schema(
    "type-compatible",
    INFO,
    INFO,
    Mirror::None("the text of a number is a string, but not every string is a number"),
    "the type was changed from {old} to {new}, which is written as the same text",
);
static TYPES_WIDENED: Rule = Rule::schema(
    "list-of-types-widened",
    INFO,
    BREAKING,
    Mirror::Event("list-of-types-narrowed"),
    "the type may also be {types}",
);
static TYPES_NARROWED: Rule = Rule::schema(
    "list-of-types-narrowed",
    BREAKING,
    INFO,
    Mirror::Event("list-of-types-widened"),
    "the type can no longer be {types}",
);

/// The relation between two sets of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Equal,
    Wider,
    Narrower,
    Unrelated,
}

/// Whether the listed values already show a change of types, because no keyword names the types.
pub(super) fn told_by_values(old: &Normal<'_>, new: &Normal<'_>) -> bool {
    old.is_enumeration() && new.is_enumeration() && !(old.spelling.typed && new.spelling.typed)
}

/// Reports that only one side accepts null, whether or not the other types are the same.
pub(super) fn nullable(pair: &mut Compare<'_, '_>) {
    let (old, new) = (pair.old.types, pair.new.types);
    if pair.usage.branch || !tells_null(old) || !tells_null(new) {
        return;
    }
    match (old.meets(Types::NULL), new.meets(Types::NULL)) {
        (false, true) => pair.report_null(&BECAME_NULLABLE),
        (true, false) => pair.report_null(&BECAME_NOT_NULLABLE),
        _ => {}
    }
}

/// Whether allowing null makes a difference to these types: they are not all types, and null is not the only
/// one.
fn tells_null(types: Types) -> bool {
    types != Types::ANY && !types.values().is_empty()
}

pub(super) fn compare(pair: &mut Compare<'_, '_>) {
    nullable(pair);
    let (old, new) = (pair.old.clone(), pair.new.clone());
    let unions = !old.unions.is_empty() && !new.unions.is_empty();
    if told_by_values(&old, &new) || (unions && old.types == new.types) {
        return;
    }
    // The unions report what their branches accept, unless one side accepts only null.
    let nothing = old.types.values().is_empty() || new.types.values().is_empty();
    let (mut from, mut to) = if unions && !nothing {
        (old.stated, new.stated)
    } else {
        (old.types, new.types)
    };
    // If numbers are integers because of `multipleOf`, the change is reported there, not as a change of type.
    let told_by_multiples =
        |normal: &Normal<'_>| normal.spelling.only_multiples && !normal.numbers.multiples.is_empty();
    let of_numbers =
        |normal: &Normal<'_>, types: Types| types.meets(Types::FRACTION) || told_by_multiples(normal);
    // Multiples are compared only if both sides accept numbers without listing them.
    if super::open(&old, &new).meets(Types::NUMBER) && of_numbers(&old, from) && of_numbers(&new, to) {
        (from, to) = (from | Types::FRACTION, to | Types::FRACTION);
    }
    if pair.usage.branch || (tells_null(from) && tells_null(to)) {
        (from, to) = (from.values(), to.values());
    }
    if from == Types::ANY || to == Types::ANY {
        (from, to) = (from.values(), to.values());
    }
    let types = relation(from, to);
    let is_listed = old.spelling.listed || new.spelling.listed;
    if is_listed && types != Relation::Equal && !from.is_empty() && !to.is_empty() {
        listed(pair, from, to);
        return;
    }
    let relation = combined(types, formats(&old, &new));
    let told = |types: Types, normal: &Normal<'_>| {
        let format = normal.numbers.format.or(normal.format);
        match format {
            Some(format) => format!("{types}/{format}"),
            None => types.to_string(),
        }
    };
    let (old_told, new_told) = (told(old.types, &old), told(new.types, &new));
    let rule = match relation {
        Relation::Equal => return,
        _ if reads_as_text(pair, from, to) => match pair.usage.place {
            Place::Parameter | Place::HeaderParameter => &TYPE_GENERALIZED,
            _ => &TYPE_COMPATIBLE,
        },
        Relation::Wider if types == Relation::Equal || to == Types::ANY.values() => &FORMAT_GENERALIZED,
        Relation::Narrower if types == Relation::Equal || from == Types::ANY.values() => &FORMAT_SPECIALIZED,
        Relation::Wider => &TYPE_GENERALIZED,
        Relation::Narrower => &TYPE_SPECIALIZED,
        Relation::Unrelated if is_list_of_one(pair, from, to) => &TYPE_GENERALIZED,
        Relation::Unrelated
            if pair.usage.wire == Wire::Unknown && Types::SCALARS.contains(from) && is_any_text(&new) =>
        {
            &TYPE_REREAD
        }
        Relation::Unrelated => &TYPE_CHANGED,
    };
    let keyword = if from == to { "format" } else { "type" };
    pair.report_values(rule, keyword, old_told, new_told);
}

fn listed(pair: &mut Compare<'_, '_>, from: Types, to: Types) {
    for (rule, types) in [(&TYPES_NARROWED, from - to), (&TYPES_WIDENED, to - from)] {
        if !types.is_empty() {
            let change = pair.change(rule, "type").with("types", types.to_string());
            pair.push(change);
        }
    }
}

fn relation(from: Types, to: Types) -> Relation {
    match (to.contains(from), from.contains(to)) {
        (true, true) => Relation::Equal,
        (true, false) => Relation::Wider,
        (false, true) => Relation::Narrower,
        (false, false) => Relation::Unrelated,
    }
}

fn combined(a: Relation, b: Relation) -> Relation {
    match (a, b) {
        (Relation::Equal, relation) | (relation, Relation::Equal) => relation,
        (a, b) if a == b => a,
        _ => Relation::Unrelated,
    }
}

/// The relation between the formats, for the types that both sides have.
fn formats(old: &Normal<'_>, new: &Normal<'_>) -> Relation {
    let shared = super::open(old, new);
    let numbers = if shared.meets(Types::NUMBER) {
        format(old.numbers.format, new.numbers.format)
    } else {
        Relation::Equal
    };
    let others = if shared.meets(Types::ANY - Types::NUMBER - Types::NULL) {
        format(old.format, new.format)
    } else {
        Relation::Equal
    };
    combined(numbers, others)
}

fn format(old: Option<&str>, new: Option<&str>) -> Relation {
    /// Each format, with the formats that include all its values.
    const WITHIN: &[(&str, &[&str])] = &[
        ("int8", &["int16", "int32", "int64", "bigint", "float", "double"]),
        ("int16", &["int32", "int64", "bigint", "float", "double"]),
        ("int32", &["int64", "bigint", "double"]),
        ("int64", &["bigint"]),
        (
            "uint8",
            &[
                "int16", "uint16", "int32", "uint32", "int64", "uint64", "bigint", "float", "double",
            ],
        ),
        (
            "uint16",
            &["int32", "uint32", "int64", "uint64", "bigint", "float", "double"],
        ),
        ("uint32", &["int64", "uint64", "bigint", "double"]),
        ("uint64", &["bigint"]),
        ("float", &["double"]),
    ];
    let within = |inner: &str, outer: &str| {
        WITHIN
            .iter()
            .any(|(format, wider)| *format == inner && wider.contains(&outer))
    };
    match (old, new) {
        (old, new) if old == new => Relation::Equal,
        (_, None) => Relation::Wider,
        (None, _) => Relation::Narrower,
        (Some(old), Some(new)) if within(old, new) => Relation::Wider,
        (Some(old), Some(new)) if within(new, old) => Relation::Narrower,
        _ => Relation::Unrelated,
    }
}

/// Whether the change of types makes no difference in text: sent values are still as expected, or received
/// values are.
fn reads_as_text(pair: &Compare<'_, '_>, from: Types, to: Types) -> bool {
    if !matches!(pair.usage.wire, Wire::Text | Wire::Xml | Wire::ExplodedForm) {
        return false;
    }
    let (narrow, wide, normal) = match pair.usage.variance {
        Variance::Sent => (from, to, &pair.new),
        Variance::Received => (to, from, &pair.old),
        Variance::Undecided => return false,
    };
    !narrow.is_empty()
        && (Types::SCALARS | wide).contains(narrow)
        && !wide.contains(narrow)
        && is_any_text(normal)
}

/// Whether the text of every scalar is accepted as a string.
fn is_any_text(normal: &Normal<'_>) -> bool {
    normal.types.contains(Types::STRING)
        && !normal.enumerated.meets(Types::STRING)
        && normal.format.is_none()
        && normal.strings.patterns.is_empty()
        && normal.strings.min_length <= 1
        && normal.strings.max_length.is_none()
}

/// Whether a scalar parameter became an array that is written the same way if it has one item.
fn is_list_of_one(pair: &mut Compare<'_, '_>, from: Types, to: Types) -> bool {
    if pair.usage.wire != Wire::ExplodedForm || to != Types::ARRAY || !Types::SCALARS.contains(from) {
        return false;
    }
    let new = pair.new.clone();
    if new.arrays.min_items > 1
        || new.arrays.max_items == Some(0)
        || !new.arrays.prefix_items.is_empty()
        || !new.arrays.contains.is_empty()
    {
        return false;
    }
    if new.arrays.items.is_empty() {
        return true;
    }
    let items = pair.engine.new.node_of(&new.arrays.items);
    let usage = Use::new(Place::Parameter, Variance::Sent);
    pair.engine.covers(pair.old_node, items, usage)
}
