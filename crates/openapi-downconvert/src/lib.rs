#![doc = include_str!("../README.md")]

mod change;
mod convert;
mod error;
mod grammar;
mod options;
mod passes;
mod reach;
mod references;
mod root;
mod schema;
mod security;
mod walk;

pub use change::{Change, Downconverted, Loss};
pub use convert::downconvert;
pub use error::{Error, Reference};
pub use options::{ExternalReferences, Options, UnknownDialect};
pub use passes::{PASSES, Pass};

#[doc(inline)]
pub use openapi_document::MAX_DEPTH;
