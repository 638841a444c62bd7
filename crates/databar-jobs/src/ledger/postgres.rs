//! A ledger in a PostgreSQL database, in the schema `databar_jobs`.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::migrations::{self, Migrations};
use crate::Error;

#[expect(
    clippy::duplicate_mod,
    reason = "the statements are compiled once for each database"
)]
#[path = "store.rs"]
mod store;

pub(super) use store::Store;

type Db = sqlx::Postgres;

const BEGIN: &str = "BEGIN";
/// The database's time, so that the clocks of the workers do not matter.
const NOW: &str = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
const SKIP_LOCKED: &str = "FOR UPDATE SKIP LOCKED";

const MIGRATIONS: Migrations = Migrations(&[(
    1,
    "ledger",
    include_str!("../../migrations/postgres/0001_ledger.sql"),
)]);

pub(super) async fn open(url: &str) -> Result<Store, Error> {
    let failed = |source| Error::Ledger {
        what: "be opened",
        source,
    };
    // The ledger has its own schema: its tables can have plain names, and its migrations are counted apart
    // from the user's.
    let options = PgConnectOptions::from_str(url)
        .map_err(failed)?
        .application_name("databar-jobs")
        // A begun submission must survive a crash of the server, whatever its settings: if the record of it
        // were lost, it would be paid for twice.
        .options([("search_path", "databar_jobs"), ("synchronous_commit", "on")]);
    let ledger = format!(
        "the database `{}` on {}",
        options.get_database().unwrap_or_default(),
        options.get_host()
    );
    let pool = PgPoolOptions::new()
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
        .map_err(failed)?;
    // Workers that start at the same time would all find the schema missing; only one of them may create it.
    sqlx::raw_sql(
        "BEGIN; SELECT pg_advisory_xact_lock(7090140011); CREATE SCHEMA IF NOT EXISTS databar_jobs; COMMIT",
    )
    .execute(&pool)
    .await
    .map_err(failed)?;
    migrations::run(&MIGRATIONS, &pool, &ledger).await?;
    Ok(Store(pool))
}
