//! Merges the operations of many pages into one document. Where two pages disagree, the error shows both.

use openapi_document::pointer;
use serde_json::{Map, Value};
use similar::TextDiff;

use super::page::Page;
use crate::{Failure, canonical, place::readable};

/// How many lines of a diff are shown.
const SHOWN_LINES: usize = 12;

/// Whether the members of two objects are merged. All other values must be equal.
fn is_united(path: &[&str]) -> bool {
    matches!(
        path,
        [] | ["paths"] | ["paths", _] | ["components"] | ["components", _]
    )
}

/// The pages merged so far.
#[derive(Default)]
struct Merge<'a> {
    /// The page that has each value, by its JSON Pointer.
    said_by: std::collections::HashMap<String, &'a str>,
    problems: Vec<String>,
}

/// Merges paths and components. Everything else must be the same on all pages.
pub(crate) fn merge(pages: &[Page]) -> Result<Value, Failure> {
    let mut merge = Merge::default();
    let mut document = Value::Object(Map::new());
    for (index, page) in pages.iter().enumerate() {
        if let Some(first) = pages.first().filter(|_| index > 0) {
            merge.agree_on_presence(first, page);
        }
        merge.unite(&mut document, &page.document, &mut Vec::new(), &page.address);
    }
    Failure::unless_empty(merge.problems)?;
    Ok(document)
}

impl<'a> Merge<'a> {
    /// A field about the whole document must be on all pages or on none.
    fn agree_on_presence(&mut self, first: &'a Page, page: &'a Page) {
        for field in ["openapi", "info", "servers", "security"] {
            let (having, lacking) = match (first.document.get(field), page.document.get(field)) {
                (Some(_), None) => (first, page),
                (None, Some(_)) => (page, first),
                _ => continue,
            };
            let (having, lacking) = (&having.address, &lacking.address);
            self.problems
                .push(format!("{field}: {having} has it, {lacking} does not"));
        }
    }

    fn unite<'v>(&mut self, into: &mut Value, from: &'v Value, path: &mut Vec<&'v str>, page: &'a str) {
        if into == from {
            return;
        }
        match (into, from) {
            (Value::Object(into), Value::Object(from)) if is_united(path) => {
                for (key, value) in from {
                    path.push(key);
                    match into.get_mut(key) {
                        Some(existing) => self.unite(existing, value, path, page),
                        None => {
                            self.record(value, path, page);
                            into.insert(key.clone(), value.clone());
                        }
                    }
                    path.pop();
                }
            }
            (into, from) => {
                let pointer = pointer::from_names(&*path);
                let first = self.said_by.get(&pointer).copied().unwrap_or("an earlier page");
                self.problems.push(format!(
                    "{}: {first} and {page} disagree:\n{}",
                    readable(&pointer),
                    difference(&canonical::text(into), &canonical::text(from))
                ));
            }
        }
    }

    /// Notes which page has a value, and the values in it that another page can add to.
    fn record<'v>(&mut self, value: &'v Value, path: &mut Vec<&'v str>, page: &'a str) {
        self.said_by.insert(pointer::from_names(&*path), page);
        if let (true, Value::Object(members)) = (is_united(path), value) {
            for (key, value) in members {
                path.push(key);
                self.record(value, path, page);
                path.pop();
            }
        }
    }
}

fn difference(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let text = diff.unified_diff().context_radius(1).to_string();
    let mut lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("@@")).collect();
    let more = lines.len().saturating_sub(SHOWN_LINES);
    lines.truncate(SHOWN_LINES);
    let shown = lines.join("\n");
    if more == 0 {
        shown
    } else {
        format!("{shown}\n... and {more} more lines")
    }
}
