//! Maintenance commands of this workspace: `cargo xtask --help`.

use std::{
    error::Error,
    io::stdout,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use xtask::{bindings, check, corpus, diff, document, expand, refresh, surface};

/// Code generation allocates in small pieces: this takes a third off its time (see the note on speed in ARCHITECTURE.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    /// Checks that document, lock, overlay, surface and facade are in step; reads only.
    ///
    /// Exits with 0; with 4 when something is not, each with the command that mends it; with 100 when a file cannot be read.
    Check,
    /// Generates from every OpenAPI document in a folder, a line each.
    ///
    /// Exits with 0, or with 1 when any document failed, or with --mutate any mutant.
    Corpus {
        /// The folder, which is read recursively: .json, .yaml and .yml.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// Let cargo check the crates too.
        #[arg(long)]
        compile: bool,
        /// Print one JSON array instead.
        #[arg(long, conflicts_with = "mutate")]
        json: bool,
        /// Generate from this many mutants instead: the documents in turn, with changes that keep their operations.
        ///
        /// Cargo checks a sample of the crates with --compile.
        #[arg(long, value_name = "COUNT")]
        mutate: Option<usize>,
        /// What the mutants are made from: the same seed gives the same ones.
        #[arg(long, value_name = "NUMBER", default_value_t = 0, requires = "mutate")]
        seed: u64,
        /// The number of the first mutant: `--mutate 1 --from 17` repeats mutant 17 alone.
        #[arg(long, value_name = "NUMBER", default_value_t = 0, requires = "mutate")]
        from: usize,
        /// How many of the mutants --compile takes.
        #[arg(long, value_name = "COUNT", default_value_t = 50, requires = "mutate")]
        sample: usize,
        /// Write the mutants to this folder.
        #[arg(long, value_name = "DIR", requires = "mutate")]
        out: Option<PathBuf>,
    },
    /// Compares two documents by meaning: what changed, and whom it breaks.
    ///
    /// Exits with 0; with 1 when there are findings as grave as --fail-on says, or when the list of what is accepted has a fault;
    /// with 2 when the arguments are wrong; with 100 when a file cannot be read.
    Diff(diff::Arguments),
    /// Prints the document with its overlay applied, as canonical JSON.
    ///
    /// Exits with 0, or with 100 when a file cannot be read or the overlay cannot be applied.
    Document {
        /// A document to take instead of the vendored one, JSON or YAML, without the vendored overlay.
        #[arg(long, value_name = "FILE")]
        spec: Option<PathBuf>,
        /// An OpenAPI Overlay to apply instead of the vendored one.
        #[arg(long, value_name = "FILE")]
        overlay: Option<PathBuf>,
    },
    /// Prints the generated code, formatted.
    ///
    /// Exits with 0, or with 100 when the document cannot be generated.
    Expand {
        /// A document to take instead of the vendored one, without the overlay.
        #[arg(long, value_name = "FILE")]
        spec: Option<PathBuf>,
    },
    /// Replaces openapi.json by the provider's present document, with its lock and its surface, and says what that changes.
    ///
    /// Exits with 0 when nothing has changed or all three files are written; with 100 when it failed, and then no file is
    /// touched. With --check: 4 when the document differs, 5 when it breaks users or could not be taken as it is.
    Refresh {
        /// A document or an llms.txt index by its address, a file of either, or a folder with an index and its pages.
        ///
        /// By default what docs.databar.ai publishes: its document, or else its reference pages.
        #[arg(long, value_name = "URL|FILE|DIR")]
        from: Option<String>,
        /// Write nothing.
        #[arg(long)]
        check: bool,
        /// Also write what changes to this file, for a browser: what `cargo xtask diff --format html` prints.
        ///
        /// Nothing is written where the document is the one that is there.
        #[arg(long, value_name = "FILE")]
        html: Option<PathBuf>,
        /// Accept a document with fewer than half of the present operations.
        #[arg(long)]
        allow_shrink: bool,
        /// Also type-check the facade against the new document, in a temporary copy of the workspace.
        #[arg(long)]
        compile: bool,
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

/// The exit code of a command that could not do its work.
const FAILED: u8 = 100;

fn main() -> ExitCode {
    match run(Arguments::parse().command, &workspace()) {
        Ok(outcome) => ExitCode::from(outcome.exit_code()),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(FAILED)
        }
    }
}

fn run(command: Command, workspace: &Path) -> Result<xtask::Outcome, Box<dyn Error>> {
    match command {
        Command::Bindings {
            spec,
            out,
            overlay,
            report,
        } => bindings::run(&spec, overlay.as_deref(), &out, report.as_deref(), workspace),
        Command::Check => Ok(check::run(workspace, &mut stdout())?),
        Command::Corpus {
            folder,
            compile,
            json,
            mutate: None,
            ..
        } => corpus::run(&folder, compile, json, workspace),
        Command::Corpus {
            folder,
            compile,
            mutate: Some(count),
            seed,
            from,
            sample,
            out,
            ..
        } => {
            let options = corpus::mutate::Options {
                numbers: from..from.saturating_add(count),
                seed,
                compiled: if compile { sample } else { 0 },
                out,
            };
            corpus::mutate::run(&folder, &options, workspace)
        }
        Command::Diff(arguments) => diff::run(&arguments, workspace),
        Command::Document { spec, overlay } => document::run(spec.as_deref(), overlay.as_deref(), workspace),
        Command::Expand { spec } => expand::run(spec.as_deref(), workspace),
        Command::Refresh {
            from,
            check,
            html,
            allow_shrink,
            compile,
        } => {
            let options = refresh::Options {
                from,
                check,
                html,
                allow_shrink,
                compile,
                ..refresh::Options::default()
            };
            Ok(refresh::run(workspace, &options, &mut stdout())?)
        }
        Command::Surface { write } => surface::run(write, workspace),
    }
}

/// The root of the workspace: the folder above this package, wherever the command is started.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_owned)
        .unwrap_or_default()
}
