//! Maintenance commands of this workspace: `cargo xtask --help`.

use std::{
    error::Error,
    io::stdout,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use xtask::{Outcome, check, expand, refresh, surface};

/// Maintenance commands of this workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks that document, lock, overlay, surface and facade are in step; reads only.
    ///
    /// Exits with 0; with 4 when something is not, each with the command that mends it; with 100 when a file cannot be read.
    Check,
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

fn main() -> ExitCode {
    match run(Arguments::parse().command, &workspace()) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Stale) => ExitCode::from(4),
        Ok(Outcome::Breaking) => ExitCode::from(5),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(100)
        }
    }
}

fn run(command: Command, workspace: &Path) -> Result<Outcome, Box<dyn Error>> {
    match command {
        Command::Check => Ok(check::run(workspace, &mut stdout())?),
        Command::Expand { spec } => expand::run(spec.as_deref(), workspace),
        Command::Refresh {
            from,
            check,
            allow_shrink,
            compile,
        } => {
            let options = refresh::Options {
                from,
                check,
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
