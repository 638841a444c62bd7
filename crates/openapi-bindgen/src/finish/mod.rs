//! Changes the types that progenitor makes, where the document could not express the change; one pass at a
//! time. A type that a pass cannot handle is a [`Failure`], which affects only that type.

mod fields;
mod non_exhaustive;
mod nullable;
mod open_enums;
mod schemars;
mod timestamps;
mod unions;

use std::collections::BTreeSet;

use openapi_downconvert::Change;
use syn::Item;

use crate::{
    Settings,
    prepare::Schemas,
    sabotage::{self, Stage},
    write::Surroundings,
};

pub(crate) use nullable::nullable_of;
pub(crate) use open_enums::PASS as OPEN_ENUMS;
pub(crate) use schemars::{derive as derive_schemars, run as schemars};
pub(crate) use timestamps::run as timestamps;

/// A type that cannot be finished.
pub(crate) struct Failure {
    /// Its name.
    pub(crate) name: String,
    pub(crate) reason: String,
}

/// The names of the types that occur in requests and in responses.
pub(crate) struct Used {
    pub(crate) sent: BTreeSet<String>,
    pub(crate) received: BTreeSet<String>,
}

/// Runs the passes on the types.
pub(crate) fn types(
    types: &mut Vec<Item>,
    used: &Used,
    known: &Schemas,
    settings: &Settings,
    surroundings: &Surroundings,
    changes: &mut Vec<Change>,
) -> Vec<Failure> {
    let mut failures = sabotage::failures(Stage::Finishing, types);
    open_enums::run(types, &used.received, surroundings, &mut failures, changes);
    let among = (!settings.lossless).then_some(&used.sent);
    nullable::run(types, &known.nullable, among, surroundings);
    fields::run(types, surroundings);
    unions::run(types, &used.received, &known.tags, surroundings, &mut failures);
    non_exhaustive::run(types);
    for item in types.iter_mut() {
        crate::write::clean_docs(item);
    }
    failures
}
