//! Where jobs are recorded: a SQLite file for one machine, or a PostgreSQL database for several.

mod migrations;
pub(crate) mod model;
mod postgres;
mod sqlite;

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use fs4::{FileExt, TryLockError};

use crate::Error;
use crate::patience::patiently;
use model::{Attempt, ChunkRow, JobRow, JobState, Leased, NewChunk, NewInput, OutcomeRow, Tally, TaskEnd};

/// A database in which jobs are recorded: a SQLite file, or a PostgreSQL database that several machines
/// share.
///
/// A ledger has any number of jobs, each with its own name. Cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    store: Store,
    /// The path of a SQLite file.
    file: Option<Arc<PathBuf>>,
    /// For how long statements are retried while the database is unavailable.
    patience: Duration,
}

/// The default of [`Ledger::patience`].
const PATIENCE: Duration = Duration::from_secs(5 * 60);

#[derive(Debug, Clone)]
enum Store {
    Sqlite(sqlite::Store),
    Postgres(postgres::Store),
}

impl Ledger {
    /// Opens a ledger, and creates it if it does not exist.
    ///
    /// An address `postgres://user:password@host/database` is a PostgreSQL database, in which the ledger has
    /// its own schema, `databar_jobs`. Anything else is the path of a SQLite file, with or without a leading
    /// `sqlite:`.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database cannot be reached or written; [`Error::Unusable`] when the file is
    /// not a ledger, or was created by a newer version of this crate.
    pub async fn open(address: impl AsRef<str>) -> Result<Self, Error> {
        let address = address.as_ref();
        if address.starts_with("postgres:") || address.starts_with("postgresql:") {
            return Ok(Self {
                store: Store::Postgres(postgres::open(address).await?),
                file: None,
                patience: PATIENCE,
            });
        }
        let path = address.strip_prefix("sqlite:").unwrap_or(address);
        Self::open_file(path.strip_prefix("//").unwrap_or(path)).await
    }

    /// Opens the ledger in this SQLite file, and creates it if it does not exist.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    pub async fn open_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Ok(Self {
            store: Store::Sqlite(sqlite::open(path).await?),
            file: Some(Arc::new(path.to_owned())),
            patience: PATIENCE,
        })
    }

    /// Sets for how long a database that cannot be reached, or is locked, is retried before that is an error.
    /// Default: 5 minutes.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The names of the ledger's jobs, oldest first.
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn jobs(&self) -> Result<Vec<String>, Error> {
        self.job_names().await
    }

    /// Closes all connections of this ledger and its clones, and waits until they are closed. SQLite then
    /// removes the extra files that it keeps beside an open database.
    pub async fn close(&self) {
        match &self.store {
            Store::Sqlite(store) => store.0.close().await,
            Store::Postgres(store) => store.0.close().await,
        }
    }

    /// Deletes a job of which nothing was sent. Returns false, and changes nothing, when there is no job of
    /// this name or when something was sent.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let folder = tempfile::tempdir()?;
    /// # let ledger = databar_jobs::Ledger::open_file(folder.path().join("ledger")).await?;
    /// # use databar::EnrichmentId;
    /// # use databar_jobs::{Inputs, Plan, Target};
    /// # use serde_json::json;
    /// let plan = || Plan::new("leads", Target::enrichment(EnrichmentId(123)));
    /// let leads = |domain| Inputs::new([json!({ "domain": domain })]);
    /// ledger.plan(&databar, plan(), leads("strype.com")).await?;
    /// assert!(ledger.discard_unsent("leads").await?);
    /// let job = ledger.plan(&databar, plan(), leads("stripe.com")).await?;
    /// job.run(&databar).await?;
    /// assert!(!ledger.discard_unsent("leads").await?, "it has results");
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Ledger`] when the database does not answer.
    pub async fn discard_unsent(&self, name: &str) -> Result<bool, Error> {
        self.discard(name).await
    }

    /// Whether workers on several machines may use the ledger at the same time.
    pub(crate) fn is_shared(&self) -> bool {
        self.file.is_none()
    }

    /// Claims a SQLite ledger for this process until the guard is dropped. The leases of other processes are
    /// ended, since those processes are gone. A PostgreSQL ledger is not claimed; its leases expire by
    /// themselves.
    pub(crate) async fn claim(&self) -> Result<Claim, Error> {
        let Some(path) = &self.file else {
            return Ok(Claim { _lock: None });
        };
        let failed = |error| Error::Ledger {
            what: "be locked",
            source: sqlx::Error::Io(error),
        };
        let mut name = path.as_os_str().to_owned();
        name.push(".lock");
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&name)
            .map_err(failed)?;
        match FileExt::try_lock(&lock) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::InUse(path.to_path_buf())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        self.release_all().await?;
        Ok(Claim { _lock: Some(lock) })
    }
}

/// While this guard exists, no other process works on the file.
#[derive(Debug)]
pub(crate) struct Claim {
    _lock: Option<File>,
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.store {
            Store::Sqlite(_) => "sqlite",
            Store::Postgres(_) => "postgres",
        };
        f.debug_struct("Ledger")
            .field("kind", &kind)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

/// Forwards statements to the database in use, and retries them while it is unavailable. Each statement is
/// written so that it can be repeated when the answer to an earlier attempt was lost.
macro_rules! statements {
    ($($name:ident($($argument:ident: $type:ty),*) -> $result:ty, $what:literal;)*) => {
        impl Ledger {
            $(pub(crate) async fn $name(&self, $($argument: $type),*) -> Result<$result, Error> {
                patiently(self.patience, || async {
                    let result = match &self.store {
                        Store::Sqlite(store) => store.$name($($argument),*).await,
                        Store::Postgres(store) => store.$name($($argument),*).await,
                    };
                    result.map_err(|source| Error::Ledger { what: $what, source })
                })
                .await
            })*
        }
    };
}

statements! {
    job_names() -> Vec<String>, "be read";
    discard(name: &str) -> bool, "delete a job";
    job_row(name: &str) -> Option<JobRow>, "be read";
    make_job(name: &str, target: &str, max_credits: Option<f64>) -> (), "record the job";
    set_max_credits(job: i64, max_credits: Option<f64>) -> (), "record the limit";
    set_state(job: i64, state: JobState, reason: Option<&str>) -> (), "record the state of the job";
    halt(job: i64, state: JobState, reason: &str) -> (), "record the state of the job";
    hold(job: i64, millis: i64) -> (), "record how long to wait";
    known(job: i64, digests: &[&[u8]]) -> Vec<(Vec<u8>, i64, i64)>, "be read";
    next_chunk_number(job: i64) -> i64, "be read";
    add(job: i64, chunk: Option<&NewChunk>, inputs: &[NewInput], before: i64, distinct: bool) -> bool, "record the inputs";
    planned(job: i64) -> (), "record the inputs";
    digests(job: i64, from: i64, count: i64) -> Vec<Vec<u8>>, "be read";
    lease(job: i64, state: &str, number: Option<i64>, token: &str, millis: i64) -> Option<Leased>, "lease a chunk";
    renew(job: i64, number: i64, token: &str, millis: i64) -> bool, "renew a lease";
    release(job: i64, number: i64, token: &str) -> (), "release a chunk";
    release_all() -> (), "release chunks";
    params(job: i64, first: i64, last: i64) -> Vec<(i64, String)>, "be read";
    start(job: i64, chunk: &Leased, token: &str, millis: i64) -> Attempt, "record the start of a submission";
    submitted(job: i64, number: i64, token: &str, task: &str, millis: i64) -> bool, "record a task";
    not_run(job: i64, chunk: &Leased, token: &str, refused: bool, note: &str) -> i64, "record a refusal";
    doubt(job: i64, number: i64, token: &str, note: &str) -> (), "record that a chunk is in doubt";
    doubt_abandoned(job: i64, note: &str) -> (), "record that chunks are in doubt";
    end(job: i64, chunk: &Leased, task: &str, end: &TaskEnd) -> bool, "record results";
    plan_again(job: i64, number: i64) -> bool, "plan a chunk again";
    attach(job: i64, number: i64, task: &str) -> bool, "attach a task";
    chunk(job: i64, number: i64) -> Option<ChunkRow>, "be read";
    chunks(job: i64, state: &str, after: i64, count: i64) -> Vec<ChunkRow>, "be read";
    tally(job: i64) -> Vec<Tally>, "be read";
    outcomes(job: i64, from: i64, count: i64) -> Vec<OutcomeRow>, "be read";
}
