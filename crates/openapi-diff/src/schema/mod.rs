//! Schemas: their normal form, and the rules that compare two of them.

mod graph;

pub(crate) use graph::{Graph, PairId};

use crate::rule::Rule;

/// The rules of this module.
pub(crate) static RULES: &[&[&Rule]] = &[];
