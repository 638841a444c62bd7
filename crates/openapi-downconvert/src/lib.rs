#![doc = include_str!("../README.md")]

mod change;
mod convert;
mod error;
mod grammar;
mod options;
mod passes;
mod pointer;
mod reach;
mod references;
mod schema;
mod security;
mod walk;

pub use change::{Change, Downconverted, Loss};
pub use convert::downconvert;
pub use error::{Error, Reference};
pub use options::{ExternalReferences, Options};
pub use passes::{PASSES, Pass};

/// How deeply the document may be nested.
///
/// Text that `serde_json` parsed is never deeper than 128; the bound is for values that a program built, so
/// that no input can exhaust the stack.
pub const MAX_DEPTH: usize = 256;
