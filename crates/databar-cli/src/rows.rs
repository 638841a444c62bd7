//! Prints a list on standard output, item by item.

use std::io::{self, Write as _};

use serde_json::Value;

use crate::failure::Failure;
use crate::output::{Format, cell, line, table};

/// A list that is being printed.
pub(crate) struct Rows {
    format: Format,
    /// The columns, if they are known before the items.
    columns: Option<Vec<String>>,
    /// Items held until the last one: a table needs the widest value, and CSV needs all members.
    held: Vec<Value>,
    printed: u64,
    csv: csv::Writer<anstream::AutoStream<std::io::Stdout>>,
    /// Whether the CSV header line was written.
    is_begun: bool,
}

impl Rows {
    pub(crate) fn new(format: Format, columns: Option<Vec<String>>) -> Self {
        Self {
            format,
            columns,
            held: Vec::new(),
            printed: 0,
            csv: csv::Writer::from_writer(anstream::stdout()),
            is_begun: false,
        }
    }

    /// Prints an item, or holds it until the end.
    pub(crate) fn push(&mut self, item: Value) -> Result<(), Failure> {
        match self.format {
            Format::Table => self.held.push(item),
            Format::Csv if self.columns.is_none() => self.held.push(item),
            Format::Csv => self.record(&item)?,
            Format::Jsonl => line(&item.to_string())?,
            Format::Json => {
                let start = if self.printed == 0 { "[\n" } else { ",\n" };
                let text = format!("{item:#}").replace('\n', "\n  ");
                print(&format!("{start}  {text}"))?;
            }
        }
        self.printed += 1;
        Ok(())
    }

    /// Ends the list.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        match self.format {
            Format::Jsonl => Ok(()),
            Format::Json if self.printed == 0 => line("[]"),
            Format::Json => line("\n]"),
            Format::Csv => {
                let held = std::mem::take(&mut self.held);
                self.columns.get_or_insert_with(|| members(&held));
                for item in &held {
                    self.record(item)?;
                }
                self.begin()?;
                self.csv.flush().map_err(Failure::file("standard output"))
            }
            Format::Table => {
                let columns = self.columns.unwrap_or_else(|| members(&self.held));
                if self.held.is_empty() {
                    let _ = writeln!(anstream::stderr(), "no items");
                    return Ok(());
                }
                let (text, hidden) = table(&self.held, &columns);
                line(&text)?;
                if !hidden.is_empty() {
                    let hidden = hidden.join(", ");
                    let _ = writeln!(
                        anstream::stderr(),
                        "not shown: {hidden}; --output json shows them"
                    );
                }
                Ok(())
            }
        }
    }

    fn record(&mut self, item: &Value) -> Result<(), Failure> {
        self.begin()?;
        let columns = self.columns.iter().flatten();
        let cells: Vec<String> = match item {
            Value::Object(members) => columns
                .map(|name| members.get(name).map(cell).unwrap_or_default())
                .collect(),
            Value::Null => columns.map(|_| String::new()).collect(),
            other => vec![cell(other)],
        };
        self.csv.write_record(cells).map_err(unwritten)
    }

    /// Writes the header line.
    fn begin(&mut self) -> Result<(), Failure> {
        match self.columns.as_deref() {
            Some(names) if !self.is_begun && !names.is_empty() => {
                self.is_begun = true;
                self.csv.write_record(names).map_err(unwritten)
            }
            _ => Ok(()),
        }
    }
}

fn unwritten(error: csv::Error) -> Failure {
    let error = match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    };
    Failure::file("standard output")(error)
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())
        .map_err(Failure::file("standard output"))
}

/// The names of all members, in order of first appearance; `value` for items that are not objects.
fn members(items: &[Value]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for item in items {
        let members = match item {
            Value::Object(members) => members,
            // For example, an input without a result among results.
            Value::Null => continue,
            _ => return vec!["value".to_owned()],
        };
        for name in members.keys() {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    names
}
