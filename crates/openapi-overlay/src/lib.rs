#![doc = include_str!("../README.md")]

mod action;
mod apply;
mod conflict;
mod error;
mod location;
mod merge;
mod overlay;
mod path;
mod report;

pub use action::{Action, Change};
pub use error::Error;
pub use overlay::{Overlay, Version};
pub use report::{ActionReport, Conflict, Outcome, Report};

/// How deeply values may be nested, in the overlay and in the document it is applied to.
///
/// Text that `serde_json` parsed is never deeper than 128; the bound is for values that a program built, so
/// that no input can exhaust the stack.
pub const MAX_DEPTH: usize = 256;
