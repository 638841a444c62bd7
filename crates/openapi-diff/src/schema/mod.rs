//! Schemas: their normal form, and the rules that compare two of them.

mod graph;
mod usage;

pub(crate) use graph::{Graph, PairId};
pub(crate) use usage::{Use, Wire};

use crate::rule::Rule;

/// The rules of this module.
pub(crate) static RULES: &[&[&Rule]] = &[];
