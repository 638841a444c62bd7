//! `cargo xtask corpus`: generates from every document in a folder, and prints a table.

mod check;
mod documents;
pub mod mutate;

use std::{
    collections::VecDeque,
    error::Error,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::Path,
    sync::{Mutex, PoisonError},
    thread,
    time::Instant,
};

use comfy_table::{CellAlignment, Table, presets::NOTHING};
use openapi_bindgen::{Fields, Package, Settings, generate, package};
use serde::Serialize;

use crate::{Outcome, expand, finding::count, place::generator_error, progress::Progress};

/// The result for one document.
#[derive(Debug, Serialize)]
struct Row {
    /// Its path within the folder.
    file: String,
    ok: bool,
    error: Option<String>,
    operations: Operations,
    schemas: Schemas,
    fields: Fields,
    /// Whether the crate compiles. `null` without `--compile`.
    compiled: Option<bool>,
    /// The time from the file to the crate, without compiling it.
    seconds: f64,
}

#[derive(Debug, Default, Serialize)]
struct Operations {
    total: usize,
    generated: usize,
    skipped: Vec<Skipped>,
}

#[derive(Debug, Serialize)]
struct Skipped {
    operation: String,
    reason: String,
}

#[derive(Debug, Default, Serialize)]
struct Schemas {
    total: usize,
    generated: usize,
    widened: usize,
}

/// Generates from every document in `folder`, and prints a table with a row for each.
///
/// # Errors
///
/// A message if the folder cannot be read or has no document.
pub fn run(folder: &Path, compile: bool, json: bool, workspace: &Path) -> Result<Outcome, Box<dyn Error>> {
    let progress = Progress::new();
    let (files, skipped) = documents::find(folder)?;
    for file in &skipped {
        progress.note(&format!("{}: not an OpenAPI document, left out", file.display()));
    }
    if files.is_empty() {
        return Err(format!(
            "{}: has no OpenAPI document (.json, .yaml, .yml)",
            folder.display()
        )
        .into());
    }
    let what = format!("Generating from {}", count(files.len(), "document"));
    let (mut rows, packages): (Vec<Row>, Vec<Option<Package>>) =
        in_parallel(files, &progress, &what, |index, file| one(folder, &file, index))
            .into_iter()
            .unzip();
    if compile {
        let packages: Vec<&Package> = packages.iter().flatten().collect();
        let failures = check::compile(&packages, workspace, &progress)?;
        let mut verdicts = failures.into_iter();
        // The packages are in the order of the rows that have one.
        for row in rows.iter_mut().filter(|row| row.ok) {
            let failure = verdicts.next().flatten();
            row.compiled = Some(failure.is_none());
            row.ok = failure.is_none();
            row.error = failure.map(|error| format!("the crate does not compile: {error}"));
        }
    }
    drop(progress);
    let text = if json {
        format!("{}\n", serde_json::to_string_pretty(&rows)?)
    } else {
        summary(&rows)
    };
    expand::print(&text)?;
    Ok(if rows.iter().all(|row| row.ok) {
        Outcome::Done
    } else {
        Outcome::SomeFailed
    })
}

/// Does `work` on all items, on as many at a time as the machine has cores. The results are in the order of
/// the items.
fn in_parallel<T: Send, R: Send>(
    items: Vec<T>,
    progress: &Progress,
    what: &str,
    work: impl Fn(usize, T) -> R + Sync,
) -> Vec<R> {
    progress.steps(what, items.len());
    let workers = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(items.len());
    let queue: Mutex<VecDeque<(usize, T)>> = Mutex::new(items.into_iter().enumerate().collect());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let worker = || {
            let mut done = Vec::new();
            while let Some((index, item)) = next() {
                done.push((index, work(index, item)));
                progress.advance();
            }
            done
        };
        let handles: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        handles
            .into_iter()
            // A missing result must not go unnoticed.
            .flat_map(|handle| handle.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

fn one(folder: &Path, file: &Path, index: usize) -> (Row, Option<Package>) {
    let start = Instant::now();
    let name = file.strip_prefix(folder).unwrap_or(file).display().to_string();
    let made = catch_unwind(AssertUnwindSafe(|| made(file, index)))
        .unwrap_or_else(|_| Err("the generator panicked; this is a bug".to_owned()));
    let mut row = Row {
        file: name,
        ok: made.is_ok(),
        error: None,
        operations: Operations::default(),
        schemas: Schemas::default(),
        fields: Fields::default(),
        compiled: None,
        seconds: (start.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
    };
    match made {
        Ok(package) => {
            let report = &package.report;
            row.operations = Operations {
                total: report.operations.total,
                generated: report.operations.generated,
                skipped: report
                    .operations
                    .skipped
                    .iter()
                    .map(|skipped| Skipped {
                        operation: skipped.operation.clone(),
                        reason: skipped.reason.clone(),
                    })
                    .collect(),
            };
            row.schemas = Schemas {
                total: report.schemas.total,
                generated: report.schemas.generated,
                widened: report.schemas.widened,
            };
            row.fields = report.fields.clone();
            (row, Some(package))
        }
        Err(error) => {
            row.error = Some(error);
            (row, None)
        }
    }
}

/// The crate of a document. Each has a name of its own, because they share a target folder.
fn made(file: &Path, index: usize) -> Result<Package, String> {
    let document = openapi_document::from_path(file).map_err(|error| {
        // The row names the file.
        let (error, file) = (error.to_string(), format!("{}: ", file.display()));
        error.strip_prefix(&file).unwrap_or(&error).to_owned()
    })?;
    let generated =
        generate(document.clone(), &Settings::standalone()).map_err(|error| generator_error(&error))?;
    let name = format!("corpus-{index:04}");
    Ok(package(&document, &generated, Some(&name), true))
}

/// A table with a row for each document, what failed and was skipped, and the totals.
fn summary(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING).set_header([
        "",
        "document",
        "operations",
        "schemas",
        "widened",
        "untyped fields",
        "seconds",
    ]);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        // Those after the document are numbers.
        if index > 1 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for row in rows {
        let of = |part: usize, whole: usize| format!("{part}/{whole}");
        table.add_row([
            if row.ok { "ok" } else { "failed" }.to_owned(),
            row.file.clone(),
            of(row.operations.generated, row.operations.total),
            of(row.schemas.generated, row.schemas.total),
            row.schemas.widened.to_string(),
            of(row.fields.untyped, row.fields.total),
            format!("{:.2}", row.seconds),
        ]);
    }
    let mut lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.push(String::new());
    for row in rows {
        let failed = row
            .error
            .iter()
            .map(|error| format!("failed  {}: {error}", row.file));
        let skipped = row.operations.skipped.iter();
        let skipped = skipped
            .map(|Skipped { operation, reason }| format!("skipped {operation} of {}: {reason}", row.file));
        lines.extend(failed.chain(skipped));
    }
    let sum = |count: fn(&Row) -> usize| rows.iter().map(count).sum::<usize>();
    let (untyped, fields) = (sum(|row| row.fields.untyped), sum(|row| row.fields.total));
    lines.push(format!(
        "{} of {} and {} of {} were generated; {untyped} of {} ({:.2} %) may be any JSON although the document is more specific",
        rows.iter().filter(|row| row.ok).count(),
        count(rows.len(), "document"),
        sum(|row| row.operations.generated),
        count(sum(|row| row.operations.total), "operation"),
        count(fields, "field"),
        100.0 * untyped as f64 / fields.max(1) as f64,
    ));
    lines.join("\n") + "\n"
}
