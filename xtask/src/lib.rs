//! Maintenance commands of this workspace: `cargo xtask --help`.
//!
//! Each command is a function that takes the folder of a workspace, so tests can run it on a copy.

pub mod bindings;
#[path = "../../build.rs"]
#[allow(
    dead_code,
    reason = "only the settings are used here; this way they are in one place"
)]
mod build_script;
mod canonical;
mod cargo;
pub mod check;
pub mod cli;
pub mod corpus;
pub mod diff;
pub mod document;
pub mod expand;
mod failure;
mod files;
mod finding;
mod folder;
mod lock;
mod overlay;
mod place;
mod progress;
pub mod refresh;
mod replace;
pub mod surface;

pub use failure::Failure;
pub use replace::Step;

/// The result of a command that could do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is as it should be.
    Done,
    /// Some documents could not be generated.
    SomeFailed,
    /// There are findings that must not be ignored.
    Findings,
    /// The crate was written without some operations.
    SomeSkipped,
    /// A file of the workspace is not up to date.
    Stale,
    /// The provider's document has changes that break users, or cannot be taken.
    Breaking,
}

impl Outcome {
    /// The exit code of the program.
    pub fn exit_code(self) -> u8 {
        match self {
            Outcome::Done => 0,
            Outcome::SomeFailed | Outcome::Findings => 1,
            Outcome::SomeSkipped => 3,
            Outcome::Stale => 4,
            Outcome::Breaking => 5,
        }
    }
}
