//! What is around the command line: completions, manual pages, and a service to try it on.

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

/// Print the completions for a shell
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

/// Write manual pages into a folder
#[derive(Debug, Args)]
pub(super) struct Man {
    /// The folder, such as `~/.local/share/man/man1`; it is made if there is none
    folder: PathBuf,
}

impl Run for Man {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let failed = || Failure::file(self.folder.display());
        fs::create_dir_all(&self.folder).map_err(failed())?;
        clap_mangen::generate_to(cli::command(), &self.folder).map_err(failed())?;
        context.output.note(&format!(
            "the manual is in {}; start with `man databar`",
            self.folder.display()
        ));
        Ok(())
    }
}

/// Start a stand-in for the service on this machine, to try commands without a key and without credits
///
/// It runs until Ctrl-C. `databar-sandbox` is the same with more options, such as faults.
#[derive(Debug, Args)]
pub(super) struct StartSandbox {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// What ids and results are made from
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
            .note("it runs until Ctrl-C; set these in another terminal");
        tokio::signal::ctrl_c().await.map_err(Failure::file("Ctrl-C"))
    }
}
