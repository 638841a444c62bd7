//! The command line as a user meets it: the program itself, against the sandbox.

#![allow(clippy::unwrap_used, clippy::panic, reason = "that is how tests fail")]

mod account;
mod codes;
mod enrich;
mod golden;
mod operations;
mod support;
mod table;
