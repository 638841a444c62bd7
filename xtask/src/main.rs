//! Maintenance commands of this workspace: `cargo xtask --help`.

mod bindings;
mod corpus;
mod diff;
mod expand;
mod folder;
mod surface;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

/// Maintenance commands of this workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a crate of its own from any OpenAPI document: the client, and the program `roundtrip`.
    ///
    /// Exits with 0; with 3 when the crate is written, but not all operations are in it; with 100 when nothing is.
    Bindings {
        /// The document, JSON or YAML, OpenAPI 3.0 or 3.1.
        #[arg(long, value_name = "FILE")]
        spec: PathBuf,
        /// The folder to write: a new one, an empty one, or one that this command has written before.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// An OpenAPI Overlay to apply to the document first.
        #[arg(long, value_name = "FILE")]
        overlay: Option<PathBuf>,
        /// Write the report, which is also in the crate as report.json, here too.
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
    },
    /// Generates from every OpenAPI document in a folder, a line each.
    ///
    /// Exits with 0, or with 1 when any document failed.
    Corpus {
        /// The folder, which is read recursively: .json, .yaml and .yml.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// Let cargo check the crates too.
        #[arg(long)]
        compile: bool,
        /// Print one JSON array instead.
        #[arg(long)]
        json: bool,
    },
    /// Compares two documents by meaning: what changed, and whom it breaks.
    ///
    /// Exits with 0; with 1 when there are findings as grave as --fail-on says, or when the list of what is accepted has a fault;
    /// with 2 when the arguments are wrong; with 100 when a file cannot be read.
    Diff(diff::Arguments),
    /// Prints the generated code, formatted.
    ///
    /// Exits with 0, or with 100 when the document cannot be generated.
    Expand {
        /// A document to take instead of the vendored one, without the overlay.
        #[arg(long, value_name = "FILE")]
        spec: Option<PathBuf>,
    },
    /// Prints the public items of the generated code, a line each.
    ///
    /// Exits with 0; with 4 when openapi.surface.txt has other lines; with 100 when the document cannot be generated.
    Surface {
        /// Write the lines to openapi.surface.txt instead.
        #[arg(long)]
        write: bool,
    },
}

/// How a command that could do its work ends.
enum Outcome {
    /// All is as it should be.
    Done,
    /// Some documents could not be generated.
    SomeFailed,
    /// What could be generated is, without some operations.
    SomeSkipped,
    /// A file of the workspace is not what it should be.
    Stale,
    /// There are findings that must not pass.
    Findings,
}

/// The exit code of a command for which some documents failed.
const SOME_FAILED: u8 = 1;

/// The exit code of a command that has left out operations.
const SOME_SKIPPED: u8 = 3;
/// The exit code of a command that found what must not pass.
const FINDINGS: u8 = 1;

/// The exit code of a command that found a file to be stale.
const STALE: u8 = 4;

/// The exit code of a command that could not do its work.
const FAILED: u8 = 100;

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Bindings {
            spec,
            out,
            overlay,
            report,
        } => bindings::run(&spec, overlay.as_deref(), &out, report.as_deref(), &workspace()),
        Command::Corpus {
            folder,
            compile,
            json,
        } => corpus::run(&folder, compile, json, &workspace()),
        Command::Diff(arguments) => diff::run(&arguments, &workspace()),
        Command::Expand { spec } => expand::run(spec.as_deref(), &workspace()),
        Command::Surface { write } => surface::run(write, &workspace()),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::SomeFailed) => ExitCode::from(SOME_FAILED),
        Ok(Outcome::SomeSkipped) => ExitCode::from(SOME_SKIPPED),
        Ok(Outcome::Findings) => ExitCode::from(FINDINGS),
        Ok(Outcome::Stale) => ExitCode::from(STALE),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(FAILED)
        }
    }
}

/// The root of the workspace: the folder above this package, wherever the command is started.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_owned)
        .unwrap_or_default()
}
