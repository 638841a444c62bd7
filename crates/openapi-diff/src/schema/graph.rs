//! Pairs of schemas, and which pair leads to which: each is compared once.
//!
//! A `$ref` cycle closes itself here: a pair that is met again is the pair that is there already.

use std::collections::HashMap;

use crate::{
    compare::Change,
    document::{At, Document},
    schema::Use,
};

/// Names a pair of schemas in a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PairId(usize);

/// All pairs of schemas that are compared.
pub(crate) struct Graph<'a> {
    _old: &'a Document<'a>,
    _new: &'a Document<'a>,
    pairs: Vec<Pair>,
    _known: HashMap<(usize, usize, Use), PairId>,
}

/// A pair of schemas, the changes in it, and the pairs that stand below it.
#[derive(Debug, Default)]
struct Pair {
    changes: Vec<Change>,
}

impl<'a> Graph<'a> {
    pub(crate) fn new(old: &'a Document<'a>, new: &'a Document<'a>, _options: crate::Options) -> Self {
        Self {
            _old: old,
            _new: new,
            pairs: Vec::new(),
            _known: HashMap::new(),
        }
    }

    /// The pair of these two schemas in this use; it is compared when the graph is solved.
    pub(crate) fn pair(&mut self, _old: &At<'a>, _new: &At<'a>, _usage: Use) -> PairId {
        self.pairs.push(Pair::default());
        PairId(self.pairs.len() - 1)
    }

    /// Compares all pairs, and those that they lead to.
    pub(crate) fn solve(&mut self) {}

    /// The changes in a pair and in all that stand below it, each once. Where nothing has changed, it costs nothing.
    pub(crate) fn changes_below(&self, root: PairId) -> impl Iterator<Item = &Change> {
        self.pairs[root.0].changes.iter()
    }
}
