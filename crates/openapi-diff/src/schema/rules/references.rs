//! References that cannot be resolved.

use crate::{
    rule::{Mirror, Rule, WARNING},
    schema::compare::Compare,
};

pub(super) static RULES: &[&Rule] = &[&REFERENCE_CHANGED];

static REFERENCE_CHANGED: Rule = Rule::schema(
    "unresolved-reference-changed",
    WARNING,
    WARNING,
    Mirror::Itself,
    "the schema refers to {new} instead of {old}; neither can be resolved within the document",
);

/// Whether the two refer to different targets that cannot be resolved. Nothing else can be compared then.
pub(super) fn differ(pair: &mut Compare<'_, '_>) -> bool {
    let mut old = pair.engine.old.node(pair.old_node).opaque.clone();
    let mut new = pair.engine.new.node(pair.new_node).opaque.clone();
    for references in [&mut old, &mut new] {
        references.sort_unstable();
        references.dedup();
    }
    if old == new {
        return false;
    }
    let or_nothing = |references: &[&str]| {
        if references.is_empty() {
            "nothing".to_owned()
        } else {
            references.join(", ")
        }
    };
    pair.report_values(&REFERENCE_CHANGED, "$ref", or_nothing(&old), or_nothing(&new));
    true
}
