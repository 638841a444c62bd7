//! A ledger in a SQLite file.

use std::path::Path;
use std::time::Duration;

use sqlx::TransactionManager as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous, SqliteTransactionManager,
};

use super::migrations::{self, Migrations};
use crate::Error;

#[path = "store.rs"]
mod store;

pub(super) use store::Store;

type Db = sqlx::Sqlite;

/// A transaction takes the write lock at once: SQLite may refuse to upgrade a transaction that has only read.
const BEGIN: &str = "BEGIN IMMEDIATE";
const NOW: &str = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
/// SQLite has only one writer at a time, so no rows need to be skipped.
const SKIP_LOCKED: &str = "";

/// The `application_id` of a ledger file: `dbar` in ASCII.
const APPLICATION: i64 = 0x6462_6172;

const MIGRATIONS: Migrations = Migrations(&[(
    1,
    "ledger",
    include_str!("../../migrations/sqlite/0001_ledger.sql"),
)]);

pub(super) async fn open(path: &Path) -> Result<Store, Error> {
    let failed = |source| Error::Ledger {
        what: "be opened",
        source,
    };
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        // Others can read while somebody writes.
        .journal_mode(SqliteJournalMode::Wal)
        // A begun submission must be on the disk before it is sent: if the record of it were lost, it would
        // be paid for twice.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(30));
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        // SQLite rolls a transaction back by itself when the disk is full. The connection does not notice,
        // and could not begin another one, so it is discarded.
        .before_acquire(|connection, _| {
            let depth = SqliteTransactionManager::get_transaction_depth(connection);
            Box::pin(std::future::ready(Ok(depth == 0)))
        })
        .connect_with(options)
        .await
        .map_err(failed)?;
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&pool)
        .await
        .map_err(failed)?;
    if application != APPLICATION {
        let tables: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_schema")
            .fetch_one(&pool)
            .await
            .map_err(failed)?;
        if tables > 0 {
            return Err(Error::Unusable {
                ledger: path.display().to_string(),
                reason: "it is the database of another program; use a separate file for the ledger"
                    .to_owned(),
            });
        }
        sqlx::query(&format!("PRAGMA application_id = {APPLICATION}"))
            .execute(&pool)
            .await
            .map_err(failed)?;
    }
    migrations::run(&MIGRATIONS, &pool, &path.display().to_string()).await?;
    Ok(Store(pool))
}
