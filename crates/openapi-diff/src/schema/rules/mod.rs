//! The rules for schemas. Each file has the rules for some keywords, and the functions that apply them.

mod annotations;
mod arrays;
mod conditions;
mod discriminator;
mod numbers;
mod objects;
mod references;
mod required;
mod strings;
mod types;
mod unions;
mod values;
mod xml;

use crate::{
    change::Change,
    rule::{BREAKING, INFO, Rule, Variance},
    schema::{compare::Compare, normal::Normal, types::Types},
};

/// The rules of this module.
pub(crate) static RULES: &[&[&Rule]] = &[
    annotations::RULES,
    arrays::RULES,
    conditions::RULES,
    discriminator::RULES,
    numbers::RULES,
    objects::RULES,
    references::RULES,
    required::RULES,
    strings::RULES,
    types::RULES,
    unions::RULES,
    values::RULES,
    xml::RULES,
];

/// Whether a value that was sent may be refused, or a value may be received that could not occur before,
/// regardless of the verdicts of the rules.
pub(super) fn affects_values(change: &Change, variance: Variance) -> bool {
    let is = |rule: &'static Rule| std::ptr::eq(change.rule, rule);
    let sent = variance == Variance::Sent;
    if is(&objects::ADDITIONAL_PROPERTIES_OPENED) {
        !sent
    } else if sent && is(&objects::PROPERTY_ADDED) {
        // A newly declared name restricts the values that could be sent under it.
        true
    } else if sent && (is(&objects::PROPERTY_REMOVED) || is(&objects::REQUIRED_PROPERTY_REMOVED)) {
        // A property that was declared may still be sent to an open object.
        change.verdict.level >= BREAKING.level
    } else {
        change.verdict.level > INFO.level
    }
}

/// The types that both sides accept without listing their values.
fn open(old: &Normal<'_>, new: &Normal<'_>) -> Types {
    (old.types & new.types) - old.enumerated - new.enumerated
}

/// Applies all rules to a pair of schemas.
pub(super) fn apply(pair: &mut Compare<'_, '_>) {
    annotations::compare(pair);
    xml::compare(pair);
    if references::differ(pair) {
        return;
    }
    if pair.old.types.is_empty() || pair.new.types.is_empty() {
        // One side accepts nothing: no keyword other than the type matters.
        return types::compare(pair);
    }
    if pair.old.types == Types::NULL || pair.new.types == Types::NULL {
        // One side accepts only null: no keyword for a type and no union affects it.
        types::compare(pair);
        values::compare(pair);
        return conditions::compare(pair);
    }
    let paired = match unions::compare(pair) {
        unions::Outcome::Whole(paired) => {
            types::nullable(pair);
            discriminator::compare(pair, &paired);
            return;
        }
        unions::Outcome::Part(paired) => paired,
    };
    discriminator::compare(pair, &paired);
    types::compare(pair);
    values::compare(pair);
    conditions::compare(pair);
    // Constraints of a type that only one side has are part of the change of type.
    let shared = pair.old.types & pair.new.types;
    let open = open(&pair.old, &pair.new);
    if open.meets(Types::NUMBER) {
        numbers::compare(pair);
    }
    if open.meets(Types::STRING) {
        strings::compare(pair);
    }
    if shared.meets(Types::ARRAY) {
        arrays::compare(pair);
    }
    if shared.meets(Types::OBJECT) {
        objects::compare(pair);
    }
}
