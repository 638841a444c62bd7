//! JSONPath (RFC 9535). Only this module uses the crate that evaluates it.

use std::collections::BTreeSet;

use openapi_document::pointer::Step;
use serde_json::Value;
use serde_json_path::{JsonPath, PathElement};

use crate::location::Location;

/// The maximum length of a query, in bytes.
const MAX_LENGTH: usize = 2048;

/// The maximum nesting of brackets and parentheses in a query.
///
/// The parser recurses, and it reads a filter inside another filter twice: each level doubles its time.
const MAX_NESTING: usize = 8;

/// A well-formed query.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    text: String,
    query: JsonPath,
}

impl Path {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        // RFC 9535, section 2.1.1; the parser calls it a "parser error".
        if text.trim_ascii() != text {
            return Err("whitespace before or after the path".to_owned());
        }
        if text.len() > MAX_LENGTH {
            return Err(format!(
                "the path has {} bytes; the limit is {MAX_LENGTH}",
                text.len()
            ));
        }
        if let Some(place) = too_deep(text) {
            return Err(format!(
                "at byte {place}: brackets and parentheses are nested deeper than {MAX_NESTING} levels"
            ));
        }
        let query = JsonPath::parse(text)
            .map_err(|error| format!("at byte {}: {}", error.position(), error.message()))?;
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
        self.text == "$"
    }

    /// The locations of the selected nodes, each once, in the order of the query.
    pub(crate) fn locate(&self, document: &Value) -> Vec<Location> {
        let mut seen = BTreeSet::new();
        self.query
            .query_located(document)
            .locations()
            .map(|path| Location(path.iter().map(step).collect()))
            .filter(|location| seen.insert(location.clone()))
            .collect()
    }
}

fn step(element: &PathElement) -> Step {
    match *element {
        PathElement::Name(name) => Step::Key(name.to_owned()),
        PathElement::Index(index) => Step::Index(index),
    }
}

/// The byte index of the first bracket or parenthesis, outside string literals, that is nested too deeply.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        match (quote, character) {
            (Some(_), '\\') => drop(characters.next()),
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(character),
            (None, '[' | '(') if depth == MAX_NESTING => return Some(place),
            (None, '[' | '(') => depth += 1,
            (None, ']' | ')') => depth = depth.saturating_sub(1),
            (None, _) => {}
        }
    }
    None
}
