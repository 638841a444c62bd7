//! The lines of the places of a document, for annotations.

use std::{collections::HashMap, path::Path};

use granit_parser::{Event, Parser};
use openapi_diff::render::Location;
use openapi_document::pointer;

use super::source::Loaded;

/// The lines of the places of a document in its file.
pub(super) struct Lines {
    file: String,
    /// By JSON Pointer, counted from 1. The line of a member is that of its key.
    lines: HashMap<String, usize>,
}

/// A collection that has begun and not ended.
struct Open {
    pointer: String,
    /// The number of items of a sequence so far. `None` for a mapping.
    items: Option<usize>,
    /// The key whose value comes next, with its line.
    key: Option<(String, usize)>,
}

impl Lines {
    pub(super) fn of(document: &Loaded, workspace: &Path) -> Self {
        // Annotations need paths from the root of the repository.
        let file = document.file.strip_prefix(workspace).unwrap_or(&document.file);
        let text = String::from_utf8_lossy(&document.bytes);
        Self {
            file: file.to_string_lossy().replace('\\', "/"),
            lines: lines(&text),
        }
    }

    /// The location for a place: its own line, or that of the nearest place around it.
    pub(super) fn locate(&self, pointer: &str) -> Location {
        let file = self.file.clone();
        let mut around = Some(pointer);
        while let Some(at) = around {
            if let Some(line) = self.lines.get(at) {
                return Location {
                    file,
                    line: Some(*line),
                };
            }
            around = at.rsplit_once('/').map(|(parent, _)| parent);
        }
        Location { file, line: None }
    }
}

/// JSON is valid YAML, so one parser reads both. After a syntax error nothing has a line.
fn lines(text: &str) -> HashMap<String, usize> {
    let mut lines = HashMap::new();
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text.trim_start_matches('\u{feff}')) {
        let Ok((event, span)) = event else { break };
        let line = span.start.line();
        match event {
            Event::Scalar(text, ..) => {
                if let Some(Open {
                    items: None,
                    key: key @ None,
                    ..
                }) = open.last_mut()
                {
                    *key = Some((text.into_owned(), line));
                } else {
                    place(&mut open, line, &mut lines);
                }
            }
            Event::Alias(_) => _ = place(&mut open, line, &mut lines),
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                let pointer = place(&mut open, line, &mut lines);
                open.push(Open {
                    pointer,
                    items: matches!(event, Event::SequenceStart(..)).then_some(0),
                    key: None,
                });
            }
            Event::SequenceEnd | Event::MappingEnd => _ = open.pop(),
            _ => {}
        }
    }
    lines
}

/// Records the line of the value that begins here, and returns its place.
fn place(open: &mut [Open], line: usize, lines: &mut HashMap<String, usize>) -> String {
    let Some(parent) = open.last_mut() else {
        lines.insert(String::new(), line);
        return String::new();
    };
    let (token, line) = match &mut parent.items {
        Some(items) => {
            *items += 1;
            ((*items - 1).to_string(), line)
        }
        None => parent.key.take().unwrap_or_default(),
    };
    let mut pointer = parent.pointer.clone();
    pointer::push(&mut pointer, &token);
    lines.insert(pointer.clone(), line);
    pointer
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn a_member_is_in_the_line_of_its_key() {
        let json = "{\n  \"paths\": {\n    \"/a~b\":\n      {\"get\": [1,\n 2]}\n  }\n}\n";
        let yaml = "paths:\n\n  /a~b:\n    get:\n      - 1\n      - 2\n";
        let of = |text, pointer: &str| lines(text).get(pointer).copied();
        assert_eq!(of(json, "/paths"), Some(2));
        assert_eq!(of(json, "/paths/~1a~0b"), Some(3));
        assert_eq!(of(json, "/paths/~1a~0b/get"), Some(4));
        assert_eq!(of(json, "/paths/~1a~0b/get/1"), Some(5));
        assert_eq!(of(yaml, "/paths/~1a~0b"), Some(3));
        assert_eq!(of(yaml, "/paths/~1a~0b/get/1"), Some(6));
        assert_eq!(of(yaml, "/nothing"), None);
    }
}
