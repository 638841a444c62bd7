//! The command line: `cargo xtask <command>`.

use std::{
    error::Error,
    io::stdout,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{CommandFactory, Parser, Subcommand};

use crate::{Outcome, bindings, check, corpus, diff, document, expand, refresh, surface};

/// Maintenance commands of this workspace
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    max_term_width = 100,
    after_help = "\
Examples:
  cargo xtask check                # is everything in sync?
  cargo xtask diff                 # what the changes in the working tree break
  cargo xtask refresh --check      # what has the provider changed?"
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Generate a crate from any OpenAPI document
    ///
    /// The crate has the client and the program `roundtrip`, which reads values and writes them again.
    /// REPORT.md in it lists what was skipped and counts what was changed; report.json has each change.
    ///
    /// Exit codes: 0; 3 if operations were skipped; 100 if no crate was written.
    #[command(after_help = "\
Examples:
  cargo xtask bindings --spec openapi.yaml --out ../shop-client
  cargo xtask bindings --spec api.json --overlay fixes.json --out ../client --report report.json")]
    Bindings {
        /// The document: OpenAPI 3.0 or 3.1, JSON or YAML
        #[arg(long, value_name = "FILE")]
        spec: PathBuf,
        /// The folder to write: a new or empty folder, or a crate that this command has written
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// An OpenAPI Overlay to apply to the document first
        #[arg(long, value_name = "FILE")]
        overlay: Option<PathBuf>,
        /// Also write the report to this file; the crate has it as report.json
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
    },
    /// Check that document, lock, overlay, surface and facade are in sync
    ///
    /// Prints a line for each file, and for each finding the command that repairs it. Writes nothing.
    ///
    /// Exit codes: 0; 4 if something is not in sync; 100 if a file cannot be read.
    #[command(after_help = "\
Examples:
  cargo xtask check
  cargo xtask check && .ci/run")]
    Check,
    /// Print the completions for a shell
    ///
    /// They complete the name `xtask`, because those of `cargo` belong to cargo itself. Define a
    /// shell function with that name, for example in ~/.bashrc:
    ///
    ///   xtask() { cargo xtask "$@"; }
    #[command(
        verbatim_doc_comment,
        after_help = "\
Examples:
  cargo xtask completions bash > ~/.local/share/bash-completion/completions/xtask
  cargo xtask completions zsh > ~/.zfunc/_xtask
  cargo xtask completions fish > ~/.config/fish/completions/xtask.fish"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Generate from every OpenAPI document in a folder
    ///
    /// Prints a table with a row for each document, and what failed or was skipped.
    ///
    /// Exit codes: 0; 1 if a document or a mutant failed; 100 if the folder cannot be read.
    #[command(after_help = "\
Examples:
  cargo xtask corpus ../documents
  cargo xtask corpus ../documents --compile
  cargo xtask corpus ../documents --json > corpus.json
  cargo xtask corpus ../documents --mutate 1000 --seed 7
  cargo xtask corpus ../documents --mutate 1 --seed 7 --from 17 --out mutants   # mutant 17 alone")]
    Corpus {
        /// The folder to search for .json, .yaml and .yml files
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// Also compile the crates with `cargo check`
        #[arg(long)]
        compile: bool,
        /// Print a JSON array instead of the table
        #[arg(long, conflicts_with = "mutate")]
        json: bool,
        /// Generate from this many mutants of the documents instead
        ///
        /// A mutant has a few changes that keep all operations, such as a renamed component. With --compile,
        /// a sample of the crates is compiled.
        #[arg(long, value_name = "COUNT")]
        mutate: Option<usize>,
        /// The seed of the mutants: the same seed makes the same mutants
        #[arg(long, value_name = "NUMBER", default_value_t = 0, requires = "mutate")]
        seed: u64,
        /// The number of the first mutant
        #[arg(long, value_name = "NUMBER", default_value_t = 0, requires = "mutate")]
        from: usize,
        /// How many mutants --compile compiles
        #[arg(long, value_name = "COUNT", default_value_t = 50, requires = "mutate")]
        sample: usize,
        /// Write the mutants to this folder
        #[arg(long, value_name = "DIR", requires = "mutate")]
        out: Option<PathBuf>,
    },
    /// Compare two documents: what changed, and what it breaks
    ///
    /// Exit codes: 0; 1 if there are findings of the level of --fail-on, or the list of --allow has an error;
    /// 2 if the arguments are wrong; 100 if a file cannot be read. The effect on Rust code has no influence on
    /// the exit code.
    #[command(after_help = "\
Examples:
  cargo xtask diff                                              # the working tree with HEAD
  cargo xtask diff v0.1.0:openapi.json openapi.json --overlay   # since a release
  cargo xtask diff old.yaml new.json --format html > diff.html
  cargo xtask diff --allow allow.toml --fail-on warning")]
    Diff(diff::Arguments),
    /// Print the document with the overlay applied, as canonical JSON
    ///
    /// Exit codes: 0; 100 if a file cannot be read or the overlay cannot be applied.
    #[command(after_help = "\
Examples:
  cargo xtask document > overlaid.json
  cargo xtask document --spec openapi.yaml --overlay fixes.json")]
    Document {
        /// A document, JSON or YAML, instead of the vendored one; no overlay is applied unless --overlay
        /// names one
        #[arg(long, value_name = "FILE")]
        spec: Option<PathBuf>,
        /// An OpenAPI Overlay instead of the vendored one
        #[arg(long, value_name = "FILE")]
        overlay: Option<PathBuf>,
    },
    /// Print the generated code, formatted
    ///
    /// Exit codes: 0; 100 if no code can be generated.
    #[command(after_help = "\
Examples:
  cargo xtask expand | less
  cargo xtask expand --spec openapi.yaml > client.rs")]
    Expand {
        /// A document instead of the vendored one; no overlay is applied
        #[arg(long, value_name = "FILE")]
        spec: Option<PathBuf>,
    },
    /// Replace openapi.json with what the provider publishes now, and report the changes
    ///
    /// Writes openapi.json, openapi.lock.json and openapi.surface.txt, all or none. The document must be
    /// valid, the overlay must apply to it, and the bindings must be generated from it.
    ///
    /// Exit codes: 0 if nothing has changed or the files were written; 100 if no file was written. With
    /// --check: 0 if nothing has changed; 4 if the document has changed; 5 if the change breaks users, or if
    /// something is in the way, such as an action of the overlay that lost its target; 100 if the document
    /// cannot be read or is not valid.
    #[command(after_help = "\
Examples:
  cargo xtask refresh --check                        # what would change
  cargo xtask refresh --check --html changes.html    # the same, for a browser
  cargo xtask refresh --compile                      # also compiles crates/databar first
  cargo xtask refresh --from ../pages/llms.txt --format markdown > report.md")]
    Refresh(refresh::Options),
    /// Print the public items of the generated code, one per line
    ///
    /// Exit codes: 0; 4 if openapi.surface.txt has other lines; 100 if no code can be generated.
    #[command(after_help = "\
Examples:
  cargo xtask surface | grep Client::
  cargo xtask surface --write && git diff openapi.surface.txt")]
    Surface {
        /// Write the items to openapi.surface.txt instead
        #[arg(long)]
        write: bool,
    },
}

/// The exit code of a command that could not do its work.
const FAILED: u8 = 100;

impl Arguments {
    /// Runs the command on this workspace, and prints why it failed if it did.
    pub fn run(self) -> ExitCode {
        match run(self.command, &workspace()) {
            Ok(outcome) => ExitCode::from(outcome.exit_code()),
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::from(FAILED)
            }
        }
    }
}

fn run(command: Command, workspace: &Path) -> Result<Outcome, Box<dyn Error>> {
    match command {
        Command::Bindings {
            spec,
            out,
            overlay,
            report,
        } => bindings::run(&spec, overlay.as_deref(), &out, report.as_deref(), workspace),
        Command::Check => Ok(check::run(workspace, &mut stdout())?),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "xtask", &mut text);
            expand::print(&String::from_utf8(text)?)?;
            Ok(Outcome::Done)
        }
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
        Command::Refresh(options) => Ok(refresh::run(workspace, &options, &mut anstream::stdout())?),
        Command::Surface { write } => surface::run(write, workspace),
    }
}

/// The root of the workspace: the folder that this package is in, wherever the command is started.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_owned)
        .unwrap_or_default()
}
