//! The sandbox as its users meet it: over a real socket.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails like the test")]

mod catalog;
mod client;
mod control;
mod faults;
mod installed;
mod page;
mod program;
mod rows;
mod runs;
mod state;
mod sturdy;
mod tables;
mod tour;
mod violations;
