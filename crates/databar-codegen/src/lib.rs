//! Turns an OpenAPI 3.1 document into Rust bindings with [`progenitor`].
//!
//! The way of the data: [`Sources::read`] gives the document with its overlay applied; [`generate`] converts it to
//! OpenAPI 3.0, prepares it for progenitor (one file per pass in `prepare/`), runs progenitor, and finishes its
//! tokens (one file per pass in `finish/`). Every change that a pass makes is a [`Change`] in the result, with what
//! it lost: nothing is widened, dropped or renamed silently.
//!
//! This crate is what `build.rs` of `databar-api` calls; it is of no use to users of the bindings.

mod error;
mod finish;
mod generator;
mod operations;
mod prepare;
mod runtime;
mod settings;
mod sources;
mod surface;

pub use error::Error;
pub use openapi_downconvert::{Change, Loss};
pub use operations::{Operation, Pages};
pub use settings::Settings;
pub use sources::{Document, Sources};
pub use surface::surface;

use serde_json::Value;

/// The bindings, and the trace of how they came about.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Generated {
    /// The Rust source: formatted, to be included in a module.
    pub code: String,
    /// Everything that was changed on the way from the document to the code, in order.
    pub changes: Vec<Change>,
    /// The operations of the document, all of which have a method in `code`.
    pub operations: Vec<Operation>,
}

/// Generates the bindings of an OpenAPI 3.0 or 3.1 document, whose overlay has been applied.
///
/// # Errors
///
/// [`Error`] when the document is not one that can be converted, or when progenitor refuses an operation of it.
pub fn generate(document: Value, settings: &Settings) -> Result<Generated, Error> {
    let converted = openapi_downconvert::downconvert(document)?;
    let mut changes = converted.changes;
    let prepared = prepare::prepare(converted.document, settings, &mut changes)?;
    let operations = operations::collect(&prepared)?;
    let tokens = generator::generate(&prepared.document, settings)?;
    let mut file = finish::finish(tokens, &prepared, operations.len(), settings, &mut changes)?;
    file.items.extend(runtime::items(&operations)?);
    Ok(Generated {
        code: prettyplease::unparse(&file),
        changes,
        operations,
    })
}
