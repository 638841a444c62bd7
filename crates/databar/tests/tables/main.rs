//! Tests tables, rows and runs over a real socket against the sandbox.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

mod create;
mod enrich;
mod insert;
mod rows;
mod runs;
mod write;

#[path = "../support/mod.rs"]
mod support;

use databar::Table;
use serde_json::{Value, json};

use support::World;

/// A table with the columns `Company` and `Domain`.
async fn companies(world: &World) -> Table {
    let created = world
        .client
        .create_table("Companies")
        .columns(["Company", "Domain"])
        .await
        .unwrap();
    created.handle
}

/// Rows that all differ.
fn rows(count: usize) -> Vec<Value> {
    (0..count)
        .map(|n| json!({ "Company": format!("Company {n}"), "Domain": format!("company{n}.com") }))
        .collect()
}
