//! Reads the rows of an input, a file or standard input: CSV with a header line, or JSON Lines.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};
use tempfile::NamedTempFile;

use crate::failure::Failure;

/// Opens a file. `-` is standard input, which can be opened more than once.
pub(crate) fn open(path: &Path) -> Result<File, Failure> {
    match path == Path::new("-") {
        true => spooled(),
        false => File::open(path).map_err(Failure::file(path.display())),
    }
}

/// Whether the input is JSON Lines rather than CSV. For a file its name decides; for standard input, its
/// first character.
pub(crate) fn is_json_lines(path: &Path) -> Result<bool, Failure> {
    if path != Path::new("-") {
        let extension = path.extension();
        return Ok(extension.is_some_and(|extension| extension == "jsonl" || extension == "ndjson"));
    }
    let mut first = BufReader::new(open(path)?).bytes();
    let first = first.find(|byte| !byte.as_ref().is_ok_and(u8::is_ascii_whitespace));
    let first = first.transpose().map_err(Failure::file("standard input"))?;
    Ok(first == Some(b'{'))
}

/// A CSV reader that separates cells by comma, semicolon or tab, whichever is most frequent in the header
/// line.
pub(crate) fn csv_reader(file: File) -> io::Result<csv::Reader<BufReader<File>>> {
    let mut file = BufReader::new(file);
    let start = file.fill_buf()?;
    let names = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| names.iter().filter(|byte| **byte == delimiter).count();
    // In a tie, `max_by_key` takes the last, which is the comma.
    let delimiter = [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|delimiter| count(*delimiter));
    Ok(csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .from_reader(file))
}

/// Whether a cell or a member has a value. An empty cell has none.
pub(crate) fn has_value(value: &Value) -> bool {
    !value.is_null() && value.as_str() != Some("")
}

/// The number of rows, in words.
pub(crate) fn rows(count: impl Into<u64>) -> String {
    match count.into() {
        1 => "1 row".to_owned(),
        count => format!("{count} rows"),
    }
}

/// The rows of a file, in order.
pub(crate) struct Source {
    name: String,
    /// The columns, if the file is CSV.
    pub(crate) columns: Option<Vec<String>>,
    rows: Items,
    read: usize,
}

impl Source {
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let file = open(path)?;
        let (columns, rows) = match is_json_lines(path)? {
            true => (None, json_lines(file)),
            false => {
                let unreadable = |error: String| Failure::Usage(format!("{name}: {error}"));
                let reader = csv_reader(file).map_err(Failure::file(&name))?;
                let (columns, rows) = csv(reader).map_err(unreadable)?;
                (Some(columns), rows)
            }
        };
        Ok(Self {
            name,
            columns,
            rows,
            read: 0,
        })
    }

    /// The rows, or why a row cannot be read.
    pub(crate) fn into_rows(self) -> Items {
        self.rows
    }

    pub(crate) fn skip(&mut self, count: usize) -> Result<(), Failure> {
        for _ in 0..count {
            if self.take(1)?.is_empty() {
                break;
            }
        }
        Ok(())
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<Vec<Map<String, Value>>, Failure> {
        let mut taken = Vec::new();
        while taken.len() < count
            && let Some(row) = self.rows.next()
        {
            self.read += 1;
            taken.push(
                row.map_err(|reason| Failure::Usage(format!("{}: row {}: {reason}", self.name, self.read)))?,
            );
        }
        Ok(taken)
    }
}

/// A copy of standard input in a file, because it is read more than once.
static SPOOL: Mutex<Option<NamedTempFile>> = Mutex::new(None);

fn spooled() -> Result<File, Failure> {
    let failed = || Failure::file("standard input");
    let mut spool = SPOOL.lock().unwrap_or_else(PoisonError::into_inner);
    let file = match spool.take() {
        Some(file) => file,
        None => {
            let mut file = NamedTempFile::new().map_err(failed())?;
            io::copy(&mut io::stdin(), &mut file).map_err(failed())?;
            file
        }
    };
    // Reopening starts at the beginning, independent of other readers.
    spool.insert(file).reopen().map_err(failed())
}

/// Deletes the copy of standard input.
pub(crate) fn clean_up() {
    drop(SPOOL.lock().unwrap_or_else(PoisonError::into_inner).take());
}

type Items = Box<dyn Iterator<Item = Result<Map<String, Value>, String>> + Send>;

fn csv(mut reader: csv::Reader<BufReader<File>>) -> Result<(Vec<String>, Items), String> {
    let names: Vec<String> = reader
        .headers()
        .map_err(|error| error.to_string())?
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}').trim().to_owned())
        .collect();
    if names.iter().all(String::is_empty) {
        return Err("it is empty; its first line must name the columns".to_owned());
    }
    for (index, name) in names.iter().enumerate() {
        if names[..index].contains(name) {
            return Err(format!(
                "there are two columns named {name:?}; rename one of them"
            ));
        }
    }
    let columns = names.clone();
    let rows = reader.into_records().map(move |record| {
        let record = record.map_err(|error| error.to_string())?;
        let cells = record.iter().map(Value::from);
        Ok(names.iter().cloned().zip(cells).collect())
    });
    Ok((columns, Box::new(rows)))
}

fn json_lines(file: impl Read + Send + 'static) -> Items {
    let lines = BufReader::new(file).lines();
    Box::new(
        lines
            .filter(|line| !line.as_ref().is_ok_and(|line| line.trim().is_empty()))
            .map(|line| {
                let line = line.map_err(|error| error.to_string())?;
                serde_json::from_str(&line).map_err(|error| format!("it is not a JSON object: {error}"))
            }),
    )
}
