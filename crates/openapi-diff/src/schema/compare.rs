//! The comparison of one pair of schemas, on which the rules work.

use std::rc::Rc;

use openapi_document::Pointer;
use serde_json::Value;

use crate::{
    change::Change,
    rule::{INFO, NONE, Place, Rule, Variance},
    schema::{
        engine::{Child, Engine, Expansion},
        node::{NodeId, PlaceId, Schemas},
        normal::Normal,
        rules,
        subject::subject,
        usage::Use,
    },
};

/// A pair of schemas that is being compared.
pub(super) struct Compare<'e, 'a> {
    pub(super) engine: &'e mut Engine<'a>,
    pub(super) usage: Use,
    pub(super) old_node: NodeId,
    pub(super) new_node: NodeId,
    pub(super) old: Rc<Normal<'a>>,
    pub(super) new: Rc<Normal<'a>>,
    changes: Vec<Change>,
    children: Vec<Child>,
}

impl<'e, 'a> Compare<'e, 'a> {
    pub(super) fn new(engine: &'e mut Engine<'a>, old_node: NodeId, new_node: NodeId, usage: Use) -> Self {
        let mut old = engine.old.normal(old_node, true);
        let mut new = engine.new.normal(new_node, true);
        // If only one side is a set of types, both are treated as unions.
        if old.unions.is_empty() != new.unions.is_empty() {
            if old.spelling.listed {
                old = engine.old.normal(old_node, false);
            }
            if new.spelling.listed {
                new = engine.new.normal(new_node, false);
            }
        }
        Self {
            engine,
            usage,
            old_node,
            new_node,
            old,
            new,
            changes: Vec::new(),
            children: Vec::new(),
        }
    }

    pub(super) fn run(mut self) -> Expansion {
        rules::apply(&mut self);
        Expansion {
            changes: self.changes,
            children: self.children,
        }
    }

    /// Reports a change of a keyword.
    pub(super) fn report(&mut self, rule: &'static Rule, keyword: &str) {
        let change = self.change(rule, keyword);
        self.push(change);
    }

    /// Reports a change of whether null is allowed. If a union around a reference decides this, the place is
    /// the union, not the target of the reference.
    pub(super) fn report_null(&mut self, rule: &'static Rule) {
        let (old, new) = (
            self.engine.old.node(self.old_node),
            self.engine.new.node(self.new_node),
        );
        if !old.is_wrapped() && !new.is_wrapped() {
            return self.report(rule, "type");
        }
        let old = self.engine.old.pointer(old.origin);
        let new = self.engine.new.pointer(new.origin);
        let subject = subject(self.engine.old.document, &old);
        self.push(Change::new(
            rule,
            self.usage.place,
            self.usage.variance,
            &old,
            &new,
            subject,
        ));
    }

    /// Reports a change of a keyword from one string to another.
    pub(super) fn report_values(
        &mut self,
        rule: &'static Rule,
        keyword: &str,
        old: impl ToString,
        new: impl ToString,
    ) {
        let change = self
            .change(rule, keyword)
            .with("old", old.to_string())
            .with("new", new.to_string());
        self.push(change);
    }

    /// A change of a keyword.
    pub(super) fn change(&self, rule: &'static Rule, keyword: &str) -> Change {
        let (old, in_old) = locate(&self.engine.old, self.old_node, keyword);
        let (new, in_new) = locate(&self.engine.new, self.new_node, keyword);
        let subject = if in_new && !in_old {
            subject(self.engine.new.document, &new)
        } else {
            subject(self.engine.old.document, &old)
        };
        let at = |pointer: Pointer, found: bool| if found { pointer.child(keyword) } else { pointer };
        Change::new(
            rule,
            self.usage.place,
            self.usage.variance,
            &at(old, in_old),
            &at(new, in_new),
            subject,
        )
    }

    /// A change of a property in its object.
    pub(super) fn property_change(&self, rule: &'static Rule, name: &str) -> Change {
        let (old, in_old) = locate_property(&self.engine.old, self.old_node, name);
        let (new, in_new) = locate_property(&self.engine.new, self.new_node, name);
        let subject = match (in_old, in_new) {
            (true, _) => subject(self.engine.old.document, &old),
            (false, true) => subject(self.engine.new.document, &new),
            (false, false) => {
                let undeclared = old.child("properties").child(name);
                subject(self.engine.old.document, &undeclared)
            }
        };
        let place = self.usage.place.below();
        let change = Change::new(rule, place, self.usage.variance, &old, &new, subject);
        change.with("property", name)
    }

    /// Reports a change of a property with this usage, unless the property does not travel in this direction:
    /// a response may then contain it, and a request does not need it.
    pub(super) fn push_property(&mut self, mut change: Change, usage: Use) {
        if usage.hidden && usage.place == Place::ResponseProperty {
            change.place = Place::ResponseWriteOnlyProperty;
            change.verdict = INFO;
        } else if usage.hidden {
            change.verdict = NONE;
        }
        self.changes.push(change);
    }

    /// Reports a change that matters even if the schema does not travel in this direction.
    pub(super) fn push_visible(&mut self, change: Change) {
        self.changes.push(change);
    }

    pub(super) fn push(&mut self, mut change: Change) {
        // A value that does not travel in this direction cannot break a client.
        if self.usage.hidden && change.verdict.level > INFO.level {
            change.verdict.level = INFO.level;
            change.place = match change.place {
                Place::RequestProperty => Place::RequestReadOnlyProperty,
                Place::ResponseProperty => Place::ResponseWriteOnlyProperty,
                place => place,
            };
        }
        self.changes.push(change);
    }

    /// Continues with a pair below this one.
    pub(super) fn descend(&mut self, old: &[PlaceId], new: &[PlaceId], usage: Use) {
        let child = self.pair(old, new, usage);
        self.children.push(child);
    }

    /// Compares a restriction by a keyword, with rules for an added and for a removed restriction.
    pub(super) fn schema(
        &mut self,
        [added, removed]: [&'static Rule; 2],
        keyword: &str,
        old: &[PlaceId],
        new: &[PlaceId],
    ) {
        match (old, new) {
            ([], []) => {}
            ([], _) => self.report(added, keyword),
            (_, []) => self.report(removed, keyword),
            (old, new) => self.descend(old, new, self.usage.below()),
        }
    }

    /// Compares a maximum count, with rules for one that was set, unset, decreased or increased.
    pub(super) fn maximum(
        &mut self,
        [set, unset, decreased, increased]: [&'static Rule; 4],
        keyword: &str,
        old: Option<u64>,
        new: Option<u64>,
    ) {
        let rule = match (old, new) {
            (None, Some(_)) => set,
            (Some(_), None) => unset,
            (Some(old), Some(new)) if new < old => decreased,
            (Some(old), Some(new)) if new > old => increased,
            _ => return,
        };
        let text = |count: Option<u64>| count.map_or_else(|| "none".to_owned(), |count| count.to_string());
        self.report_values(rule, keyword, text(old), text(new));
    }

    /// The one of the two keywords that is present here.
    pub(super) fn spelt(&self, usual: &'static str, other: &'static str) -> &'static str {
        let says = |keyword: &str| {
            part_with(&self.engine.old, self.old_node, keyword).is_some()
                || part_with(&self.engine.new, self.new_node, keyword).is_some()
        };
        if says(other) && !says(usual) { other } else { usual }
    }

    /// Whether these places of the old document accept nothing.
    pub(super) fn is_closed_in_old(&self, places: &[PlaceId]) -> bool {
        is_closed(&self.engine.old, places)
    }

    /// Whether these places of the new document accept nothing.
    pub(super) fn is_closed_in_new(&self, places: &[PlaceId]) -> bool {
        is_closed(&self.engine.new, places)
    }

    pub(super) fn descend_nodes(&mut self, old: NodeId, new: NodeId, usage: Use) {
        self.children.push((old, new, usage));
    }

    /// The pair of the schemas at these places.
    pub(super) fn pair(&mut self, old: &[PlaceId], new: &[PlaceId], usage: Use) -> Child {
        let old = self.engine.old.node_of(old);
        let new = self.engine.new.node_of(new);
        (old, new, self.engine.hidden(old, new, usage))
    }

    /// The pair of the old schema at these places and no new schema.
    pub(super) fn pair_of_old(&mut self, places: &[PlaceId], usage: Use) -> (NodeId, Use) {
        let node = self.engine.old.node_of(places);
        let usage = self.engine.old.hides(node, usage);
        (node, usage)
    }

    /// The pair of no old schema and the new schema at these places.
    pub(super) fn pair_of_new(&mut self, places: &[PlaceId], usage: Use) -> (NodeId, Use) {
        let node = self.engine.new.node_of(places);
        let usage = self.engine.new.hides(node, usage);
        (node, usage)
    }

    /// Whether the schema is for a part of a body or a parameter, not for the whole.
    pub(super) fn is_property(&self) -> bool {
        self.usage.place == self.usage.place.below()
    }

    /// Whether the client receives the values of this schema.
    pub(super) fn is_received(&self) -> bool {
        self.usage.variance == Variance::Received
    }

    /// Whether the client sends the values of this schema.
    pub(super) fn is_sent(&self) -> bool {
        self.usage.variance == Variance::Sent
    }
}

fn is_closed(schemas: &Schemas<'_>, places: &[PlaceId]) -> bool {
    places
        .iter()
        .any(|place| schemas.value(*place) == &Value::Bool(false))
}

/// The part of a schema that has a keyword.
fn part_with(schemas: &Schemas<'_>, node: NodeId, keyword: &str) -> Option<PlaceId> {
    let mut places = schemas.node(node).parts.iter().map(|part| part.place);
    places.find(|place| schemas.value(*place).get(keyword).is_some())
}

/// The place of a keyword: the pointer to the part of the schema that has it, otherwise to the schema itself.
fn locate(schemas: &Schemas<'_>, node: NodeId, keyword: &str) -> (Pointer, bool) {
    match part_with(schemas, node, keyword) {
        Some(place) => (schemas.pointer(place), true),
        None => {
            let node = schemas.node(node);
            let place = node.parts.first().map_or(node.origin, |part| part.place);
            (schemas.pointer(place), false)
        }
    }
}

/// The place of a property: the pointer to the declared property, otherwise to the object.
fn locate_property(schemas: &Schemas<'_>, node: NodeId, name: &str) -> (Pointer, bool) {
    let node = schemas.node(node);
    let declares = |place: PlaceId| {
        let properties = schemas.value(place).get("properties");
        properties.is_some_and(|properties| properties.get(name).is_some())
    };
    let mut places = node.parts.iter().map(|part| part.place);
    match places.find(|place| declares(*place)) {
        Some(place) => (schemas.pointer(place).child("properties").child(name), true),
        None => {
            let place = node.parts.first().map_or(node.origin, |part| part.place);
            (schemas.pointer(place), false)
        }
    }
}
