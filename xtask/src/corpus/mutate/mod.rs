//! `cargo xtask corpus --mutate`: generates from mutants of the documents in a folder.
//!
//! A mutant is a document with a few changes that people and generators make, none of which removes an
//! operation. So the bindings of a mutant must have all operations of the bindings of the original. A mutant
//! is determined by its original, the seed and its number.

mod names;
mod nulls;
mod operations;
mod parts;
mod places;
mod values;
mod words;
mod yaml;

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use fastrand::Rng;
use openapi_bindgen::{Generated, Package, Settings, generate, package};
use serde_json::Value;

use super::{check, documents, in_parallel};
use crate::{Outcome, expand, finding::count, place::generator_error, progress::Progress};

/// Which mutants to make, and what to do with them.
#[derive(Debug, Clone)]
pub struct Options {
    /// The numbers of the mutants.
    pub numbers: Range<usize>,
    /// The same seed gives the same mutants.
    pub seed: u64,
    /// How many of them are compiled.
    pub compiled: usize,
    /// A folder to write the mutants to.
    pub out: Option<PathBuf>,
}

/// Changes a document and describes the change. `None` if the document has nothing to change in this way.
type Change = fn(&mut Value, &mut Rng) -> Option<String>;

/// All kinds of changes. Those that find most bugs are listed twice, to be chosen more often.
const CHANGES: [Change; 24] = [
    names::rename,
    names::rename,
    names::into_component,
    names::into_component,
    names::out_of_component,
    names::out_of_component,
    parts::wrap,
    parts::wrap,
    parts::split,
    parts::split,
    nulls::respell,
    nulls::respell,
    words::annotate,
    words::annotate_operation,
    words::shuffle,
    words::required_order,
    values::constants,
    values::further_members,
    values::number,
    operations::drop_ids,
    operations::similar_id,
    operations::tags,
    operations::move_component,
    operations::move_parameter,
];

/// The maximum number of changes in a mutant.
const MOST_CHANGES: usize = 4;

/// How many changes are tried. Many documents have nothing to change for some kinds.
const TRIES: usize = 24;

/// A document that bindings can be generated from.
struct Original {
    /// Its path within the folder.
    file: String,
    document: Value,
    /// Method and path of each operation in its bindings.
    operations: BTreeSet<String>,
}

/// The result for one mutant.
struct Tried {
    number: usize,
    file: String,
    changes: Vec<String>,
    /// What went wrong, if anything.
    fault: Option<String>,
    /// Its crate, if it is to be compiled.
    package: Option<Package>,
}

/// Makes mutants of the documents in `folder`, generates from each, and prints the failures and a summary.
///
/// # Errors
///
/// A message if the folder cannot be read, if no document in it can be generated, or if a mutant cannot be
/// written.
pub fn run(folder: &Path, options: &Options, workspace: &Path) -> Result<Outcome, Box<dyn Error>> {
    let progress = Progress::new();
    let (files, _) = documents::find(folder)?;
    let what = format!("Generating from {}", count(files.len(), "document"));
    let originals: Vec<Original> = in_parallel(files, &progress, &what, |_, file| original(folder, &file))
        .into_iter()
        .filter_map(|original| {
            original
                .map_err(|reason| progress.note(&format!("{reason}; left out")))
                .ok()
        })
        .collect();
    if originals.is_empty() {
        return Err(format!(
            "{}: has no OpenAPI document that can be generated",
            folder.display()
        )
        .into());
    }
    if let Some(out) = &options.out {
        fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
    }
    let mut sample: Vec<usize> = options.numbers.clone().collect();
    Rng::with_seed(options.seed).shuffle(&mut sample);
    sample.truncate(options.compiled);
    let numbers: Vec<usize> = options.numbers.clone().collect();
    let what = format!("Generating from {}", count(numbers.len(), "mutant"));
    let tried = in_parallel(numbers, &progress, &what, |_, number| {
        let original = &originals[number % originals.len()];
        attempt(original, number, options, sample.contains(&number))
    });
    let mut tried: Vec<Tried> = tried.into_iter().collect::<Result<_, _>>()?;
    let compiled = compile(&mut tried, workspace, &progress)?;
    drop(progress);
    expand::print(&report(&tried, originals.len(), options, compiled))?;
    Ok(if tried.iter().any(|tried| tried.fault.is_some()) {
        Outcome::SomeFailed
    } else {
        Outcome::Done
    })
}

fn original(folder: &Path, file: &Path) -> Result<Original, String> {
    let document = openapi_document::from_path(file).map_err(|error| error.to_string())?;
    let generated = quietly(&document).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(Original {
        file: file.strip_prefix(folder).unwrap_or(file).display().to_string(),
        operations: operations_of(&generated),
        document,
    })
}

fn quietly(document: &Value) -> Result<Generated, String> {
    catch_unwind(AssertUnwindSafe(|| {
        generate(document.clone(), &Settings::standalone())
    }))
    .map_err(|_| "the generator panicked".to_owned())?
    .map_err(|error| generator_error(&error))
}

fn operations_of(generated: &Generated) -> BTreeSet<String> {
    let operations = generated.operations.iter();
    operations
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect()
}

/// Makes a mutant and generates from its text.
fn attempt(original: &Original, number: usize, options: &Options, compiled: bool) -> Result<Tried, String> {
    let Mutant {
        document,
        text,
        ending,
        changes,
    } = Mutant::of(&original.document, options.seed, number);
    if let Some(out) = &options.out {
        let file = out.join(format!("mutant-{number}.{ending}"));
        fs::write(&file, &text).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let made = read(&text, &document).and_then(|document| {
        let generated = quietly(&document)?;
        whole(original, &generated)?;
        Ok(compiled.then(|| package(&document, &generated, Some(&format!("mutant-{number}")), true)))
    });
    let (package, fault) = match made {
        Ok(package) => (package, None),
        Err(fault) => (None, Some(fault)),
    };
    Ok(Tried {
        number,
        file: original.file.clone(),
        changes,
        fault,
        package,
    })
}

/// Reads the text, which must be the document that was written.
fn read(text: &str, document: &Value) -> Result<Value, String> {
    let found = openapi_document::from_slice(text.as_bytes()).map_err(|error| error.to_string())?;
    match found == *document {
        true => Ok(found),
        false => Err("its text is read as a different document".to_owned()),
    }
}

/// Checks that all operations of the original are there.
fn whole(original: &Original, generated: &Generated) -> Result<(), String> {
    let found = operations_of(generated);
    let reasons: BTreeMap<&str, &str> = generated
        .skipped
        .iter()
        .map(|skipped| (skipped.operation.as_str(), skipped.reason.as_str()))
        .collect();
    let lost: Vec<String> = original
        .operations
        .difference(&found)
        .map(|lost| match reasons.get(lost.as_str()) {
            Some(reason) => format!("loses {lost}: {reason}"),
            None => format!("loses {lost}, and no reason is given"),
        })
        .collect();
    match lost.is_empty() {
        true => Ok(()),
        false => Err(lost.join("; ")),
    }
}

/// A changed document.
struct Mutant {
    document: Value,
    /// The document in JSON or YAML.
    text: String,
    /// The extension of a file with this text.
    ending: &'static str,
    /// What was changed, in order. The last entry is the format of the text.
    changes: Vec<String>,
}

impl Mutant {
    fn of(original: &Value, seed: u64, number: usize) -> Self {
        // The factor is odd, so different seeds give different products.
        let mut rng = Rng::with_seed(
            seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)
                .wrapping_add(number as u64),
        );
        let mut document = original.clone();
        let mut changes = Vec::new();
        let wanted = rng.usize(1..=MOST_CHANGES);
        for _ in 0..TRIES {
            if changes.len() == wanted {
                break;
            }
            let change = CHANGES[rng.usize(..CHANGES.len())];
            // A change that gives up halfway must change nothing.
            let mut changed = document.clone();
            if let Some(note) = change(&mut changed, &mut rng) {
                document = changed;
                changes.push(note);
            }
        }
        let (text, ending, how) = match rng.u8(..5) {
            0 => (document.to_string(), "json", "JSON on one line".to_owned()),
            1 => (format!("{document:#}\n"), "json", "JSON".to_owned()),
            _ => {
                let style = yaml::Style::any(&mut rng);
                (
                    yaml::write(&document, &style, &mut rng),
                    "yaml",
                    style.to_string(),
                )
            }
        };
        changes.push(format!("write as {how}"));
        Self {
            document,
            text,
            ending,
            changes,
        }
    }
}

/// Compiles the crates that were kept. Returns how many of them compile; `None` if there are none.
fn compile(
    tried: &mut [Tried],
    workspace: &Path,
    progress: &Progress,
) -> Result<Option<usize>, Box<dyn Error>> {
    let packages: Vec<&Package> = tried.iter().filter_map(|tried| tried.package.as_ref()).collect();
    if packages.is_empty() {
        return Ok(None);
    }
    let verdicts = check::compile(&packages, workspace, progress)?;
    let compiled = verdicts.iter().filter(|failure| failure.is_none()).count();
    for (tried, failure) in tried
        .iter_mut()
        .filter(|tried| tried.package.is_some())
        .zip(verdicts)
    {
        tried.fault = failure.map(|failure| format!("the crate does not compile: {failure}"));
    }
    Ok(Some(compiled))
}

fn report(tried: &[Tried], originals: usize, options: &Options, compiled: Option<usize>) -> String {
    let mut lines = Vec::new();
    let faults = tried
        .iter()
        .filter_map(|tried| Some((tried, tried.fault.as_ref()?)));
    for (tried, fault) in faults.clone() {
        lines.push(format!("mutant {} of {}: {fault}", tried.number, tried.file));
        lines.extend(tried.changes.iter().map(|change| format!("        {change}")));
        lines.push(format!(
            "        to repeat: --mutate 1 --seed {} --from {} --out DIR",
            options.seed, tried.number
        ));
    }
    let lost = faults.count();
    let compiled = compiled.map_or_else(String::new, |count| format!(", {count} compiled"));
    lines.push(format!(
        "{} of {}: {} passed, {lost} failed{compiled}",
        count(tried.len(), "mutant"),
        count(originals, "document"),
        tried.len() - lost,
    ));
    lines.join("\n") + "\n"
}
