//! The rows of an input: CSV with a line of names, or JSON Lines; a file, or standard input.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};
use tempfile::NamedTempFile;

use crate::failure::Failure;

/// Opens a file; `-` is standard input, which can be opened more than once.
pub(crate) fn open(path: &Path) -> Result<File, Failure> {
    match path == Path::new("-") {
        true => spooled(),
        false => File::open(path).map_err(Failure::file(path.display())),
    }
}

/// Whether a file has a JSON object on each line, rather than CSV.
pub(crate) fn is_json_lines(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "jsonl" || extension == "ndjson")
}

/// How many rows there are, in words.
pub(crate) fn rows(count: impl Into<u64>) -> String {
    match count.into() {
        1 => "1 row".to_owned(),
        count => format!("{count} rows"),
    }
}

/// The rows of a file, one after another.
pub(crate) struct Source {
    name: String,
    rows: Box<dyn Iterator<Item = Result<Map<String, Value>, String>> + Send>,
    read: usize,
}

impl Source {
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let file = open(path)?;
        let rows = match is_json_lines(path) {
            true => json_lines(file),
            false => csv(file).map_err(|error| Failure::Usage(format!("{name}: {error}")))?,
        };
        Ok(Self { name, rows, read: 0 })
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

/// What came on standard input, in a file: it is read more than once.
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
    // From its beginning, whoever else reads it.
    spool.insert(file).reopen().map_err(failed())
}

/// Deletes what was kept of standard input.
pub(crate) fn clean_up() {
    drop(SPOOL.lock().unwrap_or_else(PoisonError::into_inner).take());
}

type Items = Box<dyn Iterator<Item = Result<Map<String, Value>, String>> + Send>;

fn csv(file: impl Read + Send + 'static) -> Result<Items, String> {
    let mut reader = csv::Reader::from_reader(BufReader::new(file));
    let names: Vec<String> = reader
        .headers()
        .map_err(|error| error.to_string())?
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}').trim().to_owned())
        .collect();
    for (index, name) in names.iter().enumerate() {
        if names[..index].contains(name) {
            return Err(format!("there are two columns {name:?}"));
        }
    }
    let rows = reader.into_records().map(move |record| {
        let record = record.map_err(|error| error.to_string())?;
        let cells = record.iter().map(Value::from);
        Ok(names.iter().cloned().zip(cells).collect())
    });
    Ok(Box::new(rows))
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
