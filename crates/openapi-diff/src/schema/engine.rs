//! Analyses one pair of schemas: the changes in it, and the pairs below it.

use std::collections::{HashMap, HashSet, VecDeque};

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::{
    Options,
    change::Change,
    document::Document,
    rule::{INFO, Place, Variance},
    schema::{
        compare::Compare,
        node::{NodeId, PlaceId, Schemas, is_annotation},
        rules,
        usage::Use,
    },
};

/// The maximum depth of nested unions that are followed to decide whether two schemas are the same.
const DEPTH: usize = 24;

/// The maximum depth of nested questions whether one schema covers another.
const NESTED: usize = 3;

/// The maximum number of pairs that are examined to decide whether one schema covers another.
const MANY: usize = 500;

/// The schemas of both documents, and the known facts about pairs of them.
pub(super) struct Engine<'a> {
    pub(super) old: Schemas<'a>,
    pub(super) new: Schemas<'a>,
    pub(super) today: NaiveDate,
    same: HashMap<(NodeId, NodeId, bool), bool>,
    comparing: Vec<(NodeId, NodeId, bool)>,
    covered: HashMap<(NodeId, NodeId, Use, bool), bool>,
    covering: Vec<(NodeId, NodeId, Use, bool)>,
}

/// The result for a pair.
#[derive(Debug, Default)]
pub(super) struct Expansion {
    pub(super) changes: Vec<Change>,
    pub(super) children: Vec<Child>,
}

/// A pair below another.
pub(super) type Child = (NodeId, NodeId, Use);

impl<'a> Engine<'a> {
    pub(super) fn new(old: &'a Document<'a>, new: &'a Document<'a>, options: Options) -> Self {
        Self {
            old: Schemas::new(old),
            new: Schemas::new(new),
            today: options.today,
            same: HashMap::new(),
            comparing: Vec::new(),
            covered: HashMap::new(),
            covering: Vec::new(),
        }
    }

    /// Compares two schemas, but not the schemas below them.
    pub(super) fn expand(&mut self, old: NodeId, new: NodeId, usage: Use) -> Expansion {
        let alike = self.alike(old, new, &mut Vec::new());
        if alike {
            let parts = (&self.old.node(old).parts[..], &self.new.node(new).parts[..]);
            match parts {
                ([], []) => return Expansion::default(),
                ([old], [new]) => {
                    let (old, new) = (old.place, new.place);
                    let mut children = Vec::new();
                    self.aligned(old, new, usage, &mut children);
                    return Expansion {
                        changes: Vec::new(),
                        children,
                    };
                }
                _ => {}
            }
        }
        let mut expansion = Compare::new(self, old, new, usage).run();
        if alike {
            expansion.changes.clear();
        }
        expansion
    }

    /// Whether two schemas accept the same values and have the same annotations.
    pub(super) fn same(&mut self, old: NodeId, new: NodeId) -> bool {
        // The place does not matter here, because any rule that applies shows a difference.
        self.same_in(old, new, Use::new(Place::RequestProperty, Variance::Undecided))
    }

    /// Whether two branches of unions are the same, apart from null. The unions decide whether null is
    /// allowed.
    pub(super) fn same_branch(&mut self, old: NodeId, new: NodeId) -> bool {
        let usage = Use::new(Place::RequestProperty, Variance::Undecided);
        self.same_in(old, new, usage.of_branch())
    }

    fn same_in(&mut self, old: NodeId, new: NodeId, usage: Use) -> bool {
        let asked = (old, new, usage.branch);
        if let Some(known) = self.same.get(&asked) {
            return *known;
        }
        // Visited again on the way: assumed to be equal.
        if self.comparing.contains(&asked) {
            return true;
        }
        if self.comparing.len() >= DEPTH {
            return false;
        }
        self.comparing.push(asked);
        let mut seen = HashSet::from([(old, new, usage)]);
        let mut queue = VecDeque::from([(old, new, usage)]);
        let mut same = true;
        while let Some((old, new, usage)) = queue.pop_front() {
            if self.same.get(&(old, new, usage.branch)) == Some(&true) {
                continue;
            }
            let expansion = self.expand(old, new, usage);
            if !expansion.changes.is_empty() {
                same = false;
                break;
            }
            queue.extend(expansion.children.into_iter().filter(|child| seen.insert(*child)));
        }
        self.comparing.pop();
        // A result that depends on assumptions becomes certain only when no assumption is left.
        if same && self.comparing.is_empty() {
            self.same.extend(
                seen.into_iter()
                    .map(|(old, new, usage)| ((old, new, usage.branch), true)),
            );
        }
        if !same {
            self.same.insert(asked, false);
        }
        same
    }

    /// Whether the differences between two schemas are certainly harmless. Depending on the direction of the
    /// usage: the new schema accepts everything that is sent by the old one, or the new one returns no more
    /// than the old one.
    pub(super) fn covers(&mut self, old: NodeId, new: NodeId, usage: Use) -> bool {
        self.covers_by(old, new, usage, false)
    }

    /// The same, but strictly: without the policy that some changes are expected and others only cause a
    /// warning.
    pub(super) fn covers_exactly(&mut self, old: NodeId, new: NodeId, usage: Use) -> bool {
        self.covers_by(old, new, usage, true)
    }

    fn covers_by(&mut self, old: NodeId, new: NodeId, usage: Use, exactly: bool) -> bool {
        let asked = (old, new, usage, exactly);
        if let Some(known) = self.covered.get(&asked) {
            return *known;
        }
        // Visited again on the way: assumed to be true.
        if self.covering.contains(&asked) {
            return true;
        }
        if self.covering.len() >= NESTED {
            return false;
        }
        self.covering.push(asked);
        let mut seen = HashSet::from([(old, new, usage)]);
        let mut queue = vec![(old, new, usage)];
        let mut covers = true;
        while let Some((old, new, usage)) = queue.pop() {
            let expansion = self.expand(old, new, usage);
            let graver = |change: &Change| {
                if exactly {
                    rules::affects_values(change, usage.variance)
                } else {
                    change.verdict.level > INFO.level
                }
            };
            if seen.len() > MANY || expansion.changes.iter().any(graver) {
                covers = false;
                break;
            }
            queue.extend(expansion.children.into_iter().filter(|child| seen.insert(*child)));
        }
        self.covering.pop();
        if self.covering.is_empty() {
            self.covered.insert(asked, covers);
        }
        covers
    }

    /// Whether two schemas differ only in the schemas below them.
    ///
    /// `within` are the unions for which this is called: a union that leads back to itself is assumed to be
    /// alike.
    fn alike(&mut self, old: NodeId, new: NodeId, within: &mut Vec<(NodeId, NodeId)>) -> bool {
        if within.contains(&(old, new)) {
            return true;
        }
        if within.len() >= DEPTH || self.old.document.version != self.new.document.version {
            return false;
        }
        let (a, b) = (self.old.node(old), self.new.node(new));
        if a.parts.len() != b.parts.len() || a.opaque != b.opaque || a.unwrapped != b.unwrapped {
            return false;
        }
        let parts: Vec<_> = a.parts.iter().copied().zip(b.parts.iter().copied()).collect();
        within.push((old, new));
        let alike = parts.into_iter().all(|(old, new)| {
            old.or_null == new.or_null && self.alike_in_place(old.place, new.place, within)
        });
        within.pop();
        alike
    }

    fn alike_in_place(&mut self, old: PlaceId, new: PlaceId, within: &mut Vec<(NodeId, NodeId)>) -> bool {
        let (Value::Object(a), Value::Object(b)) = (self.old.value(old), self.new.value(new)) else {
            return self.old.value(old) == self.new.value(new);
        };
        let told = |schema: &Map<String, Value>| schema.keys().filter(|keyword| is_told(keyword)).count();
        if told(a) != told(b) {
            return false;
        }
        // Positions that no array can reach are not compared one by one.
        if a.contains_key("prefixItems") && a.contains_key("maxItems") {
            return false;
        }
        a.iter()
            .filter(|(keyword, _)| is_told(keyword))
            .all(|(keyword, a)| {
                let Some(b) = b.get(keyword) else {
                    return false;
                };
                match Keyword::of(keyword) {
                    Keyword::Schema(_) if !a.is_object() || !b.is_object() => a == b,
                    Keyword::Schema(keyword) => {
                        let a = self.old.member(old, keyword, a);
                        let b = self.new.member(new, keyword, b);
                        self.old.is_open(a) == self.new.is_open(b)
                    }
                    Keyword::Map(_) => match (a, b) {
                        (Value::Object(a), Value::Object(b)) => {
                            a.len() == b.len() && a.keys().all(|name| b.contains_key(name))
                        }
                        _ => a == b,
                    },
                    Keyword::List(keyword) => match (a, b) {
                        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                            let branches = matches!(keyword, "anyOf" | "oneOf");
                            !branches
                                || a.iter().zip(b).enumerate().all(|(index, (a, b))| {
                                    let a = self.old.item(old, keyword, index, a);
                                    let b = self.new.item(new, keyword, index, b);
                                    let (a, b) = (self.old.node_at(a), self.new.node_at(b));
                                    self.alike(a, b, within)
                                })
                        }
                        _ => a == b,
                    },
                    Keyword::Other => a == b,
                }
            })
    }

    /// The pairs of schemas below two places that are alike.
    fn aligned(&mut self, old: PlaceId, new: PlaceId, usage: Use, children: &mut Vec<Child>) {
        let (Value::Object(a), Value::Object(b)) = (self.old.value(old), self.new.value(new)) else {
            return;
        };
        let counted = a.contains_key("maxContains");
        for (keyword, a_value) in a {
            let Some(b_value) = b.get(keyword) else {
                continue;
            };
            match Keyword::of(keyword) {
                Keyword::Schema(keyword) => {
                    if is_same_leaf(a_value, b_value) {
                        continue;
                    }
                    let old = self.old.member(old, keyword, a_value);
                    let new = self.new.member(new, keyword, b_value);
                    let usage = match keyword {
                        "not" => usage.flipped(),
                        "if" => usage.undecided(),
                        "contains" if counted => usage.undecided(),
                        _ => usage.below(),
                    };
                    self.child(old, new, usage, children);
                }
                Keyword::Map(keyword) => {
                    let (Value::Object(named), Value::Object(others)) = (a_value, b_value) else {
                        continue;
                    };
                    for (name, a_value) in named {
                        let Some(b_value) = others.get(name) else {
                            continue;
                        };
                        if is_same_leaf(a_value, b_value) {
                            continue;
                        }
                        let old = self.old.named(old, keyword, name, a_value);
                        let new = self.new.named(new, keyword, name, b_value);
                        let mut usage = usage.below();
                        if keyword == "properties" {
                            let required = is_required(a, name) || is_required(b, name);
                            usage = usage.required(required);
                        }
                        self.child(old, new, usage, children);
                    }
                }
                Keyword::List(keyword) => {
                    let (Value::Array(items), Value::Array(others)) = (a_value, b_value) else {
                        continue;
                    };
                    let usage = if keyword == "prefixItems" {
                        usage.below()
                    } else {
                        usage.of_branch()
                    };
                    for (index, (a_value, b_value)) in items.iter().zip(others).enumerate() {
                        if is_same_leaf(a_value, b_value) {
                            continue;
                        }
                        let old = self.old.item(old, keyword, index, a_value);
                        let new = self.new.item(new, keyword, index, b_value);
                        self.child(old, new, usage, children);
                    }
                }
                Keyword::Other => {}
            }
        }
    }

    fn child(&mut self, old: PlaceId, new: PlaceId, usage: Use, children: &mut Vec<Child>) {
        let (old, new) = (self.old.node_at(old), self.new.node_at(new));
        let usage = self.hidden(old, new, usage);
        children.push((old, new, usage));
    }

    /// The usage of a property, which depends on whether it travels in this direction at all.
    pub(super) fn hidden(&self, old: NodeId, new: NodeId, usage: Use) -> Use {
        self.new.hides(new, self.old.hides(old, usage))
    }
}

/// How a keyword leads to schemas.
enum Keyword {
    Schema(&'static str),
    Map(&'static str),
    List(&'static str),
    Other,
}

impl Keyword {
    fn of(keyword: &str) -> Self {
        const SCHEMAS: &[&str] = &[
            "items",
            "additionalProperties",
            "not",
            "if",
            "then",
            "else",
            "contains",
            "propertyNames",
            "unevaluatedItems",
            "unevaluatedProperties",
            "contentSchema",
        ];
        const MAPS: &[&str] = &["properties", "patternProperties", "dependentSchemas"];
        const LISTS: &[&str] = &["prefixItems", "anyOf", "oneOf"];
        let find = |keywords: &[&'static str]| keywords.iter().find(|known| **known == keyword).copied();
        if let Some(keyword) = find(SCHEMAS) {
            Self::Schema(keyword)
        } else if let Some(keyword) = find(MAPS) {
            Self::Map(keyword)
        } else if let Some(keyword) = find(LISTS) {
            Self::List(keyword)
        } else {
            Self::Other
        }
    }
}

/// Whether a keyword counts when two places are compared. The target of a reference is compared as a separate
/// place.
fn is_told(keyword: &str) -> bool {
    (keyword == "xml" || !is_annotation(keyword)) && !matches!(keyword, "$ref" | "$dynamicRef" | "allOf")
}

/// Whether two schemas are literally equal and contain no references.
fn is_same_leaf(a: &Value, b: &Value) -> bool {
    let (Value::Object(a), Value::Object(b)) = (a, b) else {
        return a == b;
    };
    a.len() == b.len()
        && a.iter().all(|(keyword, value)| {
            let leads_on = match value {
                Value::Object(_) => true,
                Value::Array(items) => items.iter().any(|item| item.is_object() || item.is_array()),
                _ => keyword == "$ref" || keyword == "$dynamicRef",
            };
            !leads_on && b.get(keyword) == Some(value)
        })
}

fn is_required(schema: &Map<String, Value>, name: &str) -> bool {
    schema
        .get("required")
        .and_then(Value::as_array)
        .is_some_and(|names| names.iter().any(|required| required == name))
}
