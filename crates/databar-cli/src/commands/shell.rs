//! Commands around the command line itself: completions, manual pages, and a sandbox.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use databar_sandbox::Sandbox;

use super::Run;
use crate::cli;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::line;

/// Print shell completions
///
/// For bash: `databar completions bash > ~/.local/share/bash-completion/completions/databar`
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    shell: clap_complete::Shell,
}

impl Run for Completions {
    async fn run(self, _: &Context) -> Result<(), Failure> {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut cli::command(), "databar", &mut text);
        io::stdout()
            .write_all(&text)
            .map_err(Failure::file("standard output"))
    }
}

/// Write manual pages to a folder
#[derive(Debug, Args)]
pub(super) struct Man {
    /// The folder, such as `~/.local/share/man/man1`; it is created if it does not exist
    folder: PathBuf,
}

impl Run for Man {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let failed = || Failure::file(self.folder.display());
        fs::create_dir_all(&self.folder).map_err(failed())?;
        clap_mangen::generate_to(cli::command(), &self.folder).map_err(failed())?;
        context.output.note(&format!(
            "wrote the manual pages to {}; start with `man databar`",
            self.folder.display()
        ));
        Ok(())
    }
}

/// Start a local stand-in for the service, to try commands without a key or credits
///
/// It runs until Ctrl-C. The program `databar-sandbox` is the same server with more options, such as faults.
#[derive(Debug, Args)]
pub(super) struct StartSandbox {
    /// The port on 127.0.0.1; 0 picks a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The seed of ids and results
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

impl Run for StartSandbox {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let sandbox = Sandbox::builder().port(self.port).seed(self.seed).start().await;
        let sandbox =
            sandbox.map_err(|error| Failure::Other(format!("the sandbox cannot start: {error}")))?;
        line(&format!(
            "export DATABAR_BASE_URL={}\nexport DATABAR_API_KEY={}",
            sandbox.base_url(),
            sandbox.api_key()
        ))?;
        context
            .output
            .note("the sandbox runs until Ctrl-C; set these variables in another terminal");
        tokio::signal::ctrl_c().await.map_err(Failure::file("Ctrl-C"))
    }
}
