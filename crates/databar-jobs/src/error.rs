//! The errors of jobs and ledgers, and what to do about them.

use std::path::PathBuf;

use databar::{TaskId, WriteReport, WrittenRow};

/// Why an operation on a job or its ledger failed.
///
/// How a run of the service ends is never an error: it is an [`Outcome`](crate::Outcome) of its inputs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database does not answer, or rejects a statement. What was written before is kept.
    #[error("the ledger cannot {what}: {source}{}", advice(.source))]
    Ledger {
        /// What the ledger was asked to do, as in "record a task".
        what: &'static str,
        /// The database's error.
        source: sqlx::Error,
    },
    /// This version of the crate cannot use the database as a ledger.
    #[error("{ledger} cannot be used as a ledger: {reason}")]
    Unusable {
        /// The ledger's address, without a password.
        ledger: String,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// Another process is working on the jobs of this file.
    #[error("{} is in use by another process; wait until that process ends, or stop it", .0.display())]
    InUse(PathBuf),
    /// The ledger has no job of this name.
    #[error("the ledger has no job `{0}`; `Ledger::jobs` lists its jobs")]
    NoSuchJob(String),
    /// The ledger already has a different job of this name.
    #[error("the ledger already has a job `{name}`, but {difference}; choose another name for the new job")]
    OtherJob {
        /// The name of the job.
        name: String,
        /// How the existing job differs.
        difference: String,
    },
    /// Planning the job was interrupted before all of its inputs were read.
    #[error("the inputs of the job `{0}` were not all read; plan it again with the same inputs")]
    NotPlanned(String),
    /// Another process is planning the job at this moment.
    #[error(
        "another process is planning the job `{0}`; wait for it, then plan the job again with the same inputs"
    )]
    BeingPlanned(String),
    /// An input cannot be read, or cannot be sent.
    #[error("{0}")]
    Input(String),
    /// A value of the plan is invalid.
    #[error("{0}")]
    Plan(String),
    /// The client cannot send this request, or the service does not answer it. Nothing was paid for.
    #[error(transparent)]
    Api(#[from] databar::Error),
    /// The chunk is not in the state that this step needs, or another worker holds its lease.
    #[error("chunk {chunk} {why}")]
    Chunk {
        /// The number of the chunk.
        chunk: u64,
        /// Which state the step needs, and which the chunk is in.
        why: String,
    },
    /// The service has started tasks, but the ledger could not record their ids.
    ///
    /// Their chunks are in doubt. [`Job::attach`](crate::Job::attach) records the tasks.
    #[error("{} started, but not recorded in the ledger: {source}", started(.tasks))]
    Unrecorded {
        /// The number of each chunk, with the task that was started for it.
        tasks: Vec<(u64, TaskId)>,
        /// Why recording them failed.
        source: Box<Error>,
    },
    /// The async runtime shut down during the work. Chunks whose submission had begun are in doubt.
    #[error("the async runtime shut down during the work; what was being submitted is in doubt")]
    Interrupted,
    /// Not all rows could be written to the table.
    #[error("not all results could be written to the table: {source}")]
    Table {
        /// What was written: one report for every 500 rows, and one for the rows written before the failure.
        written: Vec<WriteReport>,
        /// The rows that may or may not have been written.
        in_doubt: Vec<WrittenRow>,
        /// Why writing failed: a [`WriteError`](databar::WriteError).
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Writing the output failed.
    #[error("the results cannot be written: {0}")]
    Output(#[from] std::io::Error),
}

fn started(tasks: &[(u64, TaskId)]) -> String {
    let tasks: Vec<_> = tasks
        .iter()
        .map(|(chunk, task)| format!("task {task} of chunk {chunk}"))
        .collect();
    let verb = if tasks.len() == 1 { "was" } else { "were" };
    format!("{} {verb}", tasks.join(", "))
}

/// Advice for a file that cannot be written.
fn advice(error: &sqlx::Error) -> &'static str {
    let code = error.as_database_error().and_then(|error| error.code());
    // SQLite's codes: 13 is a full disk; 778, 1034 and 1802 are failures to write, fsync or fstat.
    match code.as_deref() {
        Some("13" | "778" | "1034" | "1802") => {
            "; make sure that its disk has free space, then run the job again: nothing is lost"
        }
        _ => "",
    }
}

impl Error {
    /// Of two errors of one run, the one to report. Tasks that were started are always mentioned.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unrecorded { mut tasks, source }, Self::Unrecorded { tasks: others, .. }) => {
                tasks.extend(others);
                Self::Unrecorded { tasks, source }
            }
            (_, other @ Self::Unrecorded { .. }) => other,
            (error, _) => error,
        }
    }

    /// Whether the database may be back soon: it cannot be reached, is starting up, or is busy.
    pub(crate) fn is_passing(&self) -> bool {
        let Self::Ledger { source, .. } = self else {
            return false;
        };
        match source {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::Protocol(_)
            | sqlx::Error::Tls(_) => true,
            sqlx::Error::Database(error) => {
                // PostgreSQL: class 08 is a lost connection; 57P0x means shutting down, crashed or starting
                // up; 53300 is too many connections; 40001 and 40P01 ask for another attempt. SQLite: 5 is
                // busy, 261 and 517 are its extended codes.
                let code = error.code().unwrap_or_default();
                code.starts_with("08")
                    || code.starts_with("57P0")
                    || matches!(&*code, "53300" | "40001" | "40P01" | "5" | "261" | "517")
            }
            _ => false,
        }
    }
}
