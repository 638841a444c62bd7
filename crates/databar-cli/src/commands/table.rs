//! The rows of tables, shown and exported.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use databar::{ExportFormat, Filter, TableId, column};
use serde_json::{Map, Value};

use super::Run;
use crate::context::Context;
use crate::failure::{Failure, no_column};
use crate::files::new_beside;
use crate::output::Format;

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
    /// Show at most N rows; on a terminal, 100 by default
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
            return Err(no_column("the table", unknown, &known));
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
    /// Take the place of a file that is there
    #[arg(long)]
    force: bool,
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
        if self.file.exists() && !self.force {
            return Err(Failure::Usage(format!(
                "{} is there already; --force takes its place",
                self.file.display()
            )));
        }
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
