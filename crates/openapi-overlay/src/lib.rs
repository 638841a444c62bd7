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
mod version;

pub use action::{Action, Change};
pub use error::Error;
pub use overlay::Overlay;
pub use report::{ActionReport, Conflict, Outcome, Report};
pub use version::Version;

#[doc(inline)]
pub use openapi_document::MAX_DEPTH;
