//! One document out of the operations of many pages. What two of them say differently is an error that shows both.

use openapi_document::pointer;
use serde_json::{Map, Value};
use similar::TextDiff;

use super::page::Page;
use crate::{Failure, canonical};

/// How many lines of a difference are shown.
const SHOWN_LINES: usize = 12;

/// How deep the members stand that are united; below, both must be equal.
fn is_united(path: &[&str]) -> bool {
    matches!(
        path,
        [] | ["paths"] | ["paths", _] | ["components"] | ["components", _]
    )
}

/// What one page after another has put together, and which page said what.
#[derive(Default)]
struct Merge<'a> {
    /// The page that a value is of, by its place.
    said_by: std::collections::HashMap<String, &'a str>,
    problems: Vec<String>,
}

/// Unites paths and components; everything else must agree.
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
    /// What holds for the whole document must not be left out by a page that others have it on.
    fn agree_on_presence(&mut self, first: &'a Page, page: &'a Page) {
        for field in ["openapi", "info", "servers", "security"] {
            let (having, lacking) = match (first.document.get(field), page.document.get(field)) {
                (Some(_), None) => (first, page),
                (None, Some(_)) => (page, first),
                _ => continue,
            };
            let (having, lacking) = (&having.address, &lacking.address);
            self.problems
                .push(format!("/{field}: {having} has it, {lacking} does not"));
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
                    "{pointer}: {first} and {page} disagree:\n{}",
                    difference(&canonical::text(into), &canonical::text(from))
                ));
            }
        }
    }

    /// Remembers who said a value, down to where two pages can disagree.
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
        format!("{shown}\n({more} more lines)")
    }
}
