//! `not`, and `if` with `then` and `else`.

use crate::{
    rule::{BREAKING, INFO, Mirror, Rule},
    schema::{compare::Compare, node::PlaceId},
};

pub(super) static RULES: &[&Rule] = &[
    &NOT_ADDED,
    &NOT_REMOVED,
    &IF_ADDED,
    &IF_REMOVED,
    &THEN_ADDED,
    &THEN_REMOVED,
    &ELSE_ADDED,
    &ELSE_REMOVED,
];

static NOT_ADDED: Rule = Rule::schema(
    "not-added",
    BREAKING,
    INFO,
    Mirror::Event("not-removed"),
    "values that match a schema were excluded",
);
static NOT_REMOVED: Rule = Rule::schema(
    "not-removed",
    INFO,
    BREAKING,
    Mirror::Event("not-added"),
    "values that match a schema are no longer excluded",
);
static IF_ADDED: Rule = Rule::schema(
    "if-added",
    BREAKING,
    INFO,
    Mirror::Event("if-removed"),
    "a condition was added",
);
static IF_REMOVED: Rule = Rule::schema(
    "if-removed",
    INFO,
    BREAKING,
    Mirror::Event("if-added"),
    "a condition was removed",
);
static THEN_ADDED: Rule = Rule::schema(
    "then-added",
    BREAKING,
    INFO,
    Mirror::Event("then-removed"),
    "values that meet a condition were restricted",
);
static THEN_REMOVED: Rule = Rule::schema(
    "then-removed",
    INFO,
    BREAKING,
    Mirror::Event("then-added"),
    "values that meet a condition are no longer restricted",
);
static ELSE_ADDED: Rule = Rule::schema(
    "else-added",
    BREAKING,
    INFO,
    Mirror::Event("else-removed"),
    "values that do not meet a condition were restricted",
);
static ELSE_REMOVED: Rule = Rule::schema(
    "else-removed",
    INFO,
    BREAKING,
    Mirror::Event("else-added"),
    "values that do not meet a condition are no longer restricted",
);

pub(super) fn compare(pair: &mut Compare<'_, '_>) {
    nots(pair);
    conditions(pair);
}

fn nots(pair: &mut Compare<'_, '_>) {
    let (mut gone, mut fresh) = (pair.old.nots.clone(), pair.new.nots.clone());
    gone.retain(|old| {
        let old = pair.engine.old.node_at(*old);
        let same = fresh.iter().position(|new| {
            let new = pair.engine.new.node_at(*new);
            pair.engine.same(old, new)
        });
        same.map(|index| fresh.remove(index)).is_none()
    });
    for (old, new) in gone.iter().zip(&fresh) {
        pair.descend(&[*old], &[*new], pair.usage.flipped());
    }
    if fresh.len() > gone.len() {
        pair.report(&NOT_ADDED, "not");
    }
    if gone.len() > fresh.len() {
        pair.report(&NOT_REMOVED, "not");
    }
}

fn conditions(pair: &mut Compare<'_, '_>) {
    let (old, new) = (pair.old.clone(), pair.new.clone());
    let (old, new) = (&old.conditions, &new.conditions);
    for (old, new) in old.iter().zip(new) {
        pair.descend(&[old.condition], &[new.condition], pair.usage.undecided());
        branch(pair, [&THEN_ADDED, &THEN_REMOVED], "then", old.then, new.then);
        branch(
            pair,
            [&ELSE_ADDED, &ELSE_REMOVED],
            "else",
            old.otherwise,
            new.otherwise,
        );
    }
    for condition in new.iter().skip(old.len()) {
        pair.report(&IF_ADDED, "if");
        branch(pair, [&THEN_ADDED, &THEN_REMOVED], "then", None, condition.then);
        branch(
            pair,
            [&ELSE_ADDED, &ELSE_REMOVED],
            "else",
            None,
            condition.otherwise,
        );
    }
    for condition in old.iter().skip(new.len()) {
        pair.report(&IF_REMOVED, "if");
        branch(pair, [&THEN_ADDED, &THEN_REMOVED], "then", condition.then, None);
        branch(
            pair,
            [&ELSE_ADDED, &ELSE_REMOVED],
            "else",
            condition.otherwise,
            None,
        );
    }
}

fn branch(
    pair: &mut Compare<'_, '_>,
    rules: [&'static Rule; 2],
    keyword: &str,
    old: Option<PlaceId>,
    new: Option<PlaceId>,
) {
    pair.schema(rules, keyword, old.as_slice(), new.as_slice());
}
