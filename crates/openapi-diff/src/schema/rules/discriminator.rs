//! The property that tells the branches of a union apart.

use serde_json::{Map, Value};

use crate::{
    rule::{BREAKING, INFO, Mirror, Rule},
    schema::{
        compare::Compare,
        node::{NodeId, Schemas},
        rules::unions::Paired,
    },
};

pub(super) static RULES: &[&Rule] = &[
    &DISCRIMINATOR_ADDED,
    &DISCRIMINATOR_REMOVED,
    &PROPERTY_NAME_CHANGED,
    &MAPPING_ADDED,
    &MAPPING_DELETED,
    &MAPPING_CHANGED,
];

static DISCRIMINATOR_ADDED: Rule = Rule::schema(
    "discriminator-added",
    INFO,
    INFO,
    Mirror::Event("discriminator-removed"),
    "a discriminator was added",
);
static DISCRIMINATOR_REMOVED: Rule = Rule::schema(
    "discriminator-removed",
    INFO,
    INFO,
    Mirror::Event("discriminator-added"),
    "the discriminator was removed",
);
static PROPERTY_NAME_CHANGED: Rule = Rule::schema(
    "discriminator-property-name-changed",
    BREAKING.deviating(),
    BREAKING.deviating(),
    Mirror::Itself,
    "the discriminator is {new} instead of {old}",
);
static MAPPING_ADDED: Rule = Rule::schema(
    "discriminator-mapping-added",
    INFO,
    INFO,
    Mirror::Event("discriminator-mapping-deleted"),
    "the discriminator may also be {values}",
);
static MAPPING_DELETED: Rule = Rule::schema(
    "discriminator-mapping-deleted",
    BREAKING.deviating(),
    BREAKING.deviating(),
    Mirror::Event("discriminator-mapping-added"),
    "the discriminator can no longer be {values}",
);
static MAPPING_CHANGED: Rule = Rule::schema(
    "discriminator-mapping-changed",
    BREAKING.deviating(),
    BREAKING.deviating(),
    Mirror::Itself,
    "the discriminator {value} stands for {new} instead of {old}",
);

/// Compares discriminators, given the branches that are the same branch of both sides.
pub(super) fn compare(pair: &mut Compare<'_, '_>, paired: &Paired) {
    let of = |discriminator: Option<&'_ Value>| discriminator.is_some_and(Value::is_object);
    let (old, new) = (
        pair.old.annotations.discriminator,
        pair.new.annotations.discriminator,
    );
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) if of(Some(old)) && of(Some(new)) => (old, new),
        (old, new) => {
            match (of(old), of(new)) {
                (false, true) => pair.report(&DISCRIMINATOR_ADDED, "discriminator"),
                (true, false) => pair.report(&DISCRIMINATOR_REMOVED, "discriminator"),
                _ => {}
            }
            return;
        }
    };
    let name = |discriminator: &Value| {
        let name = discriminator.get("propertyName").and_then(Value::as_str);
        name.unwrap_or_default().to_owned()
    };
    if name(old) != name(new) {
        pair.report_values(&PROPERTY_NAME_CHANGED, "discriminator", name(old), name(new));
    }
    let empty = Map::new();
    let mapping = |discriminator: &'_ Value| {
        let mapping = discriminator.get("mapping").and_then(Value::as_object);
        mapping.unwrap_or(&empty).clone()
    };
    let (old, new) = (mapping(old), mapping(new));
    for (value, target) in &old {
        let (Some(from), Some(to)) = (target.as_str(), new.get(value).and_then(Value::as_str)) else {
            continue;
        };
        if !is_same_target(pair, from, to, paired) {
            let change = pair
                .change(&MAPPING_CHANGED, "discriminator")
                .with("value", value)
                .with("old", from)
                .with("new", to);
            pair.push(change);
        }
    }
    entries(pair, &MAPPING_DELETED, &old, &new);
    entries(pair, &MAPPING_ADDED, &new, &old);
}

/// Reports the values of one mapping that the other has not.
fn entries(
    pair: &mut Compare<'_, '_>,
    rule: &'static Rule,
    mapping: &Map<String, Value>,
    other: &Map<String, Value>,
) {
    let values: Vec<_> = mapping
        .keys()
        .filter(|value| !other.contains_key(*value))
        .map(String::as_str)
        .collect();
    if !values.is_empty() {
        let change = pair
            .change(rule, "discriminator")
            .with("values", values.join(", "));
        pair.push(change);
    }
}

fn is_same_target(pair: &mut Compare<'_, '_>, old: &str, new: &str, paired: &Paired) -> bool {
    if old == new {
        return true;
    }
    let old = target(&mut pair.engine.old, old);
    let new = target(&mut pair.engine.new, new);
    match (old, new) {
        (Some(old), Some(new)) => {
            let branch = |schemas: &Schemas<'_>, a: NodeId, b: NodeId| {
                let place = |node| schemas.node(node).parts.first().map(|part| part.place);
                place(a).is_some() && place(a) == place(b)
            };
            pair.engine.same(old, new)
                || paired.iter().any(|(from, to)| {
                    branch(&pair.engine.old, *from, old) && branch(&pair.engine.new, *to, new)
                })
        }
        _ => false,
    }
}

/// What an entry of a mapping names: a reference, or a component.
fn target(schemas: &mut Schemas<'_>, entry: &str) -> Option<NodeId> {
    let component = || {
        format!(
            "#/components/schemas/{}",
            entry.replace('~', "~0").replace('/', "~1")
        )
    };
    let at = schemas
        .document
        .target(entry)
        .or_else(|| schemas.document.target(&component()))?;
    let place = schemas.place(&at);
    Some(schemas.node_at(place))
}
