//! Maintenance commands of this workspace, as functions; `cargo xtask` is the command line over them.
//!
//! Each works on a workspace folder that it is given, so that tests run on a copy.

pub mod bindings;
#[path = "../../build.rs"]
#[allow(
    dead_code,
    reason = "only the settings are used here, so that there is one place for them"
)]
mod build_script;
mod canonical;
mod cargo;
pub mod check;
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

/// How a command that could do its work ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All is as it should be.
    Done,
    /// Some documents could not be generated.
    SomeFailed,
    /// There are findings that must not pass.
    Findings,
    /// What could be generated is, without some operations.
    SomeSkipped,
    /// A file of the workspace is not what it should be.
    Stale,
    /// The provider's document differs from the vendored one, and breaks users.
    Breaking,
}

impl Outcome {
    /// What the program exits with.
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
