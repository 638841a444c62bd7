//! The required members of an object.

use std::collections::BTreeSet;

use crate::{
    rule::{BREAKING, INFO, Mirror, Place, Rule},
    schema::{Use, compare::Compare},
};

pub(super) static RULES: &[&Rule] = &[
    &BECAME_REQUIRED,
    &BECAME_REQUIRED_WITH_DEFAULT,
    &BECAME_OPTIONAL,
    &DEPENDENT_REQUIRED_ADDED,
    &DEPENDENT_REQUIRED_REMOVED,
    &DEPENDENT_REQUIRED_CHANGED,
];

static BECAME_REQUIRED: Rule = Rule::schema(
    "became-required",
    BREAKING,
    INFO,
    Mirror::Event("became-optional"),
    "it became required",
);
static BECAME_REQUIRED_WITH_DEFAULT: Rule = Rule::schema(
    "became-required-with-default",
    BREAKING,
    INFO,
    Mirror::Event("became-optional"),
    "it became required; its default does not help clients that omit it",
)
.with_ids(&[
    (Place::ResponseProperty, "response-property-became-required"),
    (
        Place::ResponseWriteOnlyProperty,
        "response-write-only-property-became-required",
    ),
]);
static BECAME_OPTIONAL: Rule = Rule::schema(
    "became-optional",
    INFO,
    BREAKING,
    Mirror::Event("became-required"),
    "it became optional",
);
static DEPENDENT_REQUIRED_ADDED: Rule = Rule::schema(
    "dependent-required-added",
    BREAKING,
    INFO,
    Mirror::Event("dependent-required-removed"),
    "{required} is now required if {property} is present",
);
static DEPENDENT_REQUIRED_REMOVED: Rule = Rule::schema(
    "dependent-required-removed",
    INFO,
    BREAKING,
    Mirror::Event("dependent-required-added"),
    "{required} is no longer required if {property} is present",
);
static DEPENDENT_REQUIRED_CHANGED: Rule = Rule::schema(
    "dependent-required-changed",
    BREAKING,
    BREAKING,
    Mirror::Itself,
    "if {property} is present, {new} must be present instead of {old}",
);

/// Compares whether a member is required. `usage` is the usage of the member.
pub(super) fn compare(pair: &mut Compare<'_, '_>, name: &str, usage: Use) {
    let rule = match (
        pair.old.objects.required.contains(name),
        pair.new.objects.required.contains(name),
    ) {
        (false, true) if has_default(pair, name) => &BECAME_REQUIRED_WITH_DEFAULT,
        (false, true) => &BECAME_REQUIRED,
        (true, false) => &BECAME_OPTIONAL,
        _ => return,
    };
    let change = pair.property_change(rule, name);
    pair.push_property(change, usage);
}

/// Whether the new document gives the member a default.
pub(super) fn has_default(pair: &mut Compare<'_, '_>, name: &str) -> bool {
    let Some(places) = pair.new.objects.properties.get(name).cloned() else {
        return false;
    };
    let node = pair.engine.new.node_of(&places);
    pair.engine.new.normal(node, true).annotations.default.is_some()
}

pub(super) fn dependent(pair: &mut Compare<'_, '_>) {
    let (old, new) = (pair.old.clone(), pair.new.clone());
    let text = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(", ");
    let names: BTreeSet<_> = old
        .objects
        .dependent_required
        .keys()
        .chain(new.objects.dependent_required.keys())
        .collect();
    for name in names {
        let from = old
            .objects
            .dependent_required
            .get(name)
            .cloned()
            .unwrap_or_default();
        let to = new
            .objects
            .dependent_required
            .get(name)
            .cloned()
            .unwrap_or_default();
        // Members that are always required do not depend on others.
        let added = to
            .iter()
            .any(|it| !from.contains(it) && !old.objects.required.contains(it));
        let removed = from
            .iter()
            .any(|it| !to.contains(it) && !new.objects.required.contains(it));
        let change = match (added, removed) {
            (false, false) => continue,
            (true, _) if from.is_empty() => pair
                .change(&DEPENDENT_REQUIRED_ADDED, "dependentRequired")
                .with("required", text(&to)),
            (_, true) if to.is_empty() => pair
                .change(&DEPENDENT_REQUIRED_REMOVED, "dependentRequired")
                .with("required", text(&from)),
            _ => pair
                .change(&DEPENDENT_REQUIRED_CHANGED, "dependentRequired")
                .with("old", text(&from))
                .with("new", text(&to)),
        };
        pair.push(change.with("property", *name));
    }
}
