//! Disjoint branches: no value matches two of them.

use std::rc::Rc;

use serde_json::Value;

use super::MANY;
use crate::schema::{
    node::{NodeId, Schemas},
    normal::{Normal, Union},
    number,
    types::Types,
};

/// Whether a value may match a branch in each of the two lists.
pub(super) fn overlap(schemas: &mut Schemas<'_>, kept: &[NodeId], fresh: &[NodeId]) -> bool {
    kept.iter()
        .any(|kept| fresh.iter().any(|fresh| !disjoint(schemas, *kept, *fresh)))
}

/// Whether values of these types that one branch accepts are accepted by the union. In a `oneOf`, no second
/// branch may match.
pub(super) fn is_decided(
    schemas: &mut Schemas<'_>,
    union: &Union,
    branches: &[NodeId],
    types: Types,
) -> bool {
    let mut met = |branch: &&NodeId| schemas.normal(**branch, true).types.meets(types.values());
    branches.len() <= MANY
        && (!union.one || branches.iter().filter(&mut met).count() == 1 || all_disjoint(schemas, branches))
}

pub(super) fn all_disjoint(schemas: &mut Schemas<'_>, branches: &[NodeId]) -> bool {
    branches
        .iter()
        .enumerate()
        .all(|(index, a)| branches[index + 1..].iter().all(|b| disjoint(schemas, *a, *b)))
}

/// Whether certainly no value matches both schemas.
fn disjoint(schemas: &mut Schemas<'_>, a: NodeId, b: NodeId) -> bool {
    let opaque = |node| !schemas.node(node).opaque.is_empty();
    if opaque(a) || opaque(b) {
        return false;
    }
    let (a, b) = (schemas.normal(a, true), schemas.normal(b, true));
    let shared = a.types & b.types;
    if apart(&a, &b) {
        return true;
    }
    if shared != Types::OBJECT {
        return false;
    }
    // A required property distinguishes the objects.
    a.objects.properties.iter().any(|(name, places)| {
        let Some(others) = b.objects.properties.get(name) else {
            return false;
        };
        if !a.objects.required.contains(name) && !b.objects.required.contains(name) {
            return false;
        }
        let (x, y) = (schemas.node_of(places), schemas.node_of(others));
        let (x, y): (Rc<Normal<'_>>, _) = (schemas.normal(x, true), schemas.normal(y, true));
        apart(&x, &y)
    })
}

/// Whether types and listed values have nothing in common.
fn apart(a: &Normal<'_>, b: &Normal<'_>) -> bool {
    let shared = a.types & b.types;
    let listed = |value: &&Value| b.values.iter().any(|other| number::same(other, value));
    (a.enumerated & b.enumerated).contains(shared) && !a.values.iter().any(listed)
}
