//! What may change in a schema. Each file has the rules of some keywords, and the functions that apply them.

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

use crate::{
    rule::Rule,
    schema::{compare::Compare, types::Types},
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
];

/// Applies all rules to a pair of schemas.
pub(super) fn apply(pair: &mut Compare<'_, '_>) {
    annotations::compare(pair);
    if references::differ(pair) {
        return;
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
    // What both sides accept without listing it: constraints of a type that only one side has belong to the change of type.
    let shared = pair.old.types & pair.new.types;
    let open = shared - pair.old.enumerated - pair.new.enumerated;
    // Where a constraint is of a type that neither side has, the type has not changed by it.
    let stray = |types: Types| pair.old.types == pair.new.types && !shared.meets(types);
    let [numbers, strings] = [Types::NUMBER, Types::STRING].map(|types| open.meets(types) || stray(types));
    let arrays = shared.meets(Types::ARRAY) || stray(Types::ARRAY);
    if numbers {
        numbers::compare(pair);
    }
    if strings {
        strings::compare(pair);
    }
    if arrays {
        arrays::compare(pair);
    }
    if shared.meets(Types::OBJECT) {
        objects::compare(pair);
    }
}
