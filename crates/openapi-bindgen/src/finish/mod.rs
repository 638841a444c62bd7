//! What cannot be said in the document is done to the types that progenitor makes, one pass at a time. A type that a pass
//! cannot deal with is a [`Failure`], which costs that type alone.

mod fields;
mod open_enums;
mod schemars;
mod timestamps;
mod unions;

use std::collections::BTreeSet;

use openapi_downconvert::Change;
use syn::Item;

use crate::{
    prepare::Tags,
    sabotage::{self, Stage},
    write::Surroundings,
};

pub(crate) use open_enums::PASS as OPEN_ENUMS;
pub(crate) use schemars::{derive as derive_schemars, run as schemars};
pub(crate) use timestamps::run as timestamps;

/// A type that cannot be finished.
pub(crate) struct Failure {
    /// Its name.
    pub(crate) name: String,
    pub(crate) reason: String,
}

/// The passes on the types. `received` are those that responses are made of.
pub(crate) fn types(
    types: &mut Vec<Item>,
    received: &BTreeSet<String>,
    tags: &Tags,
    surroundings: &Surroundings,
    changes: &mut Vec<Change>,
) -> Vec<Failure> {
    let mut failures = sabotage::failures(Stage::Finishing, types);
    open_enums::run(types, received, surroundings, &mut failures, changes);
    fields::run(types, surroundings);
    unions::run(types, received, tags, surroundings, &mut failures);
    for item in types.iter_mut() {
        crate::write::clean_docs(item);
    }
    failures
}
