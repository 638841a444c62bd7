//! Jobs against the sandbox, with a ledger in a SQLite file and in a real PostgreSQL database.

#![allow(clippy::unwrap_used, clippy::panic, reason = "that is how tests fail")]

/// Makes two tests of each function, one for each kind of ledger.
macro_rules! on_both_ledgers {
    ($($test:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::support::World::sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                if let Some(world) = crate::support::World::postgres(stringify!($test)).await {
                    super::$test(world).await;
                }
            })*
        }
    };
}

mod faults;
mod inputs;
mod money;
mod outage;
mod plan;
mod postgres;
mod results;
mod run;
mod steps;
mod support;
