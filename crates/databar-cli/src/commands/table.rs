//! Shows and exports the rows of tables.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use databar::{ExportFormat, Filter, TableId, column};
use serde_json::{Map, Value};

use super::Run;
use crate::context::Context;
use crate::failure::{Failure, no_column};
use crate::files::new_beside;
use crate::output::Format;

/// Show any number of rows of a table
#[derive(Debug, Args)]
pub(super) struct Rows {
    /// The UUID of the table
    table: TableId,
    /// Show only rows that match: `Country=US`, `Country!=US`, `Email~acme.com` (contains), `Email=` (empty)
    /// or `Email!=` (not empty); with several conditions, all must match
    #[arg(long = "where", value_name = "CONDITION", value_parser = condition)]
    conditions: Vec<Filter>,
    /// Show only these columns
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    columns: Vec<String>,
    /// Show at most N rows; on a terminal, 100 by default
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

/// Parses a condition on a column.
fn condition(text: &str) -> Result<Filter, String> {
    let place = text
        .find(['=', '~'])
        .ok_or("expected Column=text, Column!=text, Column~text, Column= or Column!=")?;
    let (name, rest) = text.split_at(place);
    let (operator, value) = rest.split_at(1);
    let (name, is_not) = match name.strip_suffix('!') {
        Some(name) => (name, true),
        None => (name, false),
    };
    if name.trim().is_empty() {
        return Err("the column name is missing".to_owned());
    }
    let column = column(name);
    Ok(match (operator, is_not, value) {
        ("~", false, value) => column.contains(value),
        ("=", false, "") => column.is_empty(),
        ("=", true, "") => column.is_not_empty(),
        ("=", false, value) => column.equals(value),
        ("=", true, value) => column.not_equals(value),
        _ => return Err("the condition `!~` is not supported".to_owned()),
    })
}

/// How many rows a table on a terminal shows by default.
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
                "these are the first {shown} rows; --limit N shows more, --output csv shows all"
            ));
        }
        Ok(())
    }
}

/// The format of an exported file.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum FileFormat {
    Csv,
    Xlsx,
}

/// Export a table to a file that the service creates
#[derive(Debug, Args)]
pub(super) struct Export {
    /// The UUID of the table
    table: TableId,
    /// The file; `-` for standard output
    #[arg(default_value = "-")]
    file: PathBuf,
    /// The format; by default taken from the file name
    #[arg(long)]
    format: Option<FileFormat>,
    /// Overwrite an existing file
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
                    "{}: the file name must end in .csv or .xlsx, unless --format is given",
                    self.file.display()
                )));
            }
        };
        if self.file.exists() && !self.force {
            return Err(Failure::Usage(format!(
                "{} already exists; --force overwrites it",
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
            .note(&format!("wrote {bytes} bytes to {}", self.file.display()));
        Ok(())
    }
}
