//! Renders findings for a terminal, a pull request, a browser, a workflow, or a program.
//!
//! Reports for people count and group *changes*: one change of a component counts once, no matter how many
//! operations use it. Text from the documents is shown in one line, without control characters.

mod cause;
mod changelog;
mod effect;
mod github;
mod html;
mod json;
mod markdown;
mod message;
mod place;
mod quote;
mod section;
#[cfg(test)]
mod tests;
mod text;
mod verdict;

pub use cause::changes;
pub use github::{Location, github};
pub use html::html;
pub use json::{SCHEMA, USED_BY_LIMIT, json};
pub use markdown::markdown;
pub use message::message;
pub use text::{Palette, text};
