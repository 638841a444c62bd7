//! Listed values: `enum`, `const`.

use std::collections::HashSet;

use serde_json::Value;

use crate::{
    rule::{BREAKING, INFO, Mirror, Place, Rule, WARNING},
    schema::{compare::Compare, number, rules::types::told_by_values, types::Types},
};

pub(super) static RULES: &[&Rule] = &[
    &BECAME_ENUM,
    &ENUM_REMOVED,
    &VALUE_ADDED,
    &VALUE_REMOVED,
    &CONST_ADDED,
    &CONST_REMOVED,
    &CONST_CHANGED,
];

static BECAME_ENUM: Rule = Rule::schema(
    "became-enum",
    BREAKING,
    INFO.deviating(),
    Mirror::Event("enum-removed"),
    "only listed values are now allowed: {value}",
)
.named("became-enum", "enum-value-added");
static ENUM_REMOVED: Rule = Rule::schema(
    "enum-removed",
    INFO.deviating(),
    BREAKING.deviating(),
    Mirror::Event("became-enum"),
    "any value is now allowed, not only listed ones such as {value}",
)
.with_ids(REMOVED_IDS);
static VALUE_ADDED: Rule = Rule::schema(
    "enum-value-added",
    INFO,
    WARNING,
    Mirror::Event("enum-value-removed"),
    "the value {value} was added",
);
static VALUE_REMOVED: Rule = Rule::schema(
    "enum-value-removed",
    BREAKING,
    INFO,
    Mirror::Event("enum-value-added"),
    "the value {value} was removed",
)
.with_ids(REMOVED_IDS);
static CONST_ADDED: Rule = Rule::schema(
    "const-added",
    BREAKING,
    INFO,
    Mirror::Event("const-removed"),
    "only the value {value} is now allowed",
);
static CONST_REMOVED: Rule = Rule::schema(
    "const-removed",
    INFO,
    BREAKING,
    Mirror::Event("const-added"),
    "values other than {value} are now allowed",
);
static CONST_CHANGED: Rule = Rule::schema(
    "const-changed",
    BREAKING,
    BREAKING,
    Mirror::Itself,
    "the only value was changed from {old} to {new}",
);

const REMOVED_IDS: &[(Place, &str)] = &[
    (Place::RequestBody, "request-body-enum-value-removed"),
    (Place::RequestProperty, "request-property-enum-value-removed"),
    (
        Place::RequestReadOnlyProperty,
        "request-read-only-property-enum-value-removed",
    ),
    (Place::ResponseBody, "response-mediatype-enum-value-removed"),
    (Place::ResponseProperty, "response-property-enum-value-removed"),
    (
        Place::ResponseWriteOnlyProperty,
        "response-write-only-property-enum-value-removed",
    ),
    (Place::Parameter, "request-parameter-enum-value-removed"),
    (Place::HeaderParameter, "request-parameter-enum-value-removed"),
    (
        Place::ParameterProperty,
        "request-parameter-property-enum-value-removed",
    ),
    (
        Place::HeaderParameterProperty,
        "request-header-property-enum-value-removed",
    ),
    (Place::ResponseHeader, "response-header-enum-value-removed"),
    (
        Place::ResponseHeaderProperty,
        "response-header-property-enum-value-removed",
    ),
];

pub(super) fn compare(pair: &mut Compare<'_, '_>) {
    let (old, new) = (pair.old.clone(), pair.new.clone());
    let shared = (old.types & new.types).values();
    let told = told_by_values(&old, &new);
    let both = if told {
        Types::ANY
    } else {
        shared & old.enumerated & new.enumerated
    };
    let given = shared & (new.enumerated - old.enumerated);
    let dropped = shared & (old.enumerated - new.enumerated);
    let keyword = |constant: bool| if constant { "const" } else { "enum" };
    if !given.is_empty() && !told {
        if new.spelling.constant {
            value_of(pair, &CONST_ADDED, "const", new.values.first());
        } else if pair.usage.place.in_response() {
            for value in of_types(&new.values, given) {
                value_of(pair, &BECAME_ENUM, "enum", Some(&value));
            }
        } else {
            let values: Vec<_> = of_types(&new.values, given).map(Value::to_string).collect();
            let change = pair.change(&BECAME_ENUM, "enum").with("value", values.join(", "));
            pair.push(change);
        }
        // The constraints may have ruled out the value.
        for value in of_types(&new.values, given).filter(|value| !old.is_in_range(value)) {
            value_of(pair, &VALUE_ADDED, keyword(new.spelling.constant), Some(&value));
        }
    }
    if !dropped.is_empty() && !told {
        let rule = if old.spelling.constant {
            &CONST_REMOVED
        } else {
            &ENUM_REMOVED
        };
        for value in of_types(&old.values, dropped) {
            value_of(pair, rule, keyword(old.spelling.constant), Some(&value));
        }
        for value in of_types(&old.values, dropped).filter(|value| !new.is_in_range(value)) {
            value_of(pair, &VALUE_REMOVED, keyword(old.spelling.constant), Some(&value));
        }
    }
    let (gone, fresh) = differences(&old.values, &new.values, both);
    if let ([from], [to], true) = (
        &gone[..],
        &fresh[..],
        old.spelling.constant && new.spelling.constant,
    ) {
        pair.report_values(&CONST_CHANGED, "const", from, to);
        return;
    }
    for value in gone {
        value_of(pair, &VALUE_REMOVED, keyword(old.spelling.constant), Some(&value));
    }
    for value in fresh {
        value_of(pair, &VALUE_ADDED, keyword(new.spelling.constant), Some(&value));
    }
}

fn value_of(pair: &mut Compare<'_, '_>, rule: &'static Rule, keyword: &str, value: Option<&&Value>) {
    let change = pair
        .change(rule, keyword)
        .with("value", value.map(ToString::to_string).unwrap_or_default());
    pair.push(change);
}

fn of_types<'v, 'a>(values: &'v [&'a Value], types: Types) -> impl Iterator<Item = &'a Value> + use<'v, 'a> {
    values
        .iter()
        .copied()
        .filter(move |value| types.contains(Types::of(value)) && !value.is_null())
}

/// The values of these types that only the old list has, and those that only the new list has.
fn differences<'a>(old: &[&'a Value], new: &[&'a Value], types: Types) -> (Vec<&'a Value>, Vec<&'a Value>) {
    let keys = |values: &[&Value]| values.iter().map(|value| key(value)).collect::<HashSet<_>>();
    let (old_keys, new_keys) = (keys(old), keys(new));
    (
        of_types(old, types)
            .filter(|value| !new_keys.contains(&key(value)))
            .collect(),
        of_types(new, types)
            .filter(|value| !old_keys.contains(&key(value)))
            .collect(),
    )
}

/// The text of a value; `1` and `1.0` are the same value.
fn key(value: &Value) -> String {
    match value.as_number().and_then(number::integer) {
        Some(integer) => integer.to_string(),
        None => value.to_string(),
    }
}
