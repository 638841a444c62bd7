//! The limits of an argument and of the values inside it.

use serde_json::{Map, Value};

use crate::prepare::{LIMITS, referred};

/// How many steps inside an argument to look for limits, because a schema can refer to itself. The service
/// checks deeper values.
const DEPTH: usize = 4;
/// In how many schemas to look for the limits of one argument, because a few schemas that refer to each other
/// make many paths.
const SCHEMAS: usize = 256;

/// The limits of an argument, or of something inside it.
pub(crate) struct Limited {
    /// The path to it; empty for the argument itself.
    pub(crate) way: Vec<Step>,
    /// The JSON Schema keywords.
    pub(crate) keywords: Map<String, Value>,
}

/// A step into a value, as in `runtime/operation.rs`.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Member(String),
    Members,
    Items,
}

/// The limits in a schema that the call checks. The limits of a union are left to the service, because they
/// depend on the branch.
pub(super) fn limits(document: &Value, schema: &Value) -> Vec<Limited> {
    let mut search = Search {
        document,
        left: SCHEMAS,
        way: Vec::new(),
        found: Vec::new(),
    };
    search.look(schema);
    search.found
}

struct Search<'a> {
    document: &'a Value,
    /// How many more schemas may be visited.
    left: usize,
    way: Vec<Step>,
    found: Vec<Limited>,
}

impl Search<'_> {
    fn look(&mut self, schema: &Value) {
        if self.left == 0 || self.way.len() > DEPTH {
            return;
        }
        self.left -= 1;
        let mut schema = schema;
        while let Some(target) = referred(self.document, schema).filter(|_| schema.get(LIMITS).is_none()) {
            schema = target;
        }
        if let Some(keywords) = schema.get(LIMITS).and_then(Value::as_object) {
            self.found.push(Limited {
                way: self.way.clone(),
                keywords: keywords.clone(),
            });
        }
        let members = schema.get("properties").and_then(Value::as_object);
        for (name, member) in members.into_iter().flatten() {
            self.step(Step::Member(name.clone()), member);
        }
        if let Some(items) = schema.get("items") {
            self.step(Step::Items, items);
        }
        if let Some(values) = schema.get("additionalProperties").filter(|_| members.is_none()) {
            self.step(Step::Members, values);
        }
    }

    fn step(&mut self, step: Step, schema: &Value) {
        self.way.push(step);
        self.look(schema);
        self.way.pop();
    }
}
