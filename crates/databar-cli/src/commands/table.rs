//! Whole tables: rows from files, rows to files.

use std::io;
use std::path::{Path, PathBuf};
use std::pin::pin;

use clap::{Args, ValueEnum};
use databar::{ExportFormat, Filter, Kind, RowOutcome, Table, TableId, WriteError, WriteReport, column};
use futures::FutureExt as _;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value};

use super::Run;
use crate::ask::confirm;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Format;
use crate::source::{Source, rows};
use crate::stop::stopped;

/// Show the rows of a table, any number of them
#[derive(Debug, Args)]
pub(super) struct Rows {
    /// The table
    table: TableId,
    /// Only rows for which it holds: `Country=US`, `Country!=US`, `Email~acme.com` (contains), `Email=` (empty), `Email!=`
    /// (not empty); several must all hold
    #[arg(long = "where", value_name = "CONDITION", value_parser = condition)]
    conditions: Vec<Filter>,
    /// Only these columns
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    columns: Vec<String>,
    /// At most so many; a table on a terminal shows 100 unless said otherwise
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

/// A condition on a column.
fn condition(text: &str) -> Result<Filter, String> {
    let place = text
        .find(['=', '~'])
        .ok_or("it is none of Column=text, Column!=text, Column~text, Column=, Column!=")?;
    let (name, rest) = text.split_at(place);
    let (operator, value) = rest.split_at(1);
    let (name, is_not) = match name.strip_suffix('!') {
        Some(name) => (name, true),
        None => (name, false),
    };
    if name.trim().is_empty() {
        return Err("it has no name of a column".to_owned());
    }
    let column = column(name);
    Ok(match (operator, is_not, value) {
        ("~", false, value) => column.contains(value),
        ("=", false, "") => column.is_empty(),
        ("=", true, "") => column.is_not_empty(),
        ("=", false, value) => column.equals(value),
        ("=", true, value) => column.not_equals(value),
        _ => return Err("there is no condition `!~`".to_owned()),
    })
}

/// How many rows a table on a terminal shows.
const SCREENFUL: u64 = 100;

impl Run for Rows {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let table = context.client()?.table(self.table);
        let known = table.columns().await?.into_iter().map(|column| column.name);
        let known: Vec<String> = ["id".to_owned()].into_iter().chain(known).collect();
        if let Some(unknown) = self.columns.iter().find(|name| !known.contains(name)) {
            return Err(Failure::Usage(format!(
                "the table has no column {unknown:?}; it has {}",
                known.join(", ")
            )));
        }
        let columns = match self.columns.is_empty() {
            false => self.columns,
            true => known,
        };
        let is_table = context.output.format() == Format::Table;
        let limit = self.limit.unwrap_or(if is_table { SCREENFUL } else { u64::MAX });
        let mut query = table.rows();
        for filter in self.conditions {
            query = query.filter(filter);
        }
        if limit < 500 {
            query = query.page_size(u32::try_from(limit).unwrap_or(500).max(1));
        }
        let mut stream = query.stream::<Map<String, Value>>();
        let mut rows = context.output.rows(Some(columns.clone()));
        let (mut shown, mut is_cut) = (0, false);
        while let Some(mut row) = stream.try_next().await? {
            if shown == limit {
                is_cut = true;
                break;
            }
            row.retain(|name, _| columns.iter().any(|column| column == name));
            rows.push(Value::Object(row))?;
            shown += 1;
        }
        rows.finish()?;
        if is_cut && self.limit.is_none() {
            context.output.note(&format!(
                "the first {shown} rows; --limit N shows more, --output csv all"
            ));
        }
        Ok(())
    }
}

/// The format of a file that a table is exported to.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum FileFormat {
    Csv,
    Xlsx,
}

/// Export a table to a file, made by the service
#[derive(Debug, Args)]
pub(super) struct Export {
    /// The table
    table: TableId,
    /// The file; `-` for standard output
    #[arg(default_value = "-")]
    file: PathBuf,
    /// The format; by default that of the name of the file
    #[arg(long)]
    format: Option<FileFormat>,
}

impl Run for Export {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let is_excel = self
            .file
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
        let is_csv = self
            .file
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        let format = match self.format {
            Some(FileFormat::Xlsx) => ExportFormat::Xlsx,
            Some(FileFormat::Csv) => ExportFormat::Csv,
            None if is_excel => ExportFormat::Xlsx,
            None if is_csv || self.file == Path::new("-") => ExportFormat::Csv,
            None => {
                return Err(Failure::Usage(format!(
                    "{}: the file must end in .csv or .xlsx, or --format must say what it is",
                    self.file.display()
                )));
            }
        };
        let exported = context
            .client()?
            .table(self.table)
            .export()
            .format(format)
            .await?;
        if self.file == Path::new("-") {
            exported.download(&mut tokio::io::stdout()).await?;
            return Ok(());
        }
        let failed = || Failure::file(self.file.display());
        let file = new_beside(&self.file).map_err(failed())?;
        let mut writer = tokio::fs::File::from_std(file.reopen().map_err(failed())?);
        let bytes = exported.download(&mut writer).await?;
        file.persist(&self.file).map_err(|error| failed()(error.error))?;
        context
            .output
            .note(&format!("{bytes} bytes in {}", self.file.display()));
        Ok(())
    }
}

/// A file that takes the place of another when it is whole.
pub(super) fn new_beside(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any new file; temporary ones are for their owner alone. The mask of the process applies.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder.unwrap_or(Path::new(".")))
}

/// Insert the rows of a file into a table, or update those that it has
///
/// CSV with a line of names, or JSON Lines (`.jsonl`). If it breaks off, it says which rows were written, which are in doubt, and
/// how to go on.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The file; `-` for CSV on standard input
    file: PathBuf,
    /// The table
    table: TableId,
    /// Update rows that have the same text in this column, and insert the others
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["dedupe", "new_columns"])]
    upsert: Option<String>,
    /// Skip rows that the table has already, by these columns
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    dedupe: Vec<String>,
    /// Make columns that the table does not have
    #[arg(long)]
    new_columns: bool,
    /// Begin after so many rows of the file
    #[arg(long, value_name = "N", default_value_t = 0)]
    skip: usize,
    /// Read the file, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Do it without asking
    #[arg(long, short)]
    yes: bool,
}

/// How many rows are read at a time; memory holds no more.
const ROWS: usize = 500;

impl Run for Import {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let (total, names) = self.look()?;
        let left = total.saturating_sub(self.skip);
        if left == 0 {
            return Err(Failure::Usage(format!(
                "{}: there are no rows to import",
                self.file.display()
            )));
        }
        context
            .output
            .note(&format!("{} with {}", rows(left as u64), names.join(", ")));
        let table = context.client()?.table(self.table);
        let known = table.columns().await?;
        let unknown: Vec<_> = names
            .iter()
            .filter(|name| !known.iter().any(|column| column.name == **name))
            .map(String::as_str)
            .collect();
        if !unknown.is_empty() && !self.new_columns {
            return Err(Failure::Usage(format!(
                "the table has no columns {}; --new-columns makes them",
                unknown.join(", ")
            )));
        }
        if self.dry_run {
            context.output.note("nothing was sent");
            return Ok(());
        }
        if self.upsert.is_some() {
            confirm(&format!("Update the table with {left} rows?"), self.yes)?;
        }
        let bar = ProgressBar::new(left as u64)
            .with_style(style("{bar:20} {pos}/{len} rows, {per_sec}, {eta} left"));
        let mut position = self.skip;
        let mut all = WriteReport::default();
        let mut source = self.source()?;
        source.skip(self.skip)?;
        let mut stop = pin!(stopped());
        loop {
            if (&mut stop).now_or_never().is_some() {
                bar.abandon();
                return Err(Failure::Interrupted(format!(
                    "stopped; {} were written, --skip {position} goes on after them",
                    rows(all.rows.len() as u64)
                )));
            }
            let rows = source.take(ROWS)?;
            if rows.is_empty() {
                break;
            }
            let count = rows.len();
            let report = self.write(&table, rows).await.map_err(|broken| {
                bar.abandon();
                broken.failure(position, &all)
            })?;
            all.requests += report.requests;
            all.rows.extend(report.rows);
            position += count;
            bar.inc(count as u64);
        }
        bar.finish_and_clear();
        context.output.note(&all.to_string());
        let refused: Vec<_> = all
            .rows
            .iter()
            .enumerate()
            .filter_map(|(index, row)| match &row.outcome {
                RowOutcome::Refused { code, message, .. } => {
                    let message = message.as_deref().unwrap_or("the service does not say why");
                    Some(format!("row {}: {code}: {message}", self.skip + index + 1))
                }
                _ => None,
            })
            .collect();
        match &refused[..] {
            [] => Ok(()),
            [first, ..] => Err(Failure::Refused(format!(
                "{} refused; {first}",
                rows(refused.len() as u64)
            ))),
        }
    }
}

/// An import that broke off within a batch of rows.
struct Broken {
    written: WriteReport,
    in_doubt: usize,
    cause: databar::Error,
}

impl<K: Kind> From<WriteError<K>> for Broken {
    fn from(error: WriteError<K>) -> Self {
        let cause = databar::Error::new(error.error().kind(), error.error().to_string());
        Self {
            written: error.written().clone(),
            in_doubt: error.in_doubt(),
            cause,
        }
    }
}

impl Broken {
    /// `before` is how many rows of the file came before these, and `all` what became of those that were sent.
    fn failure(&self, before: usize, all: &WriteReport) -> Failure {
        let done = before + self.written.rows.len();
        let sent = all.rows.len() + self.written.rows.len();
        let cause = &self.cause;
        match self.in_doubt {
            0 => Failure::Other(format!(
                "{cause}\n  {sent} rows were written; --skip {done} goes on after them"
            )),
            doubtful => Failure::InDoubt(format!(
                "{cause}\n  {sent} rows were written; rows {} to {} of the file are in doubt. Look for them in the table: --skip {} \
                 goes on after them, --skip {done} sends them again",
                done + 1,
                done + doubtful,
                done + doubtful
            )),
        }
    }
}

impl Import {
    async fn write(&self, table: &Table, rows: Vec<Map<String, Value>>) -> Result<WriteReport, Broken> {
        if let Some(key) = &self.upsert {
            return Ok(table.upsert(key, rows).await?);
        }
        let mut insert = table.insert(rows);
        if self.new_columns {
            insert = insert.allow_new_columns();
        }
        if !self.dedupe.is_empty() {
            insert = insert.dedupe_by(&self.dedupe);
        }
        Ok(insert.await?)
    }

    /// Reads the whole file once, so that a row that cannot be read is known before the first is written. Standard input is
    /// kept in a temporary file.
    fn look(&self) -> Result<(usize, Vec<String>), Failure> {
        let mut source = self.source()?;
        let mut names: Vec<String> = Vec::new();
        let mut count = 0;
        loop {
            let rows = source.take(ROWS)?;
            if rows.is_empty() {
                return Ok((count, names));
            }
            count += rows.len();
            for name in rows.iter().flat_map(Map::keys) {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
    }

    fn source(&self) -> Result<Source, Failure> {
        Source::open(&self.file)
    }
}

/// A bar of this form.
pub(super) fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
