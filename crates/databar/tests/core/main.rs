//! Tests the core of the facade over a real socket: setup, errors, money, secrets, tasks, the catalogue, and
//! calls through `Client::api`.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

#[path = "../support/mod.rs"]
mod support;

mod api;
mod catalogue;
mod errors;
mod limits;
mod middleware;
mod money;
mod secrets;
mod setup;
mod waiting;
