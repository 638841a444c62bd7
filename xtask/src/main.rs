//! Maintenance commands of this workspace: `cargo xtask --help`.

use std::process::ExitCode;

use clap::Parser;
use xtask::cli::Arguments;

/// Code generation makes many small allocations. This allocator saves a third of its time (see
/// ARCHITECTURE.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    Arguments::parse().run()
}
