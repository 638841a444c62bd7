//! Pairs the branches of the old union with those of the new one.

use serde_json::Value;

use super::{Paired, last_segment, title};
use crate::schema::{
    compare::Compare,
    node::{NodeId, Schemas},
};

/// The paired branches of two unions.
pub(super) struct Matched {
    pub(super) pairs: Paired,
    /// Branches of the old union only.
    pub(super) gone: Vec<NodeId>,
    /// Branches of the new union only.
    pub(super) fresh: Vec<NodeId>,
}

/// Pairs branches with the same content, the same name, the same discriminator value, the same title, or the
/// same value of a property that serves as discriminator. Finally pairs the last remaining branch of each
/// side.
pub(super) fn matching(pair: &mut Compare<'_, '_>, old: &[NodeId], new: &[NodeId]) -> Matched {
    let mut matched = Matched {
        pairs: Vec::new(),
        gone: old.to_vec(),
        fresh: new.to_vec(),
    };
    let discriminators = (
        pair.old.annotations.discriminator,
        pair.new.annotations.discriminator,
    );
    let engine = &mut pair.engine;
    matched.pair_up(|old, new| engine.same_branch(old, new));
    matched.pair_up(|old, new| {
        let name = |node: Option<&str>| node.and_then(last_segment).map(str::to_owned);
        let old = name(engine.old.node(old).reference);
        old.is_some() && old == name(engine.new.node(new).reference)
    });
    matched.pair_up(|old, new| {
        let old = discriminated(&mut engine.old, old, discriminators.0);
        old.is_some() && old == discriminated(&mut engine.new, new, discriminators.1)
    });
    matched.pair_up(|old, new| {
        let old = title(&engine.old, old);
        old.is_some() && old == title(&engine.new, new)
    });
    matched.pair_up(|old, new| {
        let old = tags(&mut engine.old, old);
        !old.is_empty() && old == tags(&mut engine.new, new)
    });
    if let ([old], [new]) = (&matched.gone[..], &matched.fresh[..]) {
        matched.pairs.push((*old, *new));
        matched.gone.clear();
        matched.fresh.clear();
    }
    matched
}

impl Matched {
    fn pair_up(&mut self, mut alike: impl FnMut(NodeId, NodeId) -> bool) {
        let Self { pairs, gone, fresh } = self;
        gone.retain(|old| {
            let Some(index) = fresh.iter().position(|new| alike(*old, *new)) else {
                return true;
            };
            pairs.push((*old, fresh.remove(index)));
            false
        });
    }
}

/// The value of the discriminator that selects a branch.
fn discriminated(schemas: &mut Schemas<'_>, branch: NodeId, discriminator: Option<&Value>) -> Option<String> {
    let discriminator = discriminator?;
    let reference = schemas.node(branch).reference;
    let mapped = discriminator
        .get("mapping")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .find(|(_, target)| target.as_str().is_some() && target.as_str() == reference);
    if let Some((value, _)) = mapped {
        return Some(value.clone());
    }
    let property = discriminator.get("propertyName")?.as_str()?;
    let normal = schemas.normal(branch, true);
    let places = normal.objects.properties.get(property)?;
    let node = schemas.node_of(places);
    match schemas.normal(node, true).values[..] {
        [value] => value.as_str().map(str::to_owned),
        _ => None,
    }
}

/// The required properties of a branch that have only one value. They identify the branch if there is no
/// discriminator.
fn tags(schemas: &mut Schemas<'_>, branch: NodeId) -> Vec<(String, Value)> {
    let normal = schemas.normal(branch, true);
    let required = normal
        .objects
        .properties
        .iter()
        .filter(|(name, _)| normal.objects.required.contains(*name));
    required
        .filter_map(|(name, places)| {
            let node = schemas.node_of(places);
            let property = schemas.normal(node, true);
            match property.values[..] {
                [value] if property.enumerated.contains(property.types) => {
                    Some(((*name).to_owned(), value.clone()))
                }
                _ => None,
            }
        })
        .collect()
}
