//! The items of arrays, and their number.

use crate::{
    rule::{BREAKING, INFO, Mirror, NONE, Rule, WARNING},
    schema::{
        compare::Compare,
        node::{PlaceId, Schemas},
        normal::{Arrays, Contains, Normal, Places},
    },
};

/// The keywords for items at positions without their own schema.
const ITEMS: &str = "items";
const UNEVALUATED: &str = "unevaluatedItems";

pub(super) static RULES: &[&Rule] = &[
    &MIN_ITEMS_INCREASED,
    &MIN_ITEMS_DECREASED,
    &MAX_ITEMS_SET,
    &MAX_ITEMS_UNSET,
    &MAX_ITEMS_DECREASED,
    &MAX_ITEMS_INCREASED,
    &UNIQUE_ITEMS_ADDED,
    &UNIQUE_ITEMS_REMOVED,
    &ITEMS_ADDED,
    &ITEMS_REMOVED,
    &PREFIX_ITEMS_ADDED,
    &PREFIX_ITEMS_REMOVED,
    &CONTAINS_ADDED,
    &CONTAINS_REMOVED,
    &MIN_CONTAINS_INCREASED,
    &MIN_CONTAINS_DECREASED,
    &MAX_CONTAINS_DECREASED,
    &MAX_CONTAINS_INCREASED,
    &UNEVALUATED_ITEMS_ADDED,
    &UNEVALUATED_ITEMS_REMOVED,
    &EVALUATED_ITEMS_CHANGED,
];

macro_rules! mirrored {
    ($(($added:ident, $event:literal, $words:literal), ($removed:ident, $opposite:literal, $opposite_words:literal));* $(;)?) => {
        $(
            static $added: Rule = Rule::schema($event, BREAKING, INFO, Mirror::Event($opposite), $words);
            static $removed: Rule = Rule::schema($opposite, INFO, BREAKING, Mirror::Event($event), $opposite_words);
        )*
    };
}

static MIN_ITEMS_INCREASED: Rule = Rule::schema(
    "min-items-increased",
    BREAKING,
    NONE,
    Mirror::Event("min-items-decreased"),
    "the minimum number of items was raised from {old} to {new}",
);
static MIN_ITEMS_DECREASED: Rule = Rule::schema(
    "min-items-decreased",
    INFO,
    BREAKING,
    Mirror::Event("min-items-increased"),
    "the minimum number of items was lowered from {old} to {new}",
);
static MAX_ITEMS_SET: Rule = Rule::schema(
    "max-items-set",
    BREAKING,
    NONE,
    Mirror::Event("max-items-unset"),
    "the number of items was limited to {new}",
);
static MAX_ITEMS_UNSET: Rule = Rule::schema(
    "max-items-unset",
    INFO,
    BREAKING,
    Mirror::Event("max-items-set"),
    "the number of items is no longer limited to {old}",
);
static MAX_ITEMS_DECREASED: Rule = Rule::schema(
    "max-items-decreased",
    BREAKING,
    NONE,
    Mirror::Event("max-items-increased"),
    "the maximum number of items was lowered from {old} to {new}",
);
static MAX_ITEMS_INCREASED: Rule = Rule::schema(
    "max-items-increased",
    INFO,
    BREAKING,
    Mirror::Event("max-items-decreased"),
    "the maximum number of items was raised from {old} to {new}",
);

mirrored! {
    (UNIQUE_ITEMS_ADDED, "unique-items-added", "items may no longer be repeated"),
    (UNIQUE_ITEMS_REMOVED, "unique-items-removed", "items may now be repeated");
    (ITEMS_ADDED, "items-added", "items must now match a schema"),
    (ITEMS_REMOVED, "items-removed", "items may now be anything");
    (PREFIX_ITEMS_ADDED, "prefix-items-added", "the items at {positions} must now match a schema"),
    (PREFIX_ITEMS_REMOVED, "prefix-items-removed", "the items at {positions} no longer have their own schema");
    (CONTAINS_ADDED, "contains-added", "the array must now contain items that match a schema"),
    (CONTAINS_REMOVED, "contains-removed", "the array no longer needs to contain items that match a schema");
    (MIN_CONTAINS_INCREASED, "min-contains-increased", "the minimum number of items that match a schema was raised from {old} to {new}"),
    (MIN_CONTAINS_DECREASED, "min-contains-decreased", "the minimum number of items that match a schema was lowered from {old} to {new}");
    (MAX_CONTAINS_DECREASED, "max-contains-decreased", "the maximum number of items that match a schema was lowered from {old} to {new}"),
    (MAX_CONTAINS_INCREASED, "max-contains-increased", "the maximum number of items that match a schema was raised from {old} to {new}");
    (UNEVALUATED_ITEMS_ADDED, "unevaluated-items-added", "items that no other keyword describes were restricted"),
    (UNEVALUATED_ITEMS_REMOVED, "unevaluated-items-removed", "items that no other keyword describes are no longer restricted");
}

static EVALUATED_ITEMS_CHANGED: Rule = Rule::schema(
    "evaluated-items-changed",
    WARNING,
    WARNING,
    Mirror::Itself,
    "the set of items that no other keyword describes was changed",
);

pub(super) fn compare(pair: &mut Compare<'_, '_>) {
    let (mut old, mut new) = (Normal::clone(&pair.old), Normal::clone(&pair.new));
    // If only one side can express it as `items`, both are compared as `unevaluatedItems`.
    let unevaluated = |normal: &Normal<'_>| !normal.arrays.unevaluated_items.is_empty();
    if (unevaluated(&old) || unevaluated(&new)) && pair.spelt(ITEMS, UNEVALUATED) == UNEVALUATED {
        if !new.arrays.unevaluated_items.is_empty() {
            old.arrays.unevaluated_items.append(&mut old.arrays.items);
        }
        if !old.arrays.unevaluated_items.is_empty() {
            new.arrays.unevaluated_items.append(&mut new.arrays.items);
        }
    }
    let (was_closed, closed) = (
        pair.is_closed_in_old(&old.arrays.items),
        pair.is_closed_in_new(&new.arrays.items),
    );
    // A schema can refuse further items, or limit the number of items to the number of positions. If the two
    // sides express it differently, they are compared by number.
    if was_closed != closed && (old.arrays.max_items.is_some() || new.arrays.max_items.is_some()) {
        for (normal, closed) in [(&mut old, was_closed), (&mut new, closed)] {
            if closed {
                let positions = normal.arrays.prefix_items.len() as u64;
                normal.arrays.max_items = Some(
                    normal
                        .arrays
                        .max_items
                        .map_or(positions, |most| most.min(positions)),
                );
                normal.arrays.items.clear();
            }
        }
    }
    lengths(pair, &old.arrays, &new.arrays);
    // A single item cannot be repeated.
    let repeats = |normal: &Normal<'_>| normal.arrays.max_items.is_none_or(|most| most > 1);
    match (old.arrays.unique_items, new.arrays.unique_items) {
        (false, true) if repeats(&old) => pair.report(&UNIQUE_ITEMS_ADDED, "uniqueItems"),
        (true, false) if repeats(&new) => pair.report(&UNIQUE_ITEMS_REMOVED, "uniqueItems"),
        _ => {}
    }
    prefix_items(pair, &old.arrays, &new.arrays);
    let positions = old.arrays.prefix_items.len().max(new.arrays.prefix_items.len()) as u64;
    let ends = |normal: &Normal<'_>| normal.arrays.max_items.is_some_and(|most| most <= positions);
    if ends(&old) || ends(&new) {
        // One side has no further items.
    } else if old.arrays.items.is_empty() || new.arrays.items.is_empty() {
        let from = restricting(&mut pair.engine.old, &old.arrays.items);
        let to = restricting(&mut pair.engine.new, &new.arrays.items);
        let keyword = pair.spelt(ITEMS, UNEVALUATED);
        let rules = if keyword == ITEMS {
            [&ITEMS_ADDED, &ITEMS_REMOVED]
        } else {
            [&UNEVALUATED_ITEMS_ADDED, &UNEVALUATED_ITEMS_REMOVED]
        };
        pair.schema(rules, keyword, &from, &to);
    } else {
        // If both sides have the keyword, an open schema is compared like any other.
        pair.descend(&old.arrays.items, &new.arrays.items, pair.usage.below());
    }
    contains(pair, &old.arrays.contains, &new.arrays.contains);
    pair.schema(
        [&UNEVALUATED_ITEMS_ADDED, &UNEVALUATED_ITEMS_REMOVED],
        UNEVALUATED,
        &old.arrays.unevaluated_items,
        &new.arrays.unevaluated_items,
    );
    if unevaluated(&old) && unevaluated(&new) && evaluates(&old) != evaluates(&new) {
        pair.report(&EVALUATED_ITEMS_CHANGED, UNEVALUATED);
    }
}

/// The keywords that decide to which items `unevaluatedItems` applies (JSON Schema 2020-12, 11.2). Conditions
/// have their own rules.
fn evaluates(normal: &Normal<'_>) -> impl PartialEq + use<> {
    (
        normal.arrays.prefix_items.len(),
        normal.arrays.contains.len(),
        normal.size_of_unions(),
    )
}

/// The places, without those that accept everything.
fn restricting(schemas: &mut Schemas<'_>, places: &[PlaceId]) -> Places {
    places
        .iter()
        .copied()
        .filter(|place| !schemas.is_open(*place))
        .collect()
}

fn lengths(pair: &mut Compare<'_, '_>, old: &Arrays, new: &Arrays) {
    // `minContains` implies at least as many items.
    let implied = |arrays: &Arrays, least: u64| arrays.contains.iter().any(|it| it.min >= least);
    let raised = new.min_items > old.min_items && !implied(old, new.min_items);
    let lowered = new.min_items < old.min_items && !implied(new, old.min_items);
    if raised || lowered {
        let rule = if new.min_items > old.min_items {
            &MIN_ITEMS_INCREASED
        } else {
            &MIN_ITEMS_DECREASED
        };
        pair.report_values(rule, "minItems", old.min_items, new.min_items);
    }
    let rules = [
        &MAX_ITEMS_SET,
        &MAX_ITEMS_UNSET,
        &MAX_ITEMS_DECREASED,
        &MAX_ITEMS_INCREASED,
    ];
    pair.maximum(rules, "maxItems", old.max_items, new.max_items);
}

fn prefix_items(pair: &mut Compare<'_, '_>, old: &Arrays, new: &Arrays) {
    let (from, to) = (&old.prefix_items, &new.prefix_items);
    for (old, new) in from.iter().zip(to) {
        pair.descend(old, new, pair.usage.below());
    }
    let shared = from.len().min(to.len());
    if from.len() == to.len() {
        return;
    }
    let added = to.len() > from.len();
    // A position without its own schema is one of the other items.
    let (rest, closed) = if added {
        (
            restricting(&mut pair.engine.old, &old.items),
            pair.is_closed_in_old(&old.items) || is_full(old),
        )
    } else {
        (
            restricting(&mut pair.engine.new, &new.items),
            pair.is_closed_in_new(&new.items) || is_full(new),
        )
    };
    let (rule, longer) = if added {
        (&PREFIX_ITEMS_ADDED, to)
    } else {
        (&PREFIX_ITEMS_REMOVED, from)
    };
    if !rest.is_empty() && !closed {
        for position in &longer[shared..] {
            let (old, new) = if added {
                (&rest, position)
            } else {
                (position, &rest)
            };
            pair.descend(old, new, pair.usage.below());
        }
        return;
    }
    let positions: Vec<_> = (shared..longer.len()).map(|index| index.to_string()).collect();
    let mut change = pair
        .change(rule, "prefixItems")
        .with("positions", positions.join(", "));
    if closed {
        // No item was allowed at this position: the array became longer or shorter, not narrower or wider.
        change.verdict = rule.verdict(pair.usage.variance.flipped());
    }
    pair.push(change);
}

/// Whether there can be no more items than positions with their own schema.
fn is_full(arrays: &Arrays) -> bool {
    arrays
        .max_items
        .is_some_and(|most| most <= arrays.prefix_items.len() as u64)
}

fn contains(pair: &mut Compare<'_, '_>, old: &[Contains], new: &[Contains]) {
    for (old, new) in old.iter().zip(new) {
        let counted = old.max.is_some() || new.max.is_some();
        let usage = if counted {
            pair.usage.undecided()
        } else {
            pair.usage.below()
        };
        pair.descend(&[old.schema], &[new.schema], usage);
        if old.min != new.min {
            let rule = if new.min > old.min {
                &MIN_CONTAINS_INCREASED
            } else {
                &MIN_CONTAINS_DECREASED
            };
            pair.report_values(rule, "minContains", old.min, new.min);
        }
        let rules = [
            &MAX_CONTAINS_DECREASED,
            &MAX_CONTAINS_INCREASED,
            &MAX_CONTAINS_DECREASED,
            &MAX_CONTAINS_INCREASED,
        ];
        pair.maximum(rules, "maxContains", old.max, new.max);
    }
    if new.len() > old.len() {
        pair.report(&CONTAINS_ADDED, "contains");
    }
    if new.len() < old.len() {
        pair.report(&CONTAINS_REMOVED, "contains");
    }
}
