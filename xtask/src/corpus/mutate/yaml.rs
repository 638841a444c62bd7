//! Writes a document in one of many styles of YAML: block or flow style, quoted or plain, with anchors,
//! comments, a byte order mark, CRLF.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use fastrand::Rng;
use serde_json::{Map, Value};

/// A style of YAML.
#[derive(Debug)]
pub(super) struct Style {
    /// How many of ten collections are in flow style.
    flow: u8,
    /// How many of ten strings are quoted although they need not be.
    quoted: u8,
    /// Whether equal subtrees are written once, with an anchor.
    anchors: bool,
    /// Whether the items of a list have the indentation of its key.
    flat_lists: bool,
    comments: bool,
    /// Whether the document begins with `---`.
    marked: bool,
    bom: bool,
    crlf: bool,
}

impl Style {
    pub(super) fn any(rng: &mut Rng) -> Self {
        Self {
            flow: rng.choice([0, 0, 2, 10]).unwrap_or_default(),
            quoted: rng.choice([0, 3, 10]).unwrap_or_default(),
            anchors: rng.u8(..3) == 0,
            flat_lists: rng.bool(),
            comments: rng.bool(),
            marked: rng.bool(),
            bom: rng.u8(..4) == 0,
            crlf: rng.u8(..4) == 0,
        }
    }
}

impl fmt::Display for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "YAML, {} of 10 in flow style, {} of 10 quoted",
            self.flow, self.quoted
        )?;
        let words = [
            (self.anchors, "anchors"),
            (self.flat_lists, "flat lists"),
            (self.comments, "comments"),
            (self.marked, "---"),
            (self.bom, "a byte order mark"),
            (self.crlf, "CRLF"),
        ];
        words
            .iter()
            .filter(|(is_so, _)| *is_so)
            .try_for_each(|(_, word)| write!(f, ", {word}"))
    }
}

/// The document as YAML text.
pub(super) fn write(document: &Value, style: &Style, rng: &mut Rng) -> String {
    let mut writer = Writer {
        style,
        rng,
        out: if style.marked {
            "---\n".to_owned()
        } else {
            String::new()
        },
        twins: HashSet::new(),
        anchors: HashMap::new(),
    };
    if style.anchors {
        let mut seen = HashSet::new();
        find_twins(document, &mut seen, &mut writer.twins);
    }
    match document {
        Value::Object(members) if !members.is_empty() => writer.mapping(members, 0),
        other => writer.flow(other),
    }
    let mut text = writer.out;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    if style.crlf {
        text = text.replace('\n', "\r\n");
    }
    if style.bom {
        text.insert(0, '\u{feff}');
    }
    text
}

/// The subtrees that occur twice, as JSON.
fn find_twins(value: &Value, seen: &mut HashSet<String>, twins: &mut HashSet<String>) {
    let inner: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        _ => return,
    };
    if !inner.is_empty() {
        let text = value.to_string();
        if !seen.insert(text.clone()) {
            twins.insert(text);
        }
    }
    inner.into_iter().for_each(|value| find_twins(value, seen, twins));
}

struct Writer<'a> {
    style: &'a Style,
    rng: &'a mut Rng,
    out: String,
    twins: HashSet<String>,
    /// The anchors so far, by the JSON of their subtrees.
    anchors: HashMap<String, usize>,
}

/// What a collection begins with, if it occurs twice.
enum Named {
    No,
    Anchor(usize),
    Alias(usize),
}

impl Writer<'_> {
    fn often(&mut self, of_ten: u8) -> bool {
        self.rng.u8(..10) < of_ten
    }

    fn named(&mut self, value: &Value) -> Named {
        if self.twins.is_empty() || !(value.is_object() || value.is_array()) {
            return Named::No;
        }
        let text = value.to_string();
        if !self.twins.contains(&text) {
            return Named::No;
        }
        let next = self.anchors.len();
        match self.anchors.get(&text) {
            Some(known) => Named::Alias(*known),
            None => {
                self.anchors.insert(text, next);
                Named::Anchor(next)
            }
        }
    }

    fn mapping(&mut self, members: &Map<String, Value>, indent: usize) {
        for (index, (key, value)) in members.iter().enumerate() {
            // The first may follow the dash of a list.
            if index > 0 || self.out.is_empty() || self.out.ends_with('\n') {
                self.comment(indent);
                self.pad(indent);
            }
            self.text(key, true, false);
            self.out.push(':');
            self.member(value, indent, self.style.flat_lists);
        }
    }

    fn sequence(&mut self, items: &[Value], indent: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 || self.out.ends_with('\n') {
                self.comment(indent);
                self.pad(indent);
            }
            self.out.push('-');
            match item {
                Value::Object(members)
                    if !members.is_empty() && self.twins.is_empty() && !self.often(self.style.flow) =>
                {
                    self.out.push(' ');
                    self.mapping(members, indent + 2);
                }
                _ => self.member(item, indent, false),
            }
        }
    }

    /// A value after a colon or a dash, up to the end of its last line.
    fn member(&mut self, value: &Value, indent: usize, flat: bool) {
        match self.named(value) {
            Named::Alias(number) => {
                self.out.push_str(&format!(" *a{number}"));
                return self.end();
            }
            Named::Anchor(number) => self.out.push_str(&format!(" &a{number}")),
            Named::No => {}
        }
        match value {
            Value::Object(members) if !members.is_empty() && !self.often(self.style.flow) => {
                self.end();
                self.mapping(members, indent + 2);
            }
            Value::Array(items) if !items.is_empty() && !self.often(self.style.flow) => {
                self.end();
                self.sequence(items, if flat { indent } else { indent + 2 });
            }
            Value::Array(items) if !items.is_empty() && self.rng.bool() => {
                // The closing bracket has the indentation of the key, although YAML requires more.
                self.out.push_str(" [\n");
                for (index, item) in items.iter().enumerate() {
                    self.pad(indent + 2);
                    self.nested(item);
                    self.out
                        .push_str(if index + 1 < items.len() { ",\n" } else { "\n" });
                }
                self.pad(indent);
                self.out.push(']');
                self.end();
            }
            Value::String(text) if is_literal(text) && !self.often(self.style.quoted) => {
                self.literal(text, indent + 2);
            }
            _ => {
                self.out.push(' ');
                self.flow(value);
                self.end();
            }
        }
    }

    /// A value inside of a collection in flow style.
    fn nested(&mut self, value: &Value) {
        match self.named(value) {
            Named::Alias(number) => return self.out.push_str(&format!("*a{number} ")),
            Named::Anchor(number) => self.out.push_str(&format!("&a{number} ")),
            Named::No => {}
        }
        self.flow(value);
    }

    fn flow(&mut self, value: &Value) {
        match value {
            Value::Array(items) => {
                self.out.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.out.push_str(if index > 0 { ", " } else { "" });
                    self.nested(item);
                }
                self.out.push(']');
            }
            Value::Object(members) => {
                self.out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    self.out.push_str(if index > 0 { ", " } else { "" });
                    self.text(key, true, true);
                    self.out.push_str(": ");
                    self.nested(value);
                }
                self.out.push('}');
            }
            Value::String(text) => self.text(text, false, true),
            Value::Null if self.rng.bool() => self.out.push('~'),
            scalar => self.out.push_str(&scalar.to_string()),
        }
    }

    fn text(&mut self, text: &str, is_key: bool, in_flow: bool) {
        if is_plain(text, is_key, in_flow) && !self.often(self.style.quoted) {
            self.out.push_str(text);
        } else if self.rng.bool() && !text.chars().any(|c| c.is_control() || is_special(c)) {
            self.out.push_str(&format!("'{}'", text.replace('\'', "''")));
        } else {
            self.out.push_str(&quoted(text));
        }
    }

    /// A text of several lines as a block, at this indentation.
    fn literal(&mut self, text: &str, indent: usize) {
        let chomping = if text.ends_with('\n') { "|" } else { "|-" };
        self.out.push_str(&format!(" {chomping}\n"));
        for line in text.trim_end_matches('\n').split('\n') {
            if !line.is_empty() {
                self.pad(indent);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    fn end(&mut self) {
        if self.style.comments && self.rng.u8(..20) == 0 {
            self.out.push_str(" # and so on: {");
        }
        self.out.push('\n');
    }

    fn comment(&mut self, indent: usize) {
        if self.style.comments && self.rng.u8(..20) == 0 {
            self.pad(indent);
            self.out.push_str("# what follows: [\"is\" - important\n");
        }
    }

    fn pad(&mut self, indent: usize) {
        self.out.push_str(&" ".repeat(indent));
    }
}

/// Whether a string can be written without quotes: it begins like a word, has no characters that mean
/// something in YAML, and is not another kind of value.
fn is_plain(text: &str, is_key: bool, in_flow: bool) -> bool {
    let begins = |c: char| c.is_alphabetic() || "/_$".contains(c) || is_key && c.is_ascii_digit();
    let holds = |c: char| c.is_alphanumeric() || "/_$.- ".contains(c) || !in_flow && "{}()+*".contains(c);
    text.starts_with(begins)
        && text.chars().all(holds)
        && !text.ends_with(' ')
        && (is_key
            || !["null", "true", "false"]
                .iter()
                .any(|word| text.eq_ignore_ascii_case(word)))
}

/// Whether a string can be written as a block of lines.
fn is_literal(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with([' ', '\n', '\t'])
        && !text.ends_with("\n\n")
        && text.trim_end_matches('\n').contains(|c: char| !c.is_whitespace())
        && text
            .lines()
            .all(|line| line.is_empty() || !line.trim().is_empty())
        && !text
            .chars()
            .any(|c| (c.is_control() && c != '\n' && c != '\t') || is_special(c))
}

/// Line separators and byte order marks that are not control characters.
fn is_special(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A string in double quotes, with invisible characters escaped as in JSON.
fn quoted(text: &str) -> String {
    let json = Value::from(text).to_string();
    json.chars()
        .map(|c| {
            if c.is_control() || is_special(c) {
                format!("\\u{:04x}", u32::from(c))
            } else {
                c.to_string()
            }
        })
        .collect()
}
