//! The schemas of one document: their places, and the places that together form one schema.
//!
//! A schema is a conjunction of places: the schema itself, the targets of its references, and the branches of
//! its `allOf`. A place is identified by the address of its value. The same schema is therefore the same
//! node, no matter how it is reached.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use openapi_document::{At, Pointer};
use serde_json::{Map, Value};

use crate::{
    document::{Document, Version},
    rule::Place,
    schema::{Use, normal::Normal, types::Types},
};

/// Identifies a place in a document that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct PlaceId(u32);

/// Identifies a conjunction of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct NodeId(u32);

/// A place that is part of a conjunction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) place: PlaceId,
    /// Whether null is allowed in any case, because the place is part of a union with null.
    pub(super) or_null: bool,
}

/// A schema. A value must satisfy all its parts.
#[derive(Debug)]
pub(super) struct Node<'a> {
    /// The place from which it was reached.
    pub(super) origin: PlaceId,
    pub(super) parts: Vec<Part>,
    /// The references that cannot be resolved: they lead out of the document or have no target.
    pub(super) opaque: Vec<&'a str>,
    /// The last reference on the way to this place, as written.
    pub(super) reference: Option<&'a str>,
    /// Whether all parts are reached from the origin.
    pub(super) whole: bool,
    /// Whether it is the remaining branch of a union with null.
    pub(super) unwrapped: bool,
}

impl Node<'_> {
    /// Whether something around the schema allows null.
    pub(super) fn is_wrapped(&self) -> bool {
        self.unwrapped || self.parts.iter().any(|part| part.or_null)
    }
}

struct Entry<'a> {
    value: &'a Value,
    origin: Origin<'a>,
    node: Option<NodeId>,
}

/// The location of a place. The pointer is only created when it is needed.
enum Origin<'a> {
    Known(Pointer),
    Member(PlaceId, &'static str),
    Named(PlaceId, &'static str, &'a str),
    Item(PlaceId, &'static str, usize),
}

/// The schemas of one document.
pub(super) struct Schemas<'a> {
    pub(super) document: &'a Document<'a>,
    entries: Vec<Entry<'a>>,
    addresses: HashMap<usize, PlaceId>,
    nodes: Vec<Node<'a>>,
    conjunctions: HashMap<Vec<PlaceId>, NodeId>,
    targets: HashMap<&'a str, Option<PlaceId>>,
    pub(super) normals: HashMap<(NodeId, bool), Rc<Normal<'a>>>,
    /// The schemas whose normal form is being created.
    pub(super) reading: Vec<NodeId>,
}

/// The maximum depth to which a question is followed through nested schemas.
const DEPTH: usize = 32;

impl<'a> Schemas<'a> {
    pub(super) fn new(document: &'a Document<'a>) -> Self {
        Self {
            document,
            entries: Vec::new(),
            addresses: HashMap::new(),
            nodes: Vec::new(),
            conjunctions: HashMap::new(),
            targets: HashMap::new(),
            normals: HashMap::new(),
            reading: Vec::new(),
        }
    }

    /// The place of a value with a known pointer.
    pub(super) fn place(&mut self, at: &At<'a>) -> PlaceId {
        self.intern(at.value, || Origin::Known(at.pointer.clone()))
    }

    /// The place of the schema in the member `keyword` of the schema at `parent`.
    pub(super) fn member(&mut self, parent: PlaceId, keyword: &'static str, value: &'a Value) -> PlaceId {
        self.intern(value, || Origin::Member(parent, keyword))
    }

    /// The place of the schema `name` in the map `keyword` of the schema at `parent`.
    pub(super) fn named(
        &mut self,
        parent: PlaceId,
        keyword: &'static str,
        name: &'a str,
        value: &'a Value,
    ) -> PlaceId {
        self.intern(value, || Origin::Named(parent, keyword, name))
    }

    /// The place of the schema at `index` in the array `keyword` of the schema at `parent`.
    pub(super) fn item(
        &mut self,
        parent: PlaceId,
        keyword: &'static str,
        index: usize,
        value: &'a Value,
    ) -> PlaceId {
        self.intern(value, || Origin::Item(parent, keyword, index))
    }

    fn intern(&mut self, value: &'a Value, origin: impl FnOnce() -> Origin<'a>) -> PlaceId {
        let next = PlaceId(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        *self
            .addresses
            .entry(std::ptr::from_ref(value).addr())
            .or_insert_with(|| {
                self.entries.push(Entry {
                    value,
                    origin: origin(),
                    node: None,
                });
                next
            })
    }

    pub(super) fn value(&self, place: PlaceId) -> &'a Value {
        self.entries[place.0 as usize].value
    }

    pub(super) fn pointer(&self, place: PlaceId) -> Pointer {
        let mut steps = Vec::new();
        let mut at = place;
        let start = loop {
            match &self.entries[at.0 as usize].origin {
                Origin::Known(pointer) => break pointer.clone(),
                Origin::Member(parent, keyword) => {
                    steps.push((*keyword).to_owned());
                    at = *parent;
                }
                Origin::Named(parent, keyword, name) => {
                    steps.extend([(*name).to_owned(), (*keyword).to_owned()]);
                    at = *parent;
                }
                Origin::Item(parent, keyword, index) => {
                    steps.extend([index.to_string(), (*keyword).to_owned()]);
                    at = *parent;
                }
            }
        };
        steps
            .into_iter()
            .rev()
            .fold(start, |pointer, step| pointer.child(step))
    }

    /// The target of a reference. `None` if it leads out of the document or has no target.
    pub(super) fn target(&mut self, reference: &'a str) -> Option<PlaceId> {
        if let Some(known) = self.targets.get(reference) {
            return *known;
        }
        let target = self.document.target(reference).map(|at| self.place(&at));
        self.targets.insert(reference, target);
        target
    }

    pub(super) fn node(&self, node: NodeId) -> &Node<'a> {
        &self.nodes[node.0 as usize]
    }

    /// The node of one place.
    pub(super) fn node_at(&mut self, place: PlaceId) -> NodeId {
        if let Some(node) = self.entries[place.0 as usize].node {
            return node;
        }
        let node = self.assemble(&[place]);
        self.entries[place.0 as usize].node = Some(node);
        node
    }

    /// The node of several places, of which a value must satisfy all.
    pub(super) fn node_of(&mut self, places: &[PlaceId]) -> NodeId {
        if let [place] = places {
            return self.node_at(*place);
        }
        let mut places = places.to_vec();
        let mut seen = HashSet::new();
        places.retain(|place| seen.insert(*place));
        if let [place] = places[..] {
            return self.node_at(place);
        }
        if let Some(node) = self.conjunctions.get(&places) {
            return *node;
        }
        let node = self.assemble(&places);
        self.conjunctions.insert(places, node);
        node
    }

    /// Follows references, `allOf` and unions with null from some places, and collects all places that must
    /// be satisfied.
    fn assemble(&mut self, places: &[PlaceId]) -> NodeId {
        let mut node = Node {
            origin: places.first().copied().unwrap_or(PlaceId(0)),
            parts: Vec::new(),
            opaque: Vec::new(),
            reference: None,
            whole: places.len() == 1,
            unwrapped: false,
        };
        let mut seen = HashSet::new();
        let mut queue: Vec<_> = places.iter().rev().map(|place| (*place, false)).collect();
        while let Some((place, or_null)) = queue.pop() {
            // If a place applies both with and without null, the stricter form counts.
            if seen.contains(&(place, false)) || !seen.insert((place, or_null)) {
                continue;
            }
            if !or_null && seen.contains(&(place, true)) {
                node.parts.retain(|part| part.place != place);
            }
            let Some(schema) = self.value(place).as_object() else {
                node.parts.push(Part { place, or_null });
                continue;
            };
            let reference = schema.get("$ref").and_then(Value::as_str);
            if let Some(reference) = reference {
                node.reference = Some(reference);
                match self.target(reference) {
                    Some(target) => queue.push((target, or_null)),
                    None if node.opaque.contains(&reference) => {}
                    None => node.opaque.push(reference),
                }
                if self.document.version == Version::V3_0 {
                    continue;
                }
            }
            if let Some(reference) = schema.get("$dynamicRef").and_then(Value::as_str) {
                node.opaque.push(reference);
            }
            let branches = schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice);
            let or_null = or_null || (branches.is_some() && self.is_nullable(schema));
            for (index, branch) in branches.unwrap_or_default().iter().enumerate().rev() {
                let branch = self.item(place, "allOf", index, branch);
                queue.push((branch, or_null));
            }
            let wrapped = self.null_union(place);
            if let Some((keyword, index, value)) = wrapped {
                node.unwrapped = true;
                let branch = self.item(place, keyword, index, value);
                queue.push((branch, true));
            }
            let mut rest = schema.keys().filter(|key| {
                (*key == "xml" || !is_annotation(key))
                    && !matches!(key.as_str(), "$ref" | "$dynamicRef" | "allOf")
                    && wrapped.is_none_or(|(keyword, ..)| key.as_str() != keyword)
            });
            // An empty schema is kept only if no other part shows the place of the schema.
            let alone = reference.is_none() && branches.is_none_or(<[_]>::is_empty) && wrapped.is_none();
            if alone || rest.next().is_some() {
                node.parts.push(Part { place, or_null });
            }
        }
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(node);
        id
    }

    /// The first place along the references that has keywords of its own.
    pub(super) fn behind_references(&mut self, place: PlaceId) -> PlaceId {
        let mut place = place;
        for _ in 0..DEPTH {
            let Some(schema) = self.value(place).as_object() else {
                break;
            };
            let lone = self.document.version == Version::V3_0
                || schema.keys().all(|key| key == "$ref" || is_annotation(key));
            let reference = schema.get("$ref").and_then(Value::as_str).filter(|_| lone);
            match reference.and_then(|reference| self.target(reference)) {
                Some(target) => place = target,
                None => break,
            }
        }
        place
    }

    /// The place that references and single-branch `allOf`s lead to, if there are no other keywords on the
    /// way.
    pub(super) fn behind_wrappers(&mut self, place: PlaceId) -> PlaceId {
        let mut place = self.behind_references(place);
        for _ in 0..DEPTH {
            let Some(schema) = self.value(place).as_object() else {
                break;
            };
            let lone = schema.keys().all(|key| key == "allOf" || is_annotation(key));
            let inner = match schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
                Some([inner]) if lone => self.item(place, "allOf", 0, inner),
                _ => break,
            };
            place = self.behind_references(inner);
        }
        place
    }

    /// Whether the schema at this place obviously accepts everything: it has only annotations, or an `anyOf`
    /// with a branch that accepts everything.
    pub(super) fn is_open(&mut self, place: PlaceId) -> bool {
        self.is_open_within(place, DEPTH)
    }

    fn is_open_within(&mut self, place: PlaceId, depth: usize) -> bool {
        let node = self.node_at(place);
        let node = self.node(node);
        if depth == 0 || !node.opaque.is_empty() {
            return false;
        }
        let places: Vec<_> = node.parts.iter().map(|part| part.place).collect();
        places.into_iter().all(|place| match self.value(place) {
            Value::Bool(everything) => *everything,
            Value::Object(schema) => schema
                .iter()
                .all(|(keyword, value)| match (keyword.as_str(), value) {
                    ("$ref" | "allOf", _) => true,
                    ("anyOf", Value::Array(branches)) => {
                        branches.iter().enumerate().any(|(index, branch)| {
                            let branch = self.item(place, "anyOf", index, branch);
                            self.is_open_within(branch, depth - 1)
                        })
                    }
                    _ => is_annotation(keyword),
                }),
            _ => true,
        })
    }

    /// The usage of a schema, which depends on whether it travels in this direction at all.
    pub(super) fn hides(&self, node: NodeId, usage: Use) -> Use {
        let keyword = match usage.place {
            Place::RequestProperty => "readOnly",
            Place::ResponseProperty => "writeOnly",
            _ => return usage,
        };
        let mut places = self.node(node).parts.iter().map(|part| part.place);
        let hidden = places.any(|place| self.value(place).get(keyword) == Some(&Value::Bool(true)));
        Use {
            hidden: usage.hidden || hidden,
            ..usage
        }
    }

    /// Whether a schema is `nullable`. Next to an `allOf` or a union, this means the union of everything with
    /// null. By the letter, null would still have to match the branches, but no author means that.
    pub(super) fn is_nullable(&self, schema: &Map<String, Value>) -> bool {
        self.document.version == Version::V3_0 && schema.get("nullable") == Some(&Value::Bool(true))
    }

    /// The only branch other than null of a union with null at this place, as keyword, index and schema. In
    /// an `anyOf`, null may match twice. In a `oneOf`, the branch must reject null.
    pub(super) fn null_union(&mut self, place: PlaceId) -> Option<(&'static str, usize, &'a Value)> {
        let schema = self.value(place).as_object()?;
        for keyword in ["anyOf", "oneOf"] {
            let Some(branches) = schema.get(keyword).and_then(Value::as_array) else {
                continue;
            };
            let others = branches
                .iter()
                .enumerate()
                .filter(|(index, branch)| {
                    let branch = self.item(place, keyword, *index, branch);
                    !self.is_null_at(branch)
                })
                .collect::<Vec<_>>();
            let [(index, branch)] = others[..] else {
                continue;
            };
            let nulls = branches.len() - 1;
            if nulls == 0 && !self.is_nullable(schema) {
                continue;
            }
            let place = self.item(place, keyword, index, branch);
            if keyword == "oneOf" && (nulls > 1 || (nulls == 1 && !self.rejects_null(place))) {
                continue;
            }
            return Some((keyword, index, branch));
        }
        None
    }

    /// Whether the schema at this place, or the schema that it refers to, obviously accepts only null.
    pub(super) fn is_null_at(&mut self, place: PlaceId) -> bool {
        let mut place = place;
        for _ in 0..DEPTH {
            let Some(schema) = self.value(place).as_object() else {
                return false;
            };
            let branches = schema.get("allOf").and_then(Value::as_array);
            let mut telling = branches
                .into_iter()
                .flatten()
                .enumerate()
                .filter(|(_, branch)| !says_nothing(branch));
            let lone = (telling.next(), telling.next());
            place = match (schema.get("$ref").and_then(Value::as_str), lone) {
                (Some(reference), _) => match self.target(reference) {
                    Some(target) => target,
                    None => return false,
                },
                (None, (Some((index, branch)), None))
                    if schema.keys().all(|key| is_annotation(key) || key == "allOf") =>
                {
                    self.item(place, "allOf", index, branch)
                }
                _ => return is_null(schema),
            };
        }
        false
    }

    /// Whether the schema at this place certainly rejects null.
    pub(super) fn rejects_null(&mut self, place: PlaceId) -> bool {
        self.rejects_null_within(place, DEPTH)
    }

    fn rejects_null_within(&mut self, place: PlaceId, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        let schema = match self.value(place) {
            Value::Bool(allowed) => return !allowed,
            Value::Object(schema) => schema,
            _ => return false,
        };
        let target = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| self.target(reference));
        if target.is_some_and(|target| self.rejects_null_within(target, depth)) {
            return true;
        }
        if self.is_nullable(schema) || (self.document.version == Version::V3_0 && schema.contains_key("$ref"))
        {
            return false;
        }
        if stated_types(schema).is_some_and(|types| !types.meets(Types::NULL))
            || schema.get("const").is_some_and(|value| !value.is_null())
            || schema
                .get("enum")
                .and_then(Value::as_array)
                .is_some_and(|values| !values.contains(&Value::Null))
        {
            return true;
        }
        for (keyword, all) in [("allOf", false), ("anyOf", true), ("oneOf", true)] {
            let Some(branches) = schema.get(keyword).and_then(Value::as_array) else {
                continue;
            };
            let mut rejected = branches.iter().enumerate().map(|(index, branch)| {
                let branch = self.item(place, keyword, index, branch);
                self.rejects_null_within(branch, depth)
            });
            let rejects = if all {
                rejected.all(|rejects| rejects)
            } else {
                rejected.any(|rejects| rejects)
            };
            if rejects && !branches.is_empty() {
                return true;
            }
        }
        false
    }
}

/// The types that the keyword `type` lists, without regard to `nullable`.
pub(super) fn stated_types(schema: &Map<String, Value>) -> Option<Types> {
    match schema.get("type")? {
        Value::String(name) => Some(Types::named(name)),
        Value::Array(names) => Some(
            names
                .iter()
                .filter_map(Value::as_str)
                .map(Types::named)
                .fold(Types::NONE, |types, named| types | named),
        ),
        _ => None,
    }
}

/// Whether a schema by itself obviously accepts only null.
fn is_null(schema: &Map<String, Value>) -> bool {
    let types = stated_types(schema);
    let constant = schema.get("const").map(Value::is_null);
    let listed = schema.get("enum").and_then(Value::as_array);
    let lists_null = listed.map(|values| values.contains(&Value::Null));
    let admitted = types.is_none_or(|types| types.meets(Types::NULL))
        && constant != Some(false)
        && lists_null != Some(false);
    let nothing_else = types == Some(Types::NULL)
        || constant == Some(true)
        || listed.is_some_and(|values| values.iter().all(Value::is_null));
    admitted
        && nothing_else
        && schema
            .keys()
            .all(|key| is_annotation(key) || matches!(key.as_str(), "type" | "const" | "enum" | "nullable"))
}

/// Whether a schema consists only of annotations.
fn says_nothing(schema: &Value) -> bool {
    match schema {
        Value::Bool(everything) => *everything,
        Value::Object(schema) => schema.keys().all(|keyword| is_annotation(keyword)),
        _ => true,
    }
}

/// Whether a keyword has no effect that a comparison reports.
pub(super) fn is_annotation(keyword: &str) -> bool {
    match keyword {
        "title" | "description" | "summary" | "example" | "examples" | "externalDocs" | "xml"
        | "$comment" | "$id" | "$schema" | "$anchor" | "$dynamicAnchor" | "$vocabulary" | "$defs"
        | "definitions" => true,
        "x-sunset" | "x-stability-level" | "x-extensible-enum" => false,
        _ => keyword.starts_with("x-"),
    }
}
