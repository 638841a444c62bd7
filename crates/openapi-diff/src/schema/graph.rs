//! The graph of pairs of schemas. Each pair is compared once.
//!
//! A `$ref` cycle becomes a cycle in the graph: a pair that is reached again is the existing pair.

use std::collections::{BTreeMap, HashMap};

use openapi_document::At;

use crate::{
    Options,
    change::Change,
    document::Document,
    schema::{
        Use,
        engine::{Child, Engine},
        node::{NodeId, Schemas},
        types::Types,
    },
};

/// Identifies a pair of schemas in a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PairId(usize);

/// All pairs of schemas that are compared.
pub(crate) struct Graph<'a> {
    engine: Engine<'a>,
    pairs: Vec<Pair>,
    known: HashMap<Child, PairId>,
    /// The pairs that are still to be compared.
    pending: Vec<(PairId, Child)>,
}

/// The same thing in both documents.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Both<T> {
    pub(crate) old: T,
    pub(crate) new: T,
}

/// The possible shapes of the values of a schema, as far as they affect how values are written outside JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Whether there are arrays with more than one item.
    pub(crate) list: bool,
    /// Whether there are objects.
    pub(crate) object: bool,
    /// Whether there are strings, numbers or booleans.
    pub(crate) scalar: bool,
    /// Whether the items of arrays, or the values themselves, are objects.
    pub(crate) of_objects: bool,
    /// Whether strings are binary data.
    pub(crate) binary: bool,
}

impl Shape {
    fn of(schemas: &mut Schemas<'_>, node: NodeId) -> Self {
        let normal = schemas.normal(node, true);
        let object = normal.types.meets(Types::OBJECT);
        let list = normal.types.meets(Types::ARRAY) && normal.arrays.max_items.is_none_or(|most| most > 1);
        let of_objects = if normal.types.values() == Types::ARRAY && !normal.arrays.items.is_empty() {
            let items = schemas.node_of(&normal.arrays.items);
            schemas.normal(items, true).types.meets(Types::OBJECT)
        } else {
            object
        };
        Self {
            list,
            object,
            scalar: normal.types.meets(Types::SCALARS),
            of_objects,
            binary: normal.types.values() == Types::STRING
                && (normal.format == Some("binary")
                    || normal.content.encoding.is_some()
                    || normal.content.media_type.is_some()),
        }
    }

    fn of_properties<'a>(schemas: &mut Schemas<'a>, at: &At<'a>) -> BTreeMap<&'a str, Self> {
        let place = schemas.place(at);
        let node = schemas.node_at(place);
        let normal = schemas.normal(node, true);
        normal
            .objects
            .properties
            .iter()
            .map(|(name, places)| {
                let node = schemas.node_of(places);
                (*name, Self::of(schemas, node))
            })
            .collect()
    }
}

/// A pair of schemas, the changes in it, and the pairs below it.
#[derive(Debug, Default)]
struct Pair {
    changes: Vec<Change>,
    below: Vec<PairId>,
    /// Whether there is a change in it or below it.
    dirty: bool,
}

impl<'a> Graph<'a> {
    pub(crate) fn new(old: &'a Document<'a>, new: &'a Document<'a>, options: Options) -> Self {
        Self {
            engine: Engine::new(old, new, options),
            pairs: Vec::new(),
            known: HashMap::new(),
            pending: Vec::new(),
        }
    }

    /// The pair of these two schemas with this usage. It is compared when the graph is solved.
    pub(crate) fn pair(&mut self, old: &At<'a>, new: &At<'a>, usage: Use) -> PairId {
        let old = self.engine.old.place(old);
        let new = self.engine.new.place(new);
        let child = (self.engine.old.node_at(old), self.engine.new.node_at(new), usage);
        self.intern(child)
    }

    /// The shapes of the values of two schemas.
    pub(crate) fn shapes(&mut self, old: &At<'a>, new: &At<'a>) -> Both<Shape> {
        let of = |schemas: &mut Schemas<'a>, at: &At<'a>| {
            let place = schemas.place(at);
            let node = schemas.node_at(place);
            Shape::of(schemas, node)
        };
        Both {
            old: of(&mut self.engine.old, old),
            new: of(&mut self.engine.new, new),
        }
    }

    /// The properties that two object schemas declare, with their shapes.
    pub(crate) fn parts(&mut self, old: &At<'a>, new: &At<'a>) -> Both<BTreeMap<&'a str, Shape>> {
        Both {
            old: Shape::of_properties(&mut self.engine.old, old),
            new: Shape::of_properties(&mut self.engine.new, new),
        }
    }

    fn intern(&mut self, child: Child) -> PairId {
        let next = PairId(self.pairs.len());
        *self.known.entry(child).or_insert_with(|| {
            self.pairs.push(Pair::default());
            self.pending.push((next, child));
            next
        })
    }

    /// Compares all pairs, including those that they lead to.
    pub(crate) fn solve(&mut self) {
        while let Some((pair, (old, new, usage))) = self.pending.pop() {
            let expansion = self.engine.expand(old, new, usage);
            let below = expansion
                .children
                .into_iter()
                .map(|child| self.intern(child))
                .collect();
            self.pairs[pair.0] = Pair {
                changes: expansion.changes,
                below,
                dirty: false,
            };
        }
        self.spread();
    }

    /// Marks all pairs that lead to a change.
    fn spread(&mut self) {
        let mut above = vec![Vec::new(); self.pairs.len()];
        for (index, pair) in self.pairs.iter().enumerate() {
            for below in &pair.below {
                above[below.0].push(index);
            }
        }
        let mut dirty: Vec<_> = (0..self.pairs.len())
            .filter(|index| !self.pairs[*index].changes.is_empty())
            .collect();
        while let Some(index) = dirty.pop() {
            if !std::mem::replace(&mut self.pairs[index].dirty, true) {
                dirty.append(&mut above[index]);
            }
        }
    }

    /// The changes in a pair and in all pairs below it, each once. Unchanged pairs are not visited.
    pub(crate) fn changes_below(&self, root: PairId) -> impl Iterator<Item = &Change> {
        let mut seen: std::collections::HashSet<usize> = std::collections::HashSet::new();
        let mut queue = Vec::new();
        if self.pairs[root.0].dirty && seen.insert(root.0) {
            queue.push(root.0);
        }
        std::iter::from_fn(move || {
            let pair = &self.pairs[queue.pop()?];
            for below in &pair.below {
                if self.pairs[below.0].dirty && seen.insert(below.0) {
                    queue.push(below.0);
                }
            }
            Some(pair.changes.iter())
        })
        .flatten()
    }
}
