//! Schemas: their normal form, and the rules that compare two of them.
//!
//! `node` collects the places of a document that form one schema. `read` brings them into the form that
//! `normal` defines. `rules` compares two such forms, `engine` skips unchanged schemas, and `graph` walks
//! over all pairs.

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
