//! Branches of `anyOf` and `oneOf`.

mod disjoint;
mod matching;

use serde_json::Value;

use disjoint::{all_disjoint, is_decided, overlap};
use matching::{Matched, matching};

use crate::{
    rule::{BREAKING, INFO, Mirror, Place, Rule, Variance, WARNING},
    schema::{
        Use,
        compare::Compare,
        node::{NodeId, Schemas},
        normal::Union,
        types::Types,
    },
};

pub(super) static RULES: &[&Rule] = &[
    &ANY_OF_ADDED,
    &ANY_OF_REMOVED,
    &ONE_OF_ADDED,
    &ONE_OF_REMOVED,
    &ANY_OF_GIVEN,
    &ANY_OF_DROPPED,
    &ONE_OF_GIVEN,
    &ONE_OF_DROPPED,
    &ANY_OF_REPLACED,
    &ONE_OF_REPLACED,
    &ANY_OF_BECAME_ONE_OF,
    &ONE_OF_BECAME_ANY_OF,
    &WRAPPED_IN_ONE_OF,
    &UNWRAPPED_FROM_ONE_OF,
];

static ANY_OF_ADDED: Rule = Rule::schema(
    "any-of-added",
    INFO,
    BREAKING.deviating(),
    Mirror::Event("any-of-removed"),
    "values may now also match {branches}",
);
static ANY_OF_REMOVED: Rule = Rule::schema(
    "any-of-removed",
    BREAKING,
    INFO,
    Mirror::Event("any-of-added"),
    "values can no longer match {branches}",
);
static ONE_OF_ADDED: Rule = Rule::schema(
    "one-of-added",
    INFO,
    BREAKING,
    Mirror::Event("one-of-removed"),
    "values may now also match {branches}",
);
static ONE_OF_REMOVED: Rule = Rule::schema(
    "one-of-removed",
    BREAKING,
    INFO,
    Mirror::Event("one-of-added"),
    "values can no longer match {branches}",
);
static ANY_OF_GIVEN: Rule = Rule::schema(
    "any-of-given",
    BREAKING.deviating(),
    INFO.deviating(),
    Mirror::Event("any-of-dropped"),
    "values must now also match any of {branches}",
)
.named("any-of-added", "any-of-added");
static ANY_OF_DROPPED: Rule = Rule::schema(
    "any-of-dropped",
    INFO.deviating(),
    BREAKING.deviating(),
    Mirror::Event("any-of-given"),
    "values no longer need to match any of {branches}",
)
.named("any-of-removed", "any-of-removed");
static ONE_OF_GIVEN: Rule = Rule::schema(
    "one-of-given",
    BREAKING.deviating(),
    INFO.deviating(),
    Mirror::Event("one-of-dropped"),
    "values must now also match one of {branches}",
)
.named("one-of-added", "one-of-added");
static ONE_OF_DROPPED: Rule = Rule::schema(
    "one-of-dropped",
    INFO.deviating(),
    BREAKING.deviating(),
    Mirror::Event("one-of-given"),
    "values no longer need to match one of {branches}",
)
.named("one-of-removed", "one-of-removed");
static ANY_OF_REPLACED: Rule = Rule::schema(
    "any-of-replaced",
    WARNING.deviating(),
    WARNING.deviating(),
    Mirror::Itself,
    "a single schema was replaced by any of {branches}, or the reverse",
)
.named("any-of-added", "any-of-added");
static ONE_OF_REPLACED: Rule = Rule::schema(
    "one-of-replaced",
    WARNING.deviating(),
    WARNING.deviating(),
    Mirror::Itself,
    "a single schema was replaced by one of {branches}, or the reverse",
)
.named("one-of-added", "one-of-added");
static ANY_OF_BECAME_ONE_OF: Rule = Rule::schema(
    "any-of-became-one-of",
    WARNING,
    INFO,
    Mirror::Event("one-of-became-any-of"),
    "values that match several branches are no longer allowed",
);
static ONE_OF_BECAME_ANY_OF: Rule = Rule::schema(
    "one-of-became-any-of",
    INFO,
    WARNING,
    Mirror::Event("any-of-became-one-of"),
    "values may now match several branches",
);
static WRAPPED_IN_ONE_OF: Rule = Rule::schema(
    "wrapped-in-one-of",
    BREAKING,
    BREAKING,
    Mirror::Event("unwrapped-from-one-of"),
    "the object was replaced by one of {branches}, which divide its properties among them",
);
static UNWRAPPED_FROM_ONE_OF: Rule = Rule::schema(
    "unwrapped-from-one-of",
    WARNING,
    WARNING,
    Mirror::Event("wrapped-in-one-of"),
    "one of {branches} was replaced by an object with their properties",
);

/// The maximum number of branches that are compared with each other.
const MANY: usize = 12;

/// The part of a schema that a comparison of unions has covered.
pub(super) enum Outcome {
    /// The whole schema: nothing else needs to be compared.
    Whole(Paired),
    /// The unions.
    Part(Paired),
}

/// The pairs of branches that correspond.
pub(super) type Paired = Vec<(NodeId, NodeId)>;

pub(super) fn compare(pair: &mut Compare<'_, '_>) -> Outcome {
    let (old, new) = (pair.old.clone(), pair.new.clone());
    match (&old.unions[..], &new.unions[..]) {
        ([], []) => Outcome::Part(Vec::new()),
        // If there were only types, the union is the only restriction.
        ([], unions) if new.spelling.bare && old.is_of_types_only() && old.types.contains(new.types) => {
            Outcome::Whole(all(pair, &[], unions))
        }
        (unions, []) if old.spelling.bare && new.is_of_types_only() && new.types.contains(old.types) => {
            Outcome::Whole(all(pair, unions, &[]))
        }
        ([], [union]) if new.spelling.bare => Outcome::Whole(against_single(pair, union, true)),
        ([union], []) if old.spelling.bare => Outcome::Whole(against_single(pair, union, false)),
        // A union became a branch of another union.
        (_, [union]) if new.spelling.bare && is_branch(pair, union, true) => {
            Outcome::Whole(against_single(pair, union, true))
        }
        ([union], _) if old.spelling.bare && is_branch(pair, union, false) => {
            Outcome::Whole(against_single(pair, union, false))
        }
        (old, new) => Outcome::Part(all(pair, old, new)),
    }
}

/// A schema that became a union, or the reverse.
fn against_single(pair: &mut Compare<'_, '_>, union: &Union, added: bool) -> Paired {
    let branches = nodes(
        if added {
            &mut pair.engine.new
        } else {
            &mut pair.engine.old
        },
        union,
    );
    let names = names(if added { &pair.engine.new } else { &pair.engine.old }, &branches);
    let keyword = keyword(union.one);
    let single = if added { pair.old_node } else { pair.new_node };
    let related = related_branch(pair, union.one, single, &branches, added);
    if related.is_none() && is_wrapped(pair, union, &branches, added) {
        let rule = if added {
            &WRAPPED_IN_ONE_OF
        } else {
            &UNWRAPPED_FROM_ONE_OF
        };
        let change = pair.change(rule, keyword).with("branches", names);
        pair.push(change);
        return Vec::new();
    }
    let matched = match related {
        Some(index) => {
            let mut others = branches.clone();
            let branch = others.remove(index);
            let (gone, fresh) = if added {
                (Vec::new(), others)
            } else {
                (others, Vec::new())
            };
            Matched {
                pairs: vec![if added { (single, branch) } else { (branch, single) }],
                gone,
                fresh,
            }
        }
        None if added => matching(pair, &[single], &branches),
        None => matching(pair, &branches, &[single]),
    };
    let Some((old, new)) = matched.pairs.first().copied() else {
        let rule = if union.one {
            &ONE_OF_REPLACED
        } else {
            &ANY_OF_REPLACED
        };
        let change = pair.change(rule, keyword).with("branches", names);
        pair.push(change);
        return Vec::new();
    };
    pair.descend_nodes(old, new, pair.usage.of_branch());
    changed_branches(pair, [union.one; 2], &matched);
    matched.pairs
}

/// The branch that equals the schema on the other side, accepts everything that it accepts, or accepts
/// nothing more.
fn related_branch(
    pair: &mut Compare<'_, '_>,
    one: bool,
    single: NodeId,
    branches: &[NodeId],
    added: bool,
) -> Option<usize> {
    let sides = |branch: NodeId| if added { (single, branch) } else { (branch, single) };
    let same = branches.iter().position(|branch| {
        let (old, new) = sides(*branch);
        pair.engine.same_branch(old, new)
    });
    if same.is_some() || branches.len() > MANY {
        return same;
    }
    // A `oneOf` refuses values that several branches accept, so one branch alone decides only if all are
    // disjoint.
    if one {
        let schemas = if added {
            &mut pair.engine.new
        } else {
            &mut pair.engine.old
        };
        if !all_disjoint(schemas, branches) {
            return None;
        }
    }
    // First looks for a branch that accepts more than the single schema, no matter which of the two is older.
    let wider = if added { Variance::Sent } else { Variance::Received };
    [wider, wider.flipped()].into_iter().find_map(|variance| {
        branches.iter().position(|branch| {
            let (old, new) = sides(*branch);
            certainly_within(pair, old, new, variance)
        })
    })
}

/// Whether the new branch accepts everything that the old one accepts, or nothing more if values are
/// received.
fn within(pair: &mut Compare<'_, '_>, old: NodeId, new: NodeId, variance: Variance) -> bool {
    let usage = Use::new(Place::RequestProperty, variance).of_branch();
    share_types(pair, old, new) && pair.engine.covers(old, new, usage)
}

/// The same, but strictly: for a union of which the other branches are on one side only and cannot
/// compensate.
fn certainly_within(pair: &mut Compare<'_, '_>, old: NodeId, new: NodeId, variance: Variance) -> bool {
    let usage = Use::new(Place::RequestProperty, variance).of_branch();
    share_types(pair, old, new) && pair.engine.covers_exactly(old, new, usage)
}

fn share_types(pair: &mut Compare<'_, '_>, old: NodeId, new: NodeId) -> bool {
    let types = pair.engine.old.normal(old, true).types;
    types.meets(pair.engine.new.normal(new, true).types)
}

/// Whether the schema on the other side is, unchanged, a branch of the union.
fn is_branch(pair: &mut Compare<'_, '_>, union: &Union, added: bool) -> bool {
    let (old, new) = (pair.old_node, pair.new_node);
    let branches = nodes(
        if added {
            &mut pair.engine.new
        } else {
            &mut pair.engine.old
        },
        union,
    );
    branches.into_iter().any(|branch| {
        if added {
            pair.engine.same_branch(old, branch)
        } else {
            pair.engine.same_branch(branch, new)
        }
    })
}

/// Whether the properties of an object are divided among the branches.
fn is_wrapped(pair: &mut Compare<'_, '_>, union: &Union, branches: &[NodeId], added: bool) -> bool {
    let (single, node) = if added {
        (pair.old.clone(), pair.old_node)
    } else {
        (pair.new.clone(), pair.new_node)
    };
    let (here, there) = if added {
        (&pair.engine.old, &mut pair.engine.new)
    } else {
        (&pair.engine.new, &mut pair.engine.old)
    };
    // The remaining branch of a union with null was already a union.
    union.one
        && !here.node(node).unwrapped
        && branches.iter().any(|branch| {
            let branch = there.normal(*branch, true);
            single
                .objects
                .properties
                .keys()
                .any(|name| branch.objects.properties.contains_key(name))
        })
}

fn all(pair: &mut Compare<'_, '_>, old: &[Union], new: &[Union]) -> Paired {
    let mut paired = Vec::new();
    let mut fresh: Vec<_> = new.iter().collect();
    let mut gone = Vec::new();
    // Among several, a union that still exists comes first, then any union of the same kind.
    let several = old.len() > 1 || new.len() > 1;
    let mut changed = Vec::new();
    for union in old {
        let same = fresh
            .iter()
            .position(|other| several && is_same_union(pair, union, other));
        match same {
            Some(index) => paired.extend(one(pair, union, fresh.remove(index))),
            None => changed.push(union),
        }
    }
    for union in changed {
        let same_kind = fresh.iter().position(|other| other.one == union.one);
        match same_kind {
            Some(index) => paired.extend(one(pair, union, fresh.remove(index))),
            None => gone.push(union),
        }
    }
    while let (Some(old), Some(new)) = (gone.first().copied(), fresh.first().copied()) {
        gone.remove(0);
        fresh.remove(0);
        paired.extend(one(pair, old, new));
    }
    for union in gone {
        let rule = if union.one {
            &ONE_OF_DROPPED
        } else {
            &ANY_OF_DROPPED
        };
        let branches = nodes(&mut pair.engine.old, union);
        let names = names(&pair.engine.old, &branches);
        let mut change = pair.change(rule, keyword(union.one)).with("branches", names);
        let decided = is_decided(&mut pair.engine.old, union, &branches, pair.new.types);
        let new = pair.new_node;
        let mut candidates = branches.iter();
        let only_null = union.or_null && Types::NULL.contains(pair.new.types);
        if only_null || decided && candidates.any(|old| certainly_within(pair, *old, new, Variance::Received))
        {
            // The remaining schema accepts no more than one of the branches did.
            change.verdict = INFO.deviating();
        }
        pair.push(change);
    }
    for union in fresh {
        let rule = if union.one { &ONE_OF_GIVEN } else { &ANY_OF_GIVEN };
        let branches = nodes(&mut pair.engine.new, union);
        let names = names(&pair.engine.new, &branches);
        let mut change = pair.change(rule, keyword(union.one)).with("branches", names);
        let decided = is_decided(&mut pair.engine.new, union, &branches, pair.old.types);
        let old = pair.old_node;
        let mut candidates = branches.iter();
        let only_null = union.or_null && Types::NULL.contains(pair.old.types);
        if only_null || decided && candidates.any(|new| certainly_within(pair, old, *new, Variance::Sent)) {
            // One of the branches accepts everything that was accepted.
            change.verdict = INFO.deviating();
        }
        pair.push(change);
    }
    paired
}

/// Whether two unions have the same branches in the same order.
fn is_same_union(pair: &mut Compare<'_, '_>, old: &Union, new: &Union) -> bool {
    let (from, to) = (nodes(&mut pair.engine.old, old), nodes(&mut pair.engine.new, new));
    old.one == new.one
        && from.len() == to.len()
        && from
            .iter()
            .zip(&to)
            .all(|(old, new)| pair.engine.same_branch(*old, *new))
}

fn one(pair: &mut Compare<'_, '_>, old: &Union, new: &Union) -> Paired {
    let old_branches = nodes(&mut pair.engine.old, old);
    let new_branches = nodes(&mut pair.engine.new, new);
    let matched = matching(pair, &old_branches, &new_branches);
    for (old, new) in &matched.pairs {
        pair.descend_nodes(*old, *new, pair.usage.of_branch());
    }
    let exclusive = if new.one {
        all_disjoint(&mut pair.engine.new, &new_branches)
    } else {
        all_disjoint(&mut pair.engine.old, &old_branches)
    };
    if old.one != new.one && !exclusive {
        let rule = if new.one {
            &ANY_OF_BECAME_ONE_OF
        } else {
            &ONE_OF_BECAME_ANY_OF
        };
        pair.report(rule, keyword(new.one));
    }
    changed_branches(pair, [old.one, new.one], &matched);
    matched.pairs
}

fn changed_branches(pair: &mut Compare<'_, '_>, [was_one, one]: [bool; 2], matched: &Matched) {
    let few = matched
        .fresh
        .len()
        .max(matched.gone.len())
        .max(matched.pairs.len())
        <= MANY;
    if !matched.fresh.is_empty() {
        let rule = if one { &ONE_OF_ADDED } else { &ANY_OF_ADDED };
        let names = names(&pair.engine.new, &matched.fresh);
        let mut change = pair.change(rule, keyword(one)).with("branches", names);
        let kept: Vec<_> = matched.pairs.iter().map(|(_, new)| *new).collect();
        let old: Vec<_> = matched.pairs.iter().map(|(old, _)| *old).collect();
        if one && pair.is_sent() && few && swallows(pair, &old, &matched.fresh) {
            // All values of an old branch also match a new one, so none of them is accepted any more.
            change.verdict = BREAKING.deviating();
        } else if one && pair.is_sent() && overlap(&mut pair.engine.new, &kept, &matched.fresh) {
            // A value of an old branch that also matches a new branch is refused.
            change.verdict = WARNING.deviating();
        } else if !one && few && contained(pair, &old, &matched.fresh) {
            // An old branch already accepted what the new branches accept.
            change.verdict = INFO.deviating();
        }
        pair.push(change);
    }
    if !matched.gone.is_empty() {
        let rule = if was_one { &ONE_OF_REMOVED } else { &ANY_OF_REMOVED };
        let names = names(&pair.engine.old, &matched.gone);
        let mut change = pair.change(rule, keyword(was_one)).with("branches", names);
        let kept: Vec<_> = matched.pairs.iter().map(|(_, new)| *new).collect();
        let gone = &matched.gone;
        let only_now = |pair: &mut Compare<'_, '_>| {
            let mut new = kept.iter();
            new.any(|new| {
                gone.iter()
                    .any(|old| within(pair, *old, *new, Variance::Received))
            })
        };
        if was_one && few && pair.is_received() && only_now(pair) {
            // All values of a remaining branch also matched a removed one, so none of them was accepted
            // before.
            change.verdict = BREAKING.deviating();
        } else if !was_one && few && still_accepted(pair, &matched.gone, &kept) {
            change.verdict = INFO.deviating();
        }
        pair.push(change);
    }
}

/// Whether all values of an old branch also match a new one.
fn swallows(pair: &mut Compare<'_, '_>, old: &[NodeId], fresh: &[NodeId]) -> bool {
    old.iter()
        .any(|old| fresh.iter().any(|new| within(pair, *old, *new, Variance::Sent)))
}

/// Whether each new branch accepts no more than some old branch.
fn contained(pair: &mut Compare<'_, '_>, old: &[NodeId], fresh: &[NodeId]) -> bool {
    fresh.iter().all(|new| {
        old.iter()
            .any(|old| certainly_within(pair, *old, *new, Variance::Received))
    })
}

/// Whether for each old branch, a remaining branch accepts everything that it accepted.
fn still_accepted(pair: &mut Compare<'_, '_>, gone: &[NodeId], kept: &[NodeId]) -> bool {
    gone.iter().all(|old| {
        kept.iter()
            .any(|new| certainly_within(pair, *old, *new, Variance::Sent))
    })
}

fn keyword(one: bool) -> &'static str {
    if one { "oneOf" } else { "anyOf" }
}

fn nodes(schemas: &mut Schemas<'_>, union: &Union) -> Vec<NodeId> {
    union
        .branches
        .iter()
        .map(|place| schemas.node_at(*place))
        .collect()
}

/// The names of branches in messages.
fn names(schemas: &Schemas<'_>, branches: &[NodeId]) -> String {
    let name = |node: &NodeId| {
        let named = schemas.node(*node).reference.and_then(last_segment);
        named.or_else(|| title(schemas, *node)).map_or_else(
            || schemas.pointer(schemas.node(*node).origin).to_string(),
            str::to_owned,
        )
    };
    branches.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn last_segment(reference: &str) -> Option<&str> {
    reference.rsplit('/').next()
}

fn title<'a>(schemas: &Schemas<'a>, node: NodeId) -> Option<&'a str> {
    let node = schemas.node(node);
    std::iter::once(node.origin)
        .chain(node.parts.iter().map(|part| part.place))
        .find_map(|place| schemas.value(place).get("title").and_then(Value::as_str))
}
