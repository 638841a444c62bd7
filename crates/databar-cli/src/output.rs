//! Prints values on standard output: as a table for people, or as JSON, JSON Lines or CSV for programs.

use std::io::{self, IsTerminal as _, Write as _};

use clap::ValueEnum;
use comfy_table::{
    Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets::NOTHING,
};
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::rows::Rows;

/// The output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table for people
    Table,
    /// JSON, indented
    Json,
    /// One line of JSON for each item
    Jsonl,
    /// CSV with a header line
    Csv,
}

/// How and where values are printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    format: Option<Format>,
}

impl Output {
    pub(crate) fn new(format: Option<Format>) -> Self {
        Self { format }
    }

    /// The chosen format; by default a table on a terminal, and JSON elsewhere.
    pub(crate) fn format(self) -> Format {
        self.format.unwrap_or(match io::stdout().is_terminal() {
            true => Format::Table,
            false => Format::Json,
        })
    }

    /// Prints one value: a list item by item, an object as its members.
    pub(crate) fn value(self, value: &Value) -> Result<(), Failure> {
        match (self.format(), value) {
            (Format::Json, value) => line(&format!("{value:#}")),
            (_, Value::Array(items)) => {
                let mut rows = self.rows(None);
                for item in items {
                    rows.push(item.clone())?;
                }
                rows.finish()
            }
            (Format::Table, Value::Object(members)) => line(&pairs(members)),
            (Format::Csv, value) => {
                let mut rows = self.rows(None);
                rows.push(value.clone())?;
                rows.finish()
            }
            (Format::Table, Value::Null) => Ok(()),
            (Format::Table, value) => line(&readable(value)),
            (Format::Jsonl, value) => line(&value.to_string()),
        }
    }

    /// Starts a list whose items are printed as they arrive. `columns` are its columns, if they are known in
    /// advance.
    pub(crate) fn rows(self, columns: Option<Vec<String>>) -> Rows {
        Rows::new(self.format(), columns)
    }

    /// Prints a note for people on standard error.
    pub(crate) fn note(self, text: &str) {
        // If standard error is closed, the note has no reader.
        let _ = writeln!(anstream::stderr(), "{text}");
    }
}

/// Prints a line.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    writeln!(out, "{text}")
        .and_then(|()| out.flush())
        .map_err(Failure::file("standard output"))
}

/// The members of an object, one on each line.
pub(crate) fn pairs(members: &Map<String, Value>) -> String {
    let mut table = plain();
    for (name, value) in members {
        table.add_row([heading(name), Cell::new(readable(value))]);
    }
    finished(table)
}

/// The maximum width of a column, unless it is the only one: the width of a UUID.
const WIDEST: usize = 36;
/// The maximum number of lines in a cell.
const LINES: usize = 2;

/// Formats items as a table that fits the terminal, and returns the names of the columns that do not fit. No
/// column is narrower than its cells, up to [`WIDEST`], so that ids can be copied.
pub(crate) fn table(items: &[Value], columns: &[String]) -> (String, Vec<String>) {
    let mut table = plain();
    let of = |item: &Value, name: &str| match item {
        Value::Object(members) => members.get(name).cloned().unwrap_or_default(),
        value => value.clone(),
    };
    // Nested values come last, because they are hard to read.
    let is_nested = |name: &&String| {
        items
            .iter()
            .any(|item| matches!(of(item, name), Value::Object(_) | Value::Array(_)))
    };
    let (nested, mut simple): (Vec<_>, Vec<_>) = columns.iter().partition(is_nested);
    // The columns that identify an item come first.
    simple.sort_by_key(|name| !matches!(name.as_str(), "id" | "identifier" | "name"));
    let mut left = usize::from(table.width().unwrap_or(USUAL));
    let (mut shown, mut hidden) = (Vec::new(), Vec::new());
    for name in simple.into_iter().chain(nested) {
        let widths = items.iter().map(|item| readable(&of(item, name)).chars().count());
        let width = widths
            .chain([name.chars().count()])
            .max()
            .unwrap_or(0)
            .min(WIDEST);
        // Each column has a space on both sides.
        if shown.is_empty() || width + 2 <= left {
            left = left.saturating_sub(width + 2);
            shown.push((name, width));
        } else {
            hidden.push(name.clone());
        }
    }
    table.set_header(shown.iter().map(|(name, _)| heading(name)));
    for item in items {
        let cells = shown.iter().map(|(name, _)| {
            let value = of(item, name);
            let cell = Cell::new(readable(&value));
            match value {
                Value::Number(_) => cell.set_alignment(CellAlignment::Right),
                _ => cell,
            }
        });
        let mut row = comfy_table::Row::from(cells.collect::<Vec<_>>());
        row.max_height(LINES);
        table.add_row(row);
    }
    if shown.len() > 1 {
        table.set_constraints(shown.iter().map(|(_, width)| {
            let width = u16::try_from(*width + 2).unwrap_or(u16::MAX);
            ColumnConstraint::LowerBoundary(Width::Fixed(width))
        }));
    }
    (finished(table), hidden)
}

/// The width when there is no terminal.
const USUAL: u16 = 100;

fn plain() -> Table {
    let mut table = Table::new();
    table
        .load_preset(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    let width = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok())
        .filter(|width| *width > 0);
    let of_terminal = table.width().filter(|width| *width > 0);
    table.set_width(width.or(of_terminal).unwrap_or(USUAL));
    // Colours are removed again later where they are not wanted.
    table.enforce_styling();
    table
}

fn heading(name: &str) -> Cell {
    Cell::new(visible(name)).add_attribute(Attribute::Bold)
}

/// Removes the trailing spaces that pad the last column.
fn finished(table: Table) -> String {
    let lines: Vec<_> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

/// An amount of credits, in words.
pub(crate) fn credits(amount: f64) -> String {
    match amount == 1.0 {
        true => "1 credit".to_owned(),
        false => format!("{amount} credits"),
    }
}

/// A value in a cell: strings as they are, nested values as JSON.
pub(crate) fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// A value as a terminal shows it.
pub(crate) fn readable(value: &Value) -> String {
    visible(&cell(value))
}

/// A text without the control characters by which data could change what a terminal shows or does.
fn visible(text: &str) -> String {
    text.replace(|c: char| c.is_control() && !matches!(c, '\n' | '\t'), "\u{fffd}")
}
