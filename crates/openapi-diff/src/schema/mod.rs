//! Schemas: their normal form, and the rules that compare two of them.
//!
//! `node` says which places of a document hold together as one schema, `read` brings them into the form of `normal`, `rules`
//! compare two such forms, `engine` skips what has not changed, and `graph` walks all pairs.

mod compare;
mod engine;
mod graph;
mod node;
mod normal;
mod number;
mod read;
mod rules;
mod subject;
mod types;
mod usage;

pub(crate) use graph::{Both, Graph, PairId, Shape};
pub(crate) use rules::RULES;
pub(crate) use usage::{Use, Wire};
