//! Rewrites schemas into the forms that typify reads well: each becomes a type that compiles, and that gives
//! every valid value back as it was.
//!
//! What typify makes of a schema depends on how it is written, not only on what it says. Much of what JSON
//! Schema allows makes it panic, or makes a type that drops members of a value. After these passes, a schema
//! is a reference, a scalar, a string enum, a list, a map, an object with members, or a union (`oneOf`). It
//! is never narrower than the original. The passes work on OpenAPI 3.0, in the order of [`run`].

mod aliases;
mod all_of;
mod arrays;
mod defaults;
mod enums;
mod fields;
mod inheritance;
mod inline_types;
mod intersection;
mod keywords;
mod names;
mod nullable;
mod open_branches;
mod scalars;
mod tags;
mod unions;
mod walk;

use std::collections::BTreeMap;

use openapi_downconvert::Change;
use serde_json::{Map, Value};

use crate::{Settings, passes::Pass};

pub(crate) use names::TypeNames;
pub(crate) use nullable::NullableMembers;
pub(crate) use scalars::LIMITS;
pub(crate) use tags::{Tag, Tags};
pub(in crate::prepare) use walk::each as each_schema;

type Object = Map<String, Value>;

/// The passes, in order.
pub(crate) const PASSES: &[Pass] = &[
    Pass::new(
        keywords::PASS,
        "a keyword that is wrong, or shapes no type, and a reference to nothing are left out",
    ),
    Pass::new(
        inheritance::PASS,
        "a base whose children include it by `allOf` is a choice of them, and not an endless schema",
    ),
    Pass::new(defaults::PASS, "lossless types: an absent member stays absent"),
    Pass::new(
        scalars::PASS,
        "numbers and texts are of one type each, whatever their bounds; in lossless types, also whatever their format",
    ),
    Pass::new(
        arrays::PASS,
        "lossless types: a list is a list, whatever its length",
    ),
    Pass::new(
        enums::PASS,
        "enums of text stay; others are of the type of their values",
    ),
    Pass::new(
        all_of::PASS,
        "the parts of an `allOf` are one schema: typify panics on many, and finds others to have no values",
    ),
    Pass::new(
        unions::PASS,
        "every choice is a `oneOf`: typify takes `anyOf` for a struct of flattened options",
    ),
    Pass::new(
        aliases::PASS,
        "a schema that is nothing but itself would never end",
    ),
    Pass::new(
        open_branches::PASS,
        "lossless types: a member that only another branch of the union declares is kept",
    ),
    Pass::new(
        fields::PASS,
        "members whose names collapse to one field; maps that look like structs",
    ),
    Pass::new(
        names::PASS,
        "each component is called by its Rust name, a fixed point of every case rule",
    ),
    Pass::new(
        inline_types::PASS,
        "a name of its own for every type: typify takes two of one name for the same",
    ),
];

/// The results of the passes that the document cannot express.
#[derive(Debug, Default)]
pub(crate) struct Schemas {
    /// The Rust name of each component, by its name in the document.
    pub(crate) names: TypeNames,
    /// Where each type is described in the document, by its Rust name.
    pub(crate) places: BTreeMap<String, String>,
    /// The unions whose branches are distinguished by a member, by Rust name.
    pub(crate) tags: Tags,
    /// The members that may be absent and may be null.
    pub(crate) nullable: NullableMembers,
    /// Why a component could not be named, by its name in the document. Such a component is any JSON.
    pub(crate) unnamed: BTreeMap<String, String>,
}

pub(crate) fn run(document: &mut Value, settings: &Settings, changes: &mut Vec<Change>) -> Schemas {
    keywords::run(document, changes);
    nullable::run(document);
    inheritance::run(document, changes);
    tags::mark(document);
    if settings.lossless {
        defaults::run(document, changes);
    }
    scalars::run(document, settings.lossless, changes);
    if settings.lossless {
        arrays::run(document, changes);
    }
    enums::run(document, changes);
    all_of::run(document, changes);
    // Run a second time, because a branch may have introduced a choice.
    unions::run(document, changes);
    unions::run(document, changes);
    aliases::run(document, changes);
    if settings.lossless {
        open_branches::run(document, changes);
    }
    fields::run(document, settings, changes);
    let (names, unnamed) = names::run(document, changes);
    let places = inline_types::run(document, &names, changes);
    let tags = tags::take(document);
    let nullable = nullable::members(document);
    Schemas {
        names,
        places,
        tags,
        nullable,
        unnamed,
    }
}
