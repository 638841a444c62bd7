//! JSONPath (RFC 9535): the one place that knows which crate evaluates it.

use std::collections::HashSet;

use jsonpath_rust::parser::model::{JpQuery, Segment, Selector};
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
use serde_json::Value;

use crate::location::{Location, Step};

/// A query that is known to be well-formed.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    text: String,
    query: JpQuery,
}

impl Path {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        // RFC 9535, section 2.1.1; the parser lets it pass.
        if text.trim_ascii() != text {
            return Err("there is whitespace before or after it".to_owned());
        }
        let query = parse_json_path(text).map_err(|error| error.to_string())?;
        Ok(Self {
            text: text.to_owned(),
            query,
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this is `$`, the only query that can select the root.
    pub(crate) fn is_root(&self) -> bool {
        self.query.segments.is_empty()
    }

    /// Where the selected nodes are, in the order of the query, each once.
    pub(crate) fn locate(&self, document: &Value) -> Result<Vec<Location>, String> {
        let found = js_path_process(&self.query, document).map_err(|error| error.to_string())?;
        let mut seen = HashSet::with_capacity(found.len());
        let distinct = found.into_iter().filter(|node| seen.insert(node.path.clone()));
        distinct.map(|node| normalized(&node.path)).collect()
    }
}

/// Reads a Normalized Path (RFC 9535, section 2.7), which is itself a query of names and indexes only.
fn normalized(path: &str) -> Result<Location, String> {
    let not_normalized = || format!("`{path}` is not a normalized path");
    let query = parse_json_path(path).map_err(|error| error.to_string())?;
    let steps = query.segments.into_iter().map(|segment| match segment {
        Segment::Selector(Selector::Name(name)) => Ok(Step::Key(name)),
        Segment::Selector(Selector::Index(index)) => usize::try_from(index)
            .map(Step::Index)
            .map_err(|_| not_normalized()),
        _ => Err(not_normalized()),
    });
    steps.collect::<Result<_, _>>().map(Location)
}
