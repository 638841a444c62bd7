//! The sandbox as its users meet it, over a real socket.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails like the test")]

mod catalog;
mod client;
mod connectors;
mod control;
mod exports;
mod faults;
mod flows;
mod installed;
mod library;
mod page;
mod profile;
mod program;
mod rate;
mod refusals;
mod rows;
mod runs;
mod state;
mod sturdy;
mod tables;
mod tour;
mod violations;
