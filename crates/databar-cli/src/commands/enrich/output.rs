//! Writes the results of a job to a file.

use std::fs::File;
use std::io::{self, BufReader, Seek as _};
use std::path::Path;

use databar_jobs::Job;

use crate::failure::Failure;
use crate::files::new_beside;
use crate::source::{csv_reader, is_json_lines, open};

/// The format of the output.
pub(super) enum Form {
    Csv,
    JsonLines,
    Parquet,
}

impl Form {
    pub(super) fn of(path: &Path) -> Result<Self, Failure> {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("csv") => Ok(Self::Csv),
            Some("jsonl" | "ndjson") => Ok(Self::JsonLines),
            Some("parquet") => Ok(Self::Parquet),
            _ => Err(Failure::Usage(format!(
                "{}: the output must end in .csv, .jsonl or .parquet",
                path.display()
            ))),
        }
    }

    /// Writes the outcomes of the inputs. If both the input and the output are CSV, it writes all columns of
    /// the input, too.
    pub(super) async fn write(&self, job: &Job, input: &Path, out: &Path) -> Result<(), Failure> {
        let failed = || Failure::file(out.display());
        let file = new_beside(out).map_err(failed())?;
        let writer = file.reopen().map_err(failed())?;
        match self {
            Self::Csv if !is_json_lines(input)? => beside_input(job, input, writer).await?,
            Self::Csv => job.write_csv(io::BufWriter::new(writer)).await?,
            Self::JsonLines => job.write_json_lines(io::BufWriter::new(writer)).await?,
            Self::Parquet => job.write_parquet(io::BufWriter::new(writer)).await?,
        }
        file.persist(out).map_err(|error| failed()(error.error))?;
        Ok(())
    }
}

/// Writes the lines of the input, each with its outcome. Inputs and outcomes are in the same order.
async fn beside_input(job: &Job, input: &Path, writer: File) -> Result<(), Failure> {
    let name = input.display().to_string();
    let mut results = tempfile::tempfile().map_err(Failure::file("a temporary file"))?;
    job.write_csv(io::BufWriter::new(&results)).await?;
    results.rewind().map_err(Failure::file("a temporary file"))?;
    let unreadable = |error: csv::Error| Failure::Usage(format!("{name}: {error}"));
    let unwritten = |error: csv::Error| Failure::file("the output")(error.into());

    let mut inputs = csv_reader(open(input)?).map_err(Failure::file(&name))?;
    let mut results = csv::Reader::from_reader(BufReader::new(results));
    let mut out = csv::Writer::from_writer(writer);
    let columns = results.headers().map_err(unwritten)?.clone();
    // The parameters come first. A parameter can be called `outcome`, a member of a result cannot.
    let first = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| *column == "outcome")
        .map(|(index, _)| index)
        .last()
        .unwrap_or(0);
    let mut names: Vec<String> = inputs
        .headers()
        .map_err(unreadable)?
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}').to_owned())
        .collect();
    for column in columns.iter().skip(first) {
        let mut column = column.to_owned();
        while names.contains(&column) {
            column.insert_str(0, "result_");
        }
        names.push(column);
    }
    out.write_record(names).map_err(unwritten)?;
    let mut inputs = inputs.records();
    let mut results = results.records();
    loop {
        match (
            inputs.next().transpose().map_err(unreadable)?,
            results.next().transpose().map_err(unwritten)?,
        ) {
            (Some(input), Some(result)) => {
                out.write_record(input.iter().chain(result.iter().skip(first)))
                    .map_err(unwritten)?;
            }
            (None, None) => return out.flush().map_err(Failure::file("the output")),
            _ => {
                return Err(Failure::Usage(format!(
                    "the rows of {name} have changed since the run was started; restore them and run the same command with \
                     --resume. The results are kept in the ledger"
                )));
            }
        }
    }
}
