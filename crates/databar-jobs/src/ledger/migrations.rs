//! The versions of the ledger's tables.

use futures::future::BoxFuture;
use sqlx::error::BoxDynError;
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationSource, MigrationType, Migrator};
use sqlx::{Acquire, Pool};

use crate::Error;

/// Migrations compiled into the program: their versions, names, and statements.
#[derive(Debug, Clone, Copy)]
pub(super) struct Migrations(pub(super) &'static [(i64, &'static str, &'static str)]);

impl<'s> MigrationSource<'s> for Migrations {
    fn resolve(self) -> BoxFuture<'s, Result<Vec<Migration>, BoxDynError>> {
        let migration = |(version, name, text): &(i64, &'static str, &'static str)| {
            Migration::new(
                *version,
                (*name).into(),
                MigrationType::Simple,
                (*text).into(),
                false,
            )
        };
        Box::pin(async move { Ok(self.0.iter().map(migration).collect()) })
    }
}

/// Brings the tables to this crate's version. Refuses tables of a newer version.
pub(super) async fn run<D>(migrations: &Migrations, pool: &Pool<D>, ledger: &str) -> Result<(), Error>
where
    D: sqlx::Database,
    for<'p> &'p Pool<D>: Acquire<'p>,
    for<'p> <<&'p Pool<D> as Acquire<'p>>::Connection as std::ops::Deref>::Target: Migrate,
{
    let unusable = |reason| Error::Unusable {
        ledger: ledger.to_owned(),
        reason,
    };
    let migrator = match Migrator::new(*migrations).await {
        Ok(migrator) => migrator,
        Err(error) => return Err(unusable(error.to_string())),
    };
    migrator.run(pool).await.map_err(|error| match error {
        MigrateError::VersionMissing(version) => unusable(format!(
            "it was created by a newer version of databar-jobs (schema version {version}); use that version or a later one"
        )),
        MigrateError::VersionMismatch(version) => unusable(format!(
            "its tables do not match schema version {version} of databar-jobs; restore the ledger from a backup, or use another one"
        )),
        MigrateError::Execute(source) => Error::Ledger {
            what: "be set up",
            source,
        },
        error => unusable(error.to_string()),
    })
}
