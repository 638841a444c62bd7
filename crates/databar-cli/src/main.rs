//! `databar`: the command line for Databar.ai.

mod ask;
mod bar;
mod cli;
mod commands;
mod config;
mod context;
mod failure;
mod files;
mod operation;
mod output;
mod rows;
mod source;
mod stop;
mod value;

use std::process::ExitCode;

fn main() -> ExitCode {
    let matches = match cli::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => error.exit(),
    };
    let result = cli::run(&matches);
    source::clean_up();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
