//! The facade's core over a real socket: sign-in, errors, money, secrets, tasks, the catalogue, and the way to everything else.

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
