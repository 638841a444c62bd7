//! The place of a node that a JSONPath query selected.

use std::fmt;

use openapi_document::pointer::Step;
use serde_json::Value;

/// The steps from the root of a document to a node. Displayed as a JSON Pointer (RFC 6901).
///
/// In sorted order, a node comes after its parent and after the earlier elements of the same array.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Location(pub(crate) Vec<Step>);

impl Location {
    pub(crate) fn get<'v>(&self, document: &'v Value) -> Option<&'v Value> {
        descend(document, &self.0)
    }

    pub(crate) fn get_mut<'v>(&self, document: &'v mut Value) -> Option<&'v mut Value> {
        self.0.iter().try_fold(document, |node, step| match step {
            Step::Key(key) => node.as_object_mut()?.get_mut(key),
            Step::Index(index) => node.as_array_mut()?.get_mut(*index),
        })
    }

    /// Removes the node from its object or array. The rest keeps its order.
    pub(crate) fn remove(&self, document: &mut Value) -> Option<Value> {
        let (last, parent) = self.0.split_last()?;
        match (Self(parent.to_vec()).get_mut(document)?, last) {
            (Value::Object(members), Step::Key(key)) => members.shift_remove(key),
            (Value::Array(items), Step::Index(index)) if *index < items.len() => Some(items.remove(*index)),
            _ => None,
        }
    }

    /// The steps that lead from `ancestor` to this location, if it is at or under `ancestor`.
    pub(crate) fn below(&self, ancestor: &Location) -> Option<&[Step]> {
        self.0.strip_prefix(ancestor.0.as_slice())
    }
}

/// The node that the steps lead to.
pub(crate) fn descend<'v>(value: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |node, step| match step {
        Step::Key(key) => node.as_object()?.get(key),
        Step::Index(index) => node.as_array()?.get(*index),
    })
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| step.fmt(f))
    }
}
