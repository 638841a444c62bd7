//! Builds a value from the events of the YAML 1.2 parser. Open collections are on a stack; there is no
//! recursion.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Marker, Options, Parser, ScalarStyle, ScanError, Span, Tag};
use serde_json::{Map, Value};

use super::{Error, ErrorKind, LONGEST_TEXT, MAX_BYTES, MAX_VALUES, describe, excerpt, place::Place, scalar};
use crate::{MAX_DEPTH, pointer};

/// The key whose value is merged into its mapping (<https://yaml.org/type/merge.html>).
const MERGE: &str = "<<";

pub(crate) fn parse(text: &str) -> Result<Value, Error> {
    let mut builder = Builder::default();
    let mut options = Options::default();
    // `Builder` stops at MAX_DEPTH, with the place of the value.
    options.flow_nesting_limit = MAX_DEPTH + 1;
    options.block_nesting_limit = MAX_DEPTH + 1;
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| builder.syntax(text, &error))?;
        builder.take(event, span)?;
    }
    Ok(builder.document.unwrap_or(Value::Null))
}

#[derive(Default)]
struct Builder {
    /// The collections that have begun, outermost first.
    open: Vec<Frame>,
    anchors: HashMap<usize, Anchored>,
    documents: usize,
    document: Option<Value>,
    values: usize,
    copied_text: usize,
}

/// A collection that has begun.
struct Frame {
    anchor: usize,
    start: Place,
    content: Content,
}

enum Content {
    Sequence(Vec<Value>),
    Mapping {
        members: Map<String, Value>,
        /// The place of each key.
        places: HashMap<String, Place>,
        /// The key whose value comes next.
        key: Option<Key>,
        /// The mappings under `<<`, in order.
        merged: Vec<Map<String, Value>>,
    },
}

struct Key {
    text: String,
    is_merge: bool,
}

struct Anchored {
    value: Value,
    size: Size,
}

/// The cost of copying a value.
#[derive(Default, Clone, Copy)]
struct Size {
    values: usize,
    text: usize,
    depth: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Error> {
        let place = place(&span.start);
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    let message = "a second YAML document begins here; only one is allowed";
                    return Err(self.error(ErrorKind::NotJson, place, message));
                }
                Ok(())
            }
            Event::Alias(anchor) => {
                let value = self.copy(anchor, place)?;
                if self.awaits_key() {
                    let Value::String(text) = value else {
                        return Err(self.key_is_no_text(place));
                    };
                    return self.begin_member(text, false, place);
                }
                self.add(value, place)
            }
            Event::Scalar(text, style, anchor, tag) => {
                // The parser reports a missing value as `~`, which is null.
                let text = if span.is_empty() { Cow::Borrowed("") } else { text };
                self.scalar(text, style, anchor, tag.as_deref(), place)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.begin(Content::Sequence(Vec::new()), anchor, tag.as_deref(), place)
            }
            Event::MappingStart(_, anchor, tag) => {
                let content = Content::Mapping {
                    members: Map::new(),
                    places: HashMap::new(),
                    key: None,
                    merged: Vec::new(),
                };
                self.begin(content, anchor, tag.as_deref(), place)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            // The other events do not change the value.
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: Cow<'_, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        place: Place,
    ) -> Result<(), Error> {
        let value = scalar::resolve(&text, style, tag);
        if !self.awaits_key() {
            let value = value.map_err(|message| self.error(ErrorKind::NotJson, place, message))?;
            self.remember(anchor, &value, place)?;
            return self.add(value, place);
        }
        let is_plain = matches!(style, ScalarStyle::Plain);
        if is_plain && text.is_empty() && tag.is_none() {
            return Err(self.error(ErrorKind::Syntax, place, "a key is missing before the colon"));
        }
        if anchor != 0 {
            // An alias of a key stands for its text, like the key itself.
            self.remember(anchor, &Value::from(&*text), place)?;
        }
        let is_merge = is_plain && tag.is_none() && text == MERGE;
        self.begin_member(text.into_owned(), is_merge, place)
    }

    fn begin(
        &mut self,
        content: Content,
        anchor: usize,
        tag: Option<&Tag>,
        start: Place,
    ) -> Result<(), Error> {
        if self.awaits_key() {
            return Err(self.key_is_no_text(start));
        }
        let name = match content {
            Content::Sequence(_) => "seq",
            Content::Mapping { .. } => "map",
        };
        scalar::check_collection(tag, name)
            .map_err(|message| self.error(ErrorKind::NotJson, start, message))?;
        if self.open.len() == MAX_DEPTH {
            return Err(self.too_deep(start));
        }
        self.open.push(Frame {
            anchor,
            start,
            content,
        });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Error> {
        let Some(frame) = self.open.pop() else {
            return Ok(());
        };
        let value = match frame.content {
            Content::Sequence(items) => Value::Array(items),
            Content::Mapping {
                mut members, merged, ..
            } => {
                // Members of the mapping itself take precedence over merged ones, and earlier merges over
                // later ones.
                for (key, value) in merged.into_iter().flatten() {
                    members.entry(key).or_insert(value);
                }
                Value::Object(members)
            }
        };
        self.remember(frame.anchor, &value, frame.start)?;
        self.add(value, frame.start)
    }

    fn awaits_key(&self) -> bool {
        matches!(
            self.open.last(),
            Some(Frame {
                content: Content::Mapping { key: None, .. },
                ..
            })
        )
    }

    fn begin_member(&mut self, text: String, is_merge: bool, place: Place) -> Result<(), Error> {
        let Some(Frame {
            content: Content::Mapping { key, places, .. },
            ..
        }) = self.open.last_mut()
        else {
            return Ok(());
        };
        let first = places.insert(text.clone(), place);
        let message = first.map(|first| {
            let (text, first, second) = (excerpt(&text, LONGEST_TEXT), first.line, place.line);
            format!("duplicate key {text:?}, on lines {first} and {second}")
        });
        *key = Some(Key { text, is_merge });
        match message {
            None => Ok(()),
            Some(message) => Err(self.error(ErrorKind::DuplicateKey, place, message)),
        }
    }

    /// Adds a complete value to the innermost open collection.
    fn add(&mut self, value: Value, place: Place) -> Result<(), Error> {
        self.count(1, place)?;
        match self.open.last_mut().map(|frame| &mut frame.content) {
            None => self.document = Some(value),
            Some(Content::Sequence(items)) => items.push(value),
            Some(Content::Mapping {
                members, key, merged, ..
            }) => match key.take() {
                Some(Key { is_merge: true, text }) => match mappings(value) {
                    Ok(mappings) => merged.extend(mappings),
                    Err(message) => {
                        *key = Some(Key { is_merge: true, text });
                        return Err(self.error(ErrorKind::NotJson, place, message));
                    }
                },
                Some(Key { text, .. }) => {
                    members.insert(text, value);
                }
                None => {}
            },
        }
        Ok(())
    }

    fn count(&mut self, values: usize, place: Place) -> Result<(), Error> {
        self.values += values;
        if self.values > MAX_VALUES {
            let message = format!("more than {MAX_VALUES} values, with aliases expanded");
            return Err(self.error(ErrorKind::TooMany, place, message));
        }
        Ok(())
    }

    /// Counts a copy toward the limits before it is made.
    fn pay(&mut self, size: Size, place: Place) -> Result<(), Error> {
        self.count(size.values, place)?;
        self.copied_text += size.text;
        if self.copied_text > MAX_BYTES {
            let message = format!(
                "the aliases expand to more than {} MB of text",
                MAX_BYTES / 1024 / 1024
            );
            return Err(self.error(ErrorKind::TooMany, place, message));
        }
        Ok(())
    }

    /// Keeps the value of an anchor. The anchor 0 means that there is none.
    fn remember(&mut self, anchor: usize, value: &Value, place: Place) -> Result<(), Error> {
        if anchor == 0 {
            return Ok(());
        }
        let size = size(value);
        self.pay(size, place)?;
        let value = value.clone();
        self.anchors.insert(anchor, Anchored { value, size });
        Ok(())
    }

    fn copy(&mut self, anchor: usize, place: Place) -> Result<Value, Error> {
        let Some(size) = self.anchors.get(&anchor).map(|anchored| anchored.size) else {
            let message = "the alias is part of the value that it stands for";
            return Err(self.error(ErrorKind::NotJson, place, message));
        };
        if self.open.len() + size.depth > MAX_DEPTH {
            return Err(self.too_deep(place));
        }
        self.pay(size, place)?;
        let value = self.anchors.get(&anchor).map(|anchored| anchored.value.clone());
        Ok(value.unwrap_or_default())
    }

    fn pointer(&self) -> String {
        let steps = self.open.iter().filter_map(|frame| match &frame.content {
            Content::Sequence(items) => Some(items.len().to_string()),
            Content::Mapping { key, .. } => key.as_ref().map(|key| key.text.clone()),
        });
        pointer::from_names(steps)
    }

    fn error(&self, kind: ErrorKind, place: Place, message: impl Into<String>) -> Error {
        Error::new(kind, message).at(place).under(self.pointer())
    }

    fn too_deep(&self, place: Place) -> Error {
        let message = format!("nested deeper than {MAX_DEPTH} levels");
        self.error(ErrorKind::TooDeep, place, message)
    }

    fn key_is_no_text(&self, place: Place) -> Error {
        let message = "the key is a sequence, a mapping or an alias of a value that is not a string; JSON keys are strings";
        self.error(ErrorKind::NotJson, place, message)
    }

    fn syntax(&self, text: &str, error: &ScanError) -> Error {
        let place = place(error.marker());
        if error.info().contains("recursion limit") {
            return self.too_deep(place);
        }
        // The parser may notice the tab a line later, or a line earlier inside a multi-line scalar.
        let last = place.line + usize::from(error.info().contains("tab"));
        let lines = text.lines().enumerate().take(last);
        let tab = lines.skip(place.line.saturating_sub(2)).find(|(_, line)| {
            let content = line.trim_start();
            !content.is_empty() && line[..line.len() - content.len()].contains('\t')
        });
        if let Some((index, line)) = tab {
            let place = Place {
                line: index + 1,
                column: line.chars().take_while(|character| *character != '\t').count() + 1,
            };
            let message = "a tab in the indentation; YAML is indented with spaces only";
            return self.error(ErrorKind::Syntax, place, message);
        }
        self.error(ErrorKind::Syntax, place, format!("not YAML: {}", error.info()))
    }
}

fn place(marker: &Marker) -> Place {
    Place {
        line: marker.line(),
        column: marker.col() + 1,
    }
}

/// The value of a merge key: a mapping, or a sequence of mappings.
fn mappings(value: Value) -> Result<Vec<Map<String, Value>>, String> {
    let one = |value: Value| match value {
        Value::Object(members) => Ok(members),
        other => Err(format!(
            "`<<` merges {}, but can merge only mappings",
            describe(&other)
        )),
    };
    match value {
        Value::Array(items) => items.into_iter().map(one).collect(),
        value => Ok(vec![one(value)?]),
    }
}

/// Recursive, within [`MAX_DEPTH`].
fn size(value: &Value) -> Size {
    let (own_text, inner) = match value {
        Value::Array(items) => (0, items.iter().map(size).reduce(beside)),
        Value::Object(members) => (
            members.keys().map(String::len).sum(),
            members.values().map(size).reduce(beside),
        ),
        Value::String(text) => (text.len(), None),
        Value::Null | Value::Bool(_) | Value::Number(_) => (0, None),
    };
    let inner = inner.unwrap_or_default();
    Size {
        values: inner.values + 1,
        text: inner.text + own_text,
        depth: inner.depth + usize::from(value.is_array() || value.is_object()),
    }
}

fn beside(one: Size, other: Size) -> Size {
    Size {
        values: one.values + other.values,
        text: one.text + other.text,
        depth: one.depth.max(other.depth),
    }
}
