//! The maintenance commands, each on a copy of the workspace.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "clippy's exception for tests does not reach their helpers"
)]

mod check;
mod cli;
mod compile;
mod document;
mod faults;
mod refresh;
mod site;
mod small;
mod support;
mod upstream_catches_up;
