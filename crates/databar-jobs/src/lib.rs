#![doc = include_str!("../README.md")]

mod error;
mod inputs;
mod job;
mod ledger;
mod observe;
mod outcome;
#[cfg(feature = "parquet")]
mod parquet;
mod patience;
mod plan;
mod results;
mod status;
mod step;
mod target;
mod watch;
mod worker;

pub use error::Error;
pub use inputs::{Csv, Inputs};
pub use job::{Chunk, Job};
pub use ledger::Ledger;
pub use ledger::model::JobState;
pub use outcome::{InputOutcome, Outcome};
pub use plan::Plan;
pub use status::Status;
pub use step::{Beginning, Begun, Fetched, Lease, Submission, Submitted};
pub use target::Target;
pub use watch::Progress;
pub use worker::{Ended, Ending, Run};
