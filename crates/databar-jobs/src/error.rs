//! What can go wrong with a job, and what to do then.

use std::path::PathBuf;

use databar::{TaskId, WriteReport, WrittenRow};

/// Why something of a job or its ledger did not work.
///
/// What a run of the service comes to is never an error: it is an [`Outcome`](crate::Outcome) of its inputs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database does not answer, or refuses. What was written before is kept.
    #[error("the ledger cannot {what}: {source}{}", advice(.source))]
    Ledger {
        /// What was to be done.
        what: &'static str,
        /// What the database says.
        source: sqlx::Error,
    },
    /// The ledger cannot be used by this version of the crate.
    #[error("{ledger} cannot be used as a ledger: {reason}")]
    Unusable {
        /// Its address, without a password.
        ledger: String,
        /// What it is instead, and what to do.
        reason: String,
    },
    /// Another process works on the jobs of this file.
    #[error("{} is in use by another process; wait for its end, or stop it", .0.display())]
    InUse(PathBuf),
    /// The ledger has no job of this name.
    #[error("there is no job `{0}` in the ledger")]
    NoSuchJob(String),
    /// The job that is there under this name is another one.
    #[error("the ledger has a job `{name}` already, and {difference}; give the new one another name")]
    OtherJob {
        /// Its name.
        name: String,
        /// In what it differs.
        difference: String,
    },
    /// The inputs of the job were not read to their end.
    #[error("the inputs of the job `{0}` were not all read; plan it again with the same inputs")]
    NotPlanned(String),
    /// Somebody else is planning the job at this moment.
    #[error(
        "the job `{0}` is being planned by another process; wait for it, and plan the job again with the same inputs"
    )]
    BeingPlanned(String),
    /// An input cannot be read, or cannot be sent.
    #[error("{0}")]
    Input(String),
    /// A plan has a value that cannot be used.
    #[error("{0}")]
    Plan(String),
    /// The client cannot send this request, or the service does not answer it. Nothing was paid for.
    #[error(transparent)]
    Api(#[from] databar::Error),
    /// The chunk is not in the state for this step, or somebody else works on it.
    #[error("chunk {chunk} {why}")]
    Chunk {
        /// Its number.
        chunk: u64,
        /// In what state it is.
        why: String,
    },
    /// The service has started tasks, and the ledger did not take their ids.
    ///
    /// Their chunks are in doubt. [`Job::attach`](crate::Job::attach) records the tasks.
    #[error("{} started, and the ledger did not record it: {source}", started(.tasks))]
    Unrecorded {
        /// The number of each chunk, and the task that was started for it.
        tasks: Vec<(u64, TaskId)>,
        /// Why they were not recorded.
        source: Box<Error>,
    },
    /// The runtime ended in the middle of the work. What was begun is in doubt.
    #[error("the runtime ended in the middle of the work")]
    Interrupted,
    /// The rows of a table cannot all be written.
    #[error("the results cannot all be written to the table: {source}")]
    Table {
        /// What was written: a report for each 500 rows, and one of those that were written before it failed.
        written: Vec<WriteReport>,
        /// The rows of which nobody knows whether they were written.
        in_doubt: Vec<WrittenRow>,
        /// Why it failed: a [`WriteError`](databar::WriteError).
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The output cannot be written.
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

/// What to do about a file that cannot be written.
fn advice(error: &sqlx::Error) -> &'static str {
    let code = error.as_database_error().and_then(|error| error.code());
    // 13: full; 778, 1034, 1802: a write, or what puts it on the disk, did not work.
    match code.as_deref() {
        Some("13" | "778" | "1034" | "1802") => {
            "; look for free space on its disk, and run the job again: nothing is lost"
        }
        _ => "",
    }
}

impl Error {
    /// Of two errors of one run, the one to report. No task that was started goes unmentioned.
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

    /// Whether the database may be back in a while: it cannot be reached, is starting, or is busy.
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
                // Class 08: connection; 57P0x: shutting down, crashed, starting up; 53300: too many connections;
                // 40001 and 40P01: to be tried again. SQLite: 5 is busy, with its extended codes.
                let code = error.code().unwrap_or_default();
                code.starts_with("08")
                    || code.starts_with("57P0")
                    || matches!(&*code, "53300" | "40001" | "40P01" | "5" | "261" | "517")
            }
            _ => false,
        }
    }
}
