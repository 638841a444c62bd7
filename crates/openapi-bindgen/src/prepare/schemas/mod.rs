//! Schemas are put into the words that typify reads well: into a type that compiles, and that gives every valid value back as
//! it came.
//!
//! What typify makes of a schema depends on how it is written, not only on what it says; much of what JSON Schema allows makes it
//! panic, or makes a type that drops members of a value. After these passes a schema is one of few things: a reference,
//! a scalar, an enum of text, a list, a map, an object with members, or a union (`oneOf`). Every one of them is never
//! narrower than what stood there. The passes work on OpenAPI 3.0, in the order of [`run`].

mod aliases;
mod all_of;
mod arrays;
mod defaults;
mod enums;
mod fields;
mod inline_types;
mod intersection;
mod keywords;
mod names;
mod nullable;
mod scalars;
mod unions;
mod walk;

use std::collections::BTreeMap;

use openapi_downconvert::Change;
use serde_json::{Map, Value};

use crate::Settings;

pub(crate) use names::TypeNames;
pub(crate) use unions::{Tag, Tags};

type Object = Map<String, Value>;

/// What the schemas became, as far as the document cannot say it.
#[derive(Debug, Default)]
pub(crate) struct Schemas {
    /// The Rust name of each component, by the name that it has in the document.
    pub(crate) names: TypeNames,
    /// The unions with a discriminator, by Rust name.
    pub(crate) tags: Tags,
    /// Why a component could not be named, by the name that it has in the document: it is any JSON.
    pub(crate) unnamed: BTreeMap<String, String>,
}

pub(crate) fn run(document: &mut Value, settings: &Settings, changes: &mut Vec<Change>) -> Schemas {
    keywords::run(document, changes);
    nullable::run(document);
    if settings.lossless {
        defaults::run(document, changes);
        scalars::run(document, changes);
        arrays::run(document, changes);
    }
    enums::run(document, changes);
    all_of::run(document, changes);
    // Twice: a branch may have brought a choice with it.
    unions::run(document, changes);
    unions::run(document, changes);
    aliases::run(document, changes);
    fields::run(document, settings, changes);
    let (names, unnamed) = names::run(document, changes);
    inline_types::run(document, changes);
    let tags = unions::tags(document);
    Schemas { names, tags, unnamed }
}
