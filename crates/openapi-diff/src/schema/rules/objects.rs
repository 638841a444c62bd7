//! The declared properties and the other members of objects.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use crate::{
    rule::{BREAKING, INFO, Mirror, Place, Rule, WARNING},
    schema::{
        Use,
        compare::Compare,
        node::NodeId,
        normal::{Normal, Objects, Places},
        rules::required,
    },
};

/// The keywords for undeclared properties.
const ADDITIONAL: &str = "additionalProperties";
const UNEVALUATED: &str = "unevaluatedProperties";

pub(super) static RULES: &[&Rule] = &[
    &PROPERTY_ADDED,
    &PROPERTY_REMOVED,
    &REQUIRED_PROPERTY_ADDED,
    &REQUIRED_PROPERTY_ADDED_WITH_DEFAULT,
    &REQUIRED_PROPERTY_REMOVED,
    &MIN_PROPERTIES_INCREASED,
    &MIN_PROPERTIES_DECREASED,
    &MAX_PROPERTIES_SET,
    &MAX_PROPERTIES_UNSET,
    &MAX_PROPERTIES_DECREASED,
    &MAX_PROPERTIES_INCREASED,
    &ADDITIONAL_PROPERTIES_CLOSED,
    &ADDITIONAL_PROPERTIES_OPENED,
    &PATTERN_PROPERTY_ADDED,
    &PATTERN_PROPERTY_REMOVED,
    &PROPERTY_NAMES_ADDED,
    &PROPERTY_NAMES_REMOVED,
    &DEPENDENT_SCHEMA_ADDED,
    &DEPENDENT_SCHEMA_REMOVED,
    &UNEVALUATED_PROPERTIES_ADDED,
    &UNEVALUATED_PROPERTIES_REMOVED,
    &EVALUATED_PROPERTIES_CHANGED,
];

pub(super) static PROPERTY_ADDED: Rule = Rule::schema(
    "property-added",
    INFO,
    INFO,
    Mirror::Event("property-removed"),
    "the optional property was added{hint}",
)
.adding()
.with_ids(&[
    (Place::RequestProperty, "new-optional-request-property"),
    (Place::RequestReadOnlyProperty, "new-optional-request-property"),
    (Place::ResponseProperty, "response-optional-property-added"),
    (
        Place::ResponseWriteOnlyProperty,
        "response-optional-write-only-property-added",
    ),
    (
        Place::HeaderParameterProperty,
        "new-optional-request-header-property",
    ),
]);
pub(super) static PROPERTY_REMOVED: Rule = Rule::schema(
    "property-removed",
    WARNING,
    WARNING,
    Mirror::Event("property-added"),
    "the optional property was removed{hint}",
)
.removing()
.with_ids(&[
    (Place::RequestProperty, "request-property-removed"),
    (Place::RequestReadOnlyProperty, "request-property-removed"),
    (Place::ResponseProperty, "response-optional-property-removed"),
    (
        Place::ResponseWriteOnlyProperty,
        "response-optional-write-only-property-removed",
    ),
]);
static REQUIRED_PROPERTY_ADDED: Rule = Rule::schema(
    "required-property-added",
    BREAKING,
    INFO,
    Mirror::Event("required-property-removed"),
    "the required property was added{hint}",
)
.adding()
.with_ids(&[
    (Place::RequestProperty, "new-required-request-property"),
    (Place::RequestReadOnlyProperty, "new-required-request-property"),
    (Place::ResponseProperty, "response-required-property-added"),
    (
        Place::ResponseWriteOnlyProperty,
        "response-required-write-only-property-added",
    ),
    (
        Place::HeaderParameterProperty,
        "new-required-request-header-property",
    ),
]);
static REQUIRED_PROPERTY_ADDED_WITH_DEFAULT: Rule = Rule::schema(
    "required-property-added-with-default",
    BREAKING,
    INFO,
    Mirror::Event("required-property-removed"),
    "the required property was added; its default does not help clients that omit it{hint}",
)
.adding()
.with_ids(&[
    (
        Place::RequestProperty,
        "new-required-request-property-with-default",
    ),
    (
        Place::RequestReadOnlyProperty,
        "new-required-request-property-with-default",
    ),
    (Place::ResponseProperty, "response-required-property-added"),
    (
        Place::ResponseWriteOnlyProperty,
        "response-required-write-only-property-added",
    ),
    (
        Place::HeaderParameterProperty,
        "new-required-request-header-property",
    ),
]);
pub(super) static REQUIRED_PROPERTY_REMOVED: Rule = Rule::schema(
    "required-property-removed",
    WARNING,
    BREAKING,
    Mirror::Event("required-property-added"),
    "the required property was removed{hint}",
)
.removing()
.with_ids(&[
    (Place::RequestProperty, "request-property-removed"),
    (Place::RequestReadOnlyProperty, "request-property-removed"),
    (Place::ResponseProperty, "response-required-property-removed"),
    (
        Place::ResponseWriteOnlyProperty,
        "response-required-write-only-property-removed",
    ),
]);
static MIN_PROPERTIES_INCREASED: Rule = Rule::schema(
    "min-properties-increased",
    BREAKING,
    INFO,
    Mirror::Event("min-properties-decreased"),
    "the minimum number of properties was raised from {old} to {new}",
);
static MIN_PROPERTIES_DECREASED: Rule = Rule::schema(
    "min-properties-decreased",
    INFO,
    BREAKING,
    Mirror::Event("min-properties-increased"),
    "the minimum number of properties was lowered from {old} to {new}",
);
static MAX_PROPERTIES_SET: Rule = Rule::schema(
    "max-properties-set",
    BREAKING,
    INFO,
    Mirror::Event("max-properties-unset"),
    "the number of properties was limited to {new}",
);
static MAX_PROPERTIES_UNSET: Rule = Rule::schema(
    "max-properties-unset",
    INFO,
    BREAKING,
    Mirror::Event("max-properties-set"),
    "the number of properties is no longer limited to {old}",
);
static MAX_PROPERTIES_DECREASED: Rule = Rule::schema(
    "max-properties-decreased",
    BREAKING,
    INFO,
    Mirror::Event("max-properties-increased"),
    "the maximum number of properties was lowered from {old} to {new}",
);
static MAX_PROPERTIES_INCREASED: Rule = Rule::schema(
    "max-properties-increased",
    INFO,
    BREAKING,
    Mirror::Event("max-properties-decreased"),
    "the maximum number of properties was raised from {old} to {new}",
);
static ADDITIONAL_PROPERTIES_CLOSED: Rule = Rule::schema(
    "additional-properties-closed",
    BREAKING,
    INFO,
    Mirror::Event("additional-properties-opened"),
    "undeclared properties were restricted",
);
pub(super) static ADDITIONAL_PROPERTIES_OPENED: Rule = Rule::schema(
    "additional-properties-opened",
    INFO,
    INFO,
    Mirror::Event("additional-properties-closed"),
    "undeclared properties are less restricted",
);
static PATTERN_PROPERTY_ADDED: Rule = Rule::schema(
    "pattern-property-added",
    BREAKING,
    INFO,
    Mirror::Event("pattern-property-removed"),
    "properties that match {pattern} were restricted",
);
static PATTERN_PROPERTY_REMOVED: Rule = Rule::schema(
    "pattern-property-removed",
    INFO,
    BREAKING,
    Mirror::Event("pattern-property-added"),
    "properties that match {pattern} are no longer restricted",
);
static PROPERTY_NAMES_ADDED: Rule = Rule::schema(
    "property-names-added",
    BREAKING,
    INFO,
    Mirror::Event("property-names-removed"),
    "the names of properties were restricted",
);
static PROPERTY_NAMES_REMOVED: Rule = Rule::schema(
    "property-names-removed",
    INFO,
    BREAKING,
    Mirror::Event("property-names-added"),
    "the names of properties are no longer restricted",
);
static DEPENDENT_SCHEMA_ADDED: Rule = Rule::schema(
    "dependent-schema-added",
    BREAKING,
    INFO,
    Mirror::Event("dependent-schema-removed"),
    "if {property} is present, the object must now match a schema",
);
static DEPENDENT_SCHEMA_REMOVED: Rule = Rule::schema(
    "dependent-schema-removed",
    INFO,
    BREAKING,
    Mirror::Event("dependent-schema-added"),
    "if {property} is present, the object no longer needs to match a schema",
);
static UNEVALUATED_PROPERTIES_ADDED: Rule = Rule::schema(
    "unevaluated-properties-added",
    BREAKING,
    INFO,
    Mirror::Event("unevaluated-properties-removed"),
    "properties that no other keyword describes were restricted",
);
static UNEVALUATED_PROPERTIES_REMOVED: Rule = Rule::schema(
    "unevaluated-properties-removed",
    INFO,
    BREAKING,
    Mirror::Event("unevaluated-properties-added"),
    "properties that no other keyword describes are no longer restricted",
);
static EVALUATED_PROPERTIES_CHANGED: Rule = Rule::schema(
    "evaluated-properties-changed",
    WARNING,
    WARNING,
    Mirror::Itself,
    "the set of properties that no other keyword describes was changed",
);

pub(super) fn compare(pair: &mut Compare<'_, '_>) {
    // If only one side can express it as `additionalProperties`, both are compared as
    // `unevaluatedProperties`.
    let unevaluated = |normal: &Normal<'_>| !normal.objects.unevaluated_properties.is_empty();
    if (unevaluated(&pair.old) || unevaluated(&pair.new))
        && pair.spelt(ADDITIONAL, UNEVALUATED) == UNEVALUATED
    {
        let (old, new) = (Rc::make_mut(&mut pair.old), Rc::make_mut(&mut pair.new));
        if !new.objects.unevaluated_properties.is_empty() {
            old.objects
                .unevaluated_properties
                .append(&mut old.objects.additional_properties);
        }
        if !old.objects.unevaluated_properties.is_empty() {
            new.objects
                .unevaluated_properties
                .append(&mut new.objects.additional_properties);
        }
    }
    let (old, new) = (pair.old.clone(), pair.new.clone());
    properties(pair, &old, &new);
    counts(pair, &old.objects, &new.objects);
    additional(pair, &old.objects, &new.objects);
    patterns(pair, &old.objects, &new.objects);
    let rules = [&DEPENDENT_SCHEMA_ADDED, &DEPENDENT_SCHEMA_REMOVED];
    let (from, to) = (&old.objects.dependent_schemas, &new.objects.dependent_schemas);
    named(pair, rules, ("dependentSchemas", "property"), from, to);
    required::dependent(pair);
    pair.schema(
        [&PROPERTY_NAMES_ADDED, &PROPERTY_NAMES_REMOVED],
        "propertyNames",
        &old.objects.property_names,
        &new.objects.property_names,
    );
    pair.schema(
        [&UNEVALUATED_PROPERTIES_ADDED, &UNEVALUATED_PROPERTIES_REMOVED],
        UNEVALUATED,
        &old.objects.unevaluated_properties,
        &new.objects.unevaluated_properties,
    );
    if unevaluated(&old) && unevaluated(&new) && evaluates(&old) != evaluates(&new) {
        pair.report(&EVALUATED_PROPERTIES_CHANGED, UNEVALUATED);
    }
}

/// The keywords that decide to which properties `unevaluatedProperties` applies (JSON Schema 2020-12, 11.3).
/// Conditions have their own rules.
fn evaluates<'n, 'a>(normal: &'n Normal<'a>) -> impl PartialEq + use<'n, 'a> {
    (
        normal.objects.properties.keys().collect::<Vec<_>>(),
        normal.objects.pattern_properties.keys().collect::<Vec<_>>(),
        normal.objects.dependent_schemas.keys().collect::<Vec<_>>(),
        normal.size_of_unions(),
    )
}

fn properties(pair: &mut Compare<'_, '_>, old: &Normal<'_>, new: &Normal<'_>) {
    let (mut gone, mut fresh) = (Vec::new(), Vec::new());
    let names: BTreeSet<&str> = [&old.objects.properties, &new.objects.properties]
        .into_iter()
        .flat_map(BTreeMap::keys)
        .chain(&old.objects.required)
        .chain(&new.objects.required)
        .copied()
        .collect();
    for name in names {
        let (from, to) = (old.objects.properties.get(name), new.objects.properties.get(name));
        let usage = pair
            .usage
            .below()
            .required(old.objects.required.contains(name) || new.objects.required.contains(name));
        match (from, to) {
            (Some(from), Some(to)) => {
                let (from, to, usage) = pair.pair(from, to, usage);
                pair.descend_nodes(from, to, usage);
                required::compare(pair, name, usage);
            }
            (Some(places), None) => gone.push((name, pair.pair_of_old(places, usage))),
            (None, Some(places)) => fresh.push((name, pair.pair_of_new(places, usage))),
            (None, None) => required::compare(pair, name, usage),
        }
    }
    let renamed = renamed(pair, &gone, &fresh);
    let hint = |name: &str, old: bool| {
        let other = renamed.iter().find_map(|(from, to)| match old {
            true => (*from == name).then_some(to),
            false => (*to == name).then_some(from),
        });
        match (other, old) {
            (None, _) => String::new(),
            (Some(other), true) => format!(" (it may have been renamed to {other})"),
            (Some(other), false) => format!(" (it may have been {other} before)"),
        }
    };
    for (name, child) in gone {
        removed(pair, name, child, hint(name, true));
    }
    for (name, child) in fresh {
        added(pair, name, child, hint(name, false));
    }
}

fn removed(pair: &mut Compare<'_, '_>, name: &str, (node, usage): (NodeId, Use), hint: String) {
    if pair.new.objects.required.contains(name) && !pair.old.objects.required.contains(name) {
        required::compare(pair, name, usage);
    }
    let rule = if pair.old.objects.required.contains(name) {
        &REQUIRED_PROPERTY_REMOVED
    } else {
        &PROPERTY_REMOVED
    };
    let mut change = pair.property_change(rule, name).with("hint", hint);
    let rest = pair.new.objects.additional_properties.clone();
    if pair.is_sent() && pair.is_closed_in_new(&rest) {
        // A client that still sends the property is refused, not ignored.
        change.verdict = BREAKING.deviating();
    }
    pair.push_property(change, usage);
    if !pair.is_closed_in_new(&rest) && (!rest.is_empty() || pair.new.objects.required.contains(name)) {
        // The property is now an undeclared one. If it is required, it is certainly used.
        let rest = pair.engine.new.node_of(&rest);
        pair.descend_nodes(node, rest, usage.below());
    }
}

fn added(pair: &mut Compare<'_, '_>, name: &str, (node, usage): (NodeId, Use), hint: String) {
    let (was_required, is_required) = (
        pair.old.objects.required.contains(name),
        pair.new.objects.required.contains(name),
    );
    let rule = match is_required {
        true if required::has_default(pair, name) => &REQUIRED_PROPERTY_ADDED_WITH_DEFAULT,
        true => &REQUIRED_PROPERTY_ADDED,
        false => &PROPERTY_ADDED,
    };
    let mut change = pair.property_change(rule, name).with("hint", hint);
    if was_required && is_required && pair.is_sent() {
        // It was already required, although it was not declared.
        change.verdict = INFO.deviating();
    }
    if was_required && !is_required {
        required::compare(pair, name, usage);
    }
    let rest = pair.old.objects.additional_properties.clone();
    let closed = pair.is_closed_in_old(&rest);
    if closed && pair.is_received() && pair.spelt(ADDITIONAL, UNEVALUATED) == ADDITIONAL {
        // A client that validates by the old document refuses it. `unevaluatedProperties` means that others
        // may add properties.
        change.verdict = WARNING.deviating();
    }
    pair.push_property(change, usage);
    if !closed && (!rest.is_empty() || was_required) {
        // The property was an undeclared one. If it was required, it was certainly used.
        let rest = pair.engine.old.node_of(&rest);
        pair.descend_nodes(rest, node, usage.below());
    }
}

/// The removed properties, each with the only added property that has the same schema.
fn renamed<'n>(
    pair: &mut Compare<'_, '_>,
    gone: &[(&'n str, (NodeId, Use))],
    fresh: &[(&'n str, (NodeId, Use))],
) -> Vec<(&'n str, &'n str)> {
    /// With more changed properties than this, it is a different schema, not a renaming.
    const MANY: usize = 8;
    if gone.is_empty() || fresh.is_empty() || gone.len() > MANY || fresh.len() > MANY {
        return Vec::new();
    }
    let mut pairs = Vec::new();
    for (from, (old, _)) in gone {
        for (to, (new, _)) in fresh {
            if pair.engine.same(*old, *new) {
                pairs.push((*from, *to));
            }
        }
    }
    let alone = |(from, to): &(&str, &str)| {
        pairs.iter().filter(|(other, _)| other == from).count() == 1
            && pairs.iter().filter(|(_, other)| other == to).count() == 1
    };
    pairs.iter().filter(|pair| alone(pair)).copied().collect()
}

fn counts(pair: &mut Compare<'_, '_>, old: &Objects<'_>, new: &Objects<'_>) {
    // Required members always count.
    let implied = |objects: &Objects<'_>, least: u64| least <= objects.required.len() as u64;
    let raised = new.min_properties > old.min_properties && !implied(old, new.min_properties);
    let lowered = new.min_properties < old.min_properties && !implied(new, old.min_properties);
    if raised || lowered {
        let rule = if new.min_properties > old.min_properties {
            &MIN_PROPERTIES_INCREASED
        } else {
            &MIN_PROPERTIES_DECREASED
        };
        pair.report_values(rule, "minProperties", old.min_properties, new.min_properties);
    }
    let rules = [
        &MAX_PROPERTIES_SET,
        &MAX_PROPERTIES_UNSET,
        &MAX_PROPERTIES_DECREASED,
        &MAX_PROPERTIES_INCREASED,
    ];
    // A closed object has at most as many members as declared properties.
    let limit = |objects: &Objects<'_>, closed: bool| {
        let declared = objects.properties.len() as u64;
        (closed && objects.pattern_properties.is_empty()).then_some(declared)
    };
    let (was_closed, closed) = (
        pair.is_closed_in_old(&old.additional_properties),
        pair.is_closed_in_new(&new.additional_properties),
    );
    let implied = |limit: Option<u64>, most: Option<u64>| {
        most.is_none_or(|most| limit.is_some_and(|limit| limit <= most))
    };
    let (old_limit, new_limit) = (limit(old, was_closed), limit(new, closed));
    if implied(old_limit, new.max_properties) && implied(new_limit, old.max_properties) {
        return;
    }
    pair.maximum(rules, "maxProperties", old.max_properties, new.max_properties);
}

fn additional(pair: &mut Compare<'_, '_>, old: &Objects<'_>, new: &Objects<'_>) {
    let (from, to) = (&old.additional_properties, &new.additional_properties);
    if from.is_empty() && to.is_empty() {
        return;
    }
    let keyword = pair.spelt(ADDITIONAL, UNEVALUATED);
    if keyword == UNEVALUATED && (from.is_empty() || to.is_empty()) {
        let rules = [&UNEVALUATED_PROPERTIES_ADDED, &UNEVALUATED_PROPERTIES_REMOVED];
        return pair.schema(rules, keyword, from, to);
    }
    let closed = (pair.is_closed_in_old(from), pair.is_closed_in_new(to));
    match (from.is_empty(), to.is_empty()) {
        (true, _) => pair.report(&ADDITIONAL_PROPERTIES_CLOSED, keyword),
        (false, true) => {
            let mut change = pair.change(&ADDITIONAL_PROPERTIES_OPENED, keyword);
            if !closed.0 && pair.is_received() {
                // Values that were promised to match a schema may now be anything.
                change.verdict = BREAKING;
            }
            pair.push(change);
        }
        (false, false) => match closed {
            (true, true) => {}
            (false, true) => pair.report(&ADDITIONAL_PROPERTIES_CLOSED, keyword),
            (true, false) => pair.report(&ADDITIONAL_PROPERTIES_OPENED, keyword),
            (false, false) => pair.descend(from, to, pair.usage.below()),
        },
    }
}

fn patterns(pair: &mut Compare<'_, '_>, old: &Objects<'_>, new: &Objects<'_>) {
    let (from, to) = (&old.pattern_properties, &new.pattern_properties);
    let names: BTreeSet<_> = from.keys().chain(to.keys()).collect();
    for name in names {
        let (rule, rest, closed) = match (from.get(name), to.get(name)) {
            (Some(old), Some(new)) => {
                pair.descend(old, new, pair.usage.below());
                continue;
            }
            (None, _) => {
                let rest = &old.additional_properties;
                (&PATTERN_PROPERTY_ADDED, rest, pair.is_closed_in_old(rest))
            }
            (_, None) => {
                let rest = &new.additional_properties;
                (&PATTERN_PROPERTY_REMOVED, rest, pair.is_closed_in_new(rest))
            }
        };
        let mut change = pair.change(rule, "patternProperties").with("pattern", *name);
        if closed && old.properties.is_empty() && new.properties.is_empty() {
            // A matching property was refused before, or is refused now.
            change.verdict = rule.verdict(pair.usage.variance.flipped());
        } else if closed {
            // The same, unless a declared property matches, which then becomes more or less restricted.
            // Patterns are not matched against names.
            change.verdict = WARNING;
        } else if !rest.is_empty() {
            // A property that matches on one side is an undeclared one on the other side.
            let (from, to) = (from.get(name).unwrap_or(rest), to.get(name).unwrap_or(rest));
            let (from, to, usage) = pair.pair(from, to, pair.usage.below());
            if pair.engine.same(from, to) {
                continue;
            }
            change.verdict = if pair.engine.covers(from, to, usage) {
                INFO
            } else {
                BREAKING
            };
        }
        pair.push(change);
    }
}

fn named(
    pair: &mut Compare<'_, '_>,
    [added, removed]: [&'static Rule; 2],
    (keyword, argument): (&str, &'static str),
    old: &BTreeMap<&str, Places>,
    new: &BTreeMap<&str, Places>,
) {
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    for name in names {
        let rule = match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) => {
                pair.descend(old, new, pair.usage.below());
                continue;
            }
            (None, _) => added,
            (_, None) => removed,
        };
        let change = pair.change(rule, keyword).with(argument, *name);
        pair.push(change);
    }
}
