//! The property that distinguishes the branches of a union.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::{
    rule::{BREAKING, INFO, Mirror, Rule},
    schema::{
        compare::Compare,
        node::{NodeId, Schemas},
        normal::Normal,
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
    "the discriminator property is {new} instead of {old}",
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

/// Compares discriminators, given the pairs of branches that correspond.
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
    let values: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let (mut gone, mut fresh) = (Vec::new(), Vec::new());
    for value in values {
        let stated =
            |mapping: &Map<String, Value>| mapping.get(value).and_then(Value::as_str).map(str::to_owned);
        // If the mapping has no entry for a value, the name of a branch applies.
        let from = stated(&old).or_else(|| implied(&mut pair.engine.old, &pair.old, value));
        let to = stated(&new).or_else(|| implied(&mut pair.engine.new, &pair.new, value));
        match (from, to) {
            (Some(from), Some(to)) if !is_same_target(pair, &from, &to, paired) => {
                let change = pair
                    .change(&MAPPING_CHANGED, "discriminator")
                    .with("value", value)
                    .with("old", from)
                    .with("new", to);
                pair.push(change);
            }
            (Some(_), None) => gone.push(value.as_str()),
            (None, Some(_)) => fresh.push(value.as_str()),
            _ => {}
        }
    }
    for (rule, values) in [(&MAPPING_DELETED, gone), (&MAPPING_ADDED, fresh)] {
        if !values.is_empty() {
            let change = pair
                .change(rule, "discriminator")
                .with("values", values.join(", "));
            pair.push(change);
        }
    }
}

/// The component that a discriminator value stands for without a mapping: the branch with this name. If there
/// are no branches, a schema that may include this one (OpenAPI 3.1.0, Discriminator Object).
fn implied(schemas: &mut Schemas<'_>, normal: &Normal<'_>, value: &str) -> Option<String> {
    let reference = format!(
        "#/components/schemas/{}",
        openapi_document::pointer::escape(value)
    );
    schemas.document.target(&reference)?;
    let branches: Vec<_> = normal
        .unions
        .iter()
        .flat_map(|union| union.branches.iter().copied())
        .collect();
    let mut names = branches.iter().map(|place| {
        let branch = schemas.node_at(*place);
        schemas.node(branch).reference == Some(&reference)
    });
    (branches.is_empty() || names.any(|named| named)).then_some(reference)
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

/// The target of a mapping entry: a reference or a component name.
fn target(schemas: &mut Schemas<'_>, entry: &str) -> Option<NodeId> {
    let component = || {
        format!(
            "#/components/schemas/{}",
            openapi_document::pointer::escape(entry)
        )
    };
    let at = schemas
        .document
        .target(entry)
        .or_else(|| schemas.document.target(&component()))?;
    let place = schemas.place(&at);
    Some(schemas.node_at(place))
}
