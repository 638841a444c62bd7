//! `cargo xtask corpus`: the chain over a folder of documents, a line each.

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

use openapi_bindgen::{Fields, Package, Settings, generate, package};
use serde::Serialize;

use crate::{Outcome, expand};

/// What became of one document.
#[derive(Debug, Serialize)]
struct Row {
    /// Its path within the folder.
    file: String,
    ok: bool,
    error: Option<String>,
    operations: Operations,
    schemas: Schemas,
    /// How many fields of the types are any JSON.
    fields: Fields,
    /// Whether cargo could compile the crate; `null` when it was not asked to.
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

/// Generates from every document in `folder`, and prints a line for each.
///
/// # Errors
///
/// A message when the folder cannot be read.
pub fn run(folder: &Path, compile: bool, json: bool, workspace: &Path) -> Result<Outcome, Box<dyn Error>> {
    let (files, skipped) = documents::find(folder)?;
    for file in &skipped {
        eprintln!("{}: is no OpenAPI document, and is left out", file.display());
    }
    if files.is_empty() {
        return Err(format!(
            "{}: has no OpenAPI document (.json, .yaml, .yml)",
            folder.display()
        )
        .into());
    }
    let (mut rows, packages): (Vec<Row>, Vec<Option<Package>>) =
        in_parallel(files, |index, file| one(folder, &file, index))
            .into_iter()
            .unzip();
    if compile {
        let packages: Vec<&Package> = packages.iter().flatten().collect();
        let failures = check::compile(&packages, workspace)?;
        let mut verdicts = failures.into_iter();
        // Those that were generated are in the order of the rows.
        for row in rows.iter_mut().filter(|row| row.ok) {
            let failure = verdicts.next().flatten();
            row.compiled = Some(failure.is_none());
            row.ok = failure.is_none();
            row.error = failure.map(|error| format!("the crate does not compile: {error}"));
        }
    }
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

/// Does `work` on all items, on as many at a time as the machine has cores; the results are in their order.
fn in_parallel<T: Send, R: Send>(items: Vec<T>, work: impl Fn(usize, T) -> R + Sync) -> Vec<R> {
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
            }
            done
        };
        let handles: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        handles
            .into_iter()
            // A result that is missing must not go unnoticed.
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
        .unwrap_or_else(|_| Err("the generator panicked, which is a fault of it".to_owned()));
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

/// The crate of a document. Its name is its own: cargo takes crates of one name in one target folder for the same.
fn made(file: &Path, index: usize) -> Result<Package, String> {
    let document = openapi_document::from_path(file).map_err(|error| error.to_string())?;
    let generated = generate(document.clone(), &Settings::standalone()).map_err(|error| error.to_string())?;
    let name = format!("corpus-{index:04}");
    Ok(package(&document, &generated, Some(&name), true))
}

fn summary(rows: &[Row]) -> String {
    let mut lines = Vec::new();
    for row in rows {
        let Row {
            file,
            operations,
            schemas,
            fields,
            seconds,
            ..
        } = row;
        lines.push(match &row.error {
            Some(error) => format!("failed  {file}: {error}"),
            None => format!(
                "ok      {file}: {}/{} operations, {}/{} schemas, {} widened, {}/{} fields untyped, {seconds} s",
                operations.generated,
                operations.total,
                schemas.generated,
                schemas.total,
                schemas.widened,
                fields.untyped,
                fields.total
            ),
        });
        let skipped = operations.skipped.iter();
        lines.extend(
            skipped.map(|Skipped { operation, reason }| format!("        skipped {operation}: {reason}")),
        );
    }
    let sum = |count: fn(&Row) -> usize| rows.iter().map(count).sum::<usize>();
    let (untyped, fields) = (sum(|row| row.fields.untyped), sum(|row| row.fields.total));
    lines.push(format!(
        "{} of {} documents, {} of {} operations; {untyped} of {fields} fields ({:.2} %) are any JSON although the document \
         says more",
        rows.iter().filter(|row| row.ok).count(),
        rows.len(),
        sum(|row| row.operations.generated),
        sum(|row| row.operations.total),
        100.0 * untyped as f64 / fields.max(1) as f64,
    ));
    lines.join("\n") + "\n"
}
