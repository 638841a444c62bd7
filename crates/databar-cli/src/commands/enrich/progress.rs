//! A job while it runs: a bar on a terminal, and a clean stop on Ctrl-C.

use std::io::{self, IsTerminal as _, Write as _};

use databar::Client;
use databar_jobs::{Ended, Error, Job};
use futures::TryStreamExt as _;

use crate::bar::bar;
use crate::failure::Failure;
use crate::output::credits;
use crate::stop::stopped;

/// Runs the job, with a bar on a terminal, until it ends or Ctrl-C stops it.
pub(super) async fn watched(job: &Job, client: &Client, in_flight: usize) -> Result<Ended, Failure> {
    let stop = async {
        stopped().await;
        // Where standard error is closed, nobody is there to be told.
        let _ = writeln!(
            io::stderr(),
            "\nstopping; what is being sent is recorded first. Ctrl-C again stops at once, and leaves that in doubt"
        );
    };
    let run = job.run(client).in_flight(in_flight).until(stop).into_future();
    if !io::stderr().is_terminal() {
        return Ok(run.await?);
    }
    let total = job.status().await?.distinct;
    let bar = bar(total, "{bar:20} {pos}/{len} {wide_msg}");
    let show = async {
        let mut progress = job.progress();
        while let Ok(Some(now)) = progress.try_next().await {
            bar.set_position(now.status.done + now.status.in_doubt);
            let left = now
                .time_left
                .map(|left| format!(", {:#} left", indicatif::HumanDuration(left)));
            let waits = match now.status.held.is_zero() {
                true => String::new(),
                false => format!(
                    ", waiting {:#} for the service",
                    indicatif::HumanDuration(now.status.held)
                ),
            };
            bar.set_message(format!(
                "{} found, {}{}{waits}",
                now.status.found,
                credits(now.status.credits),
                left.unwrap_or_default()
            ));
        }
        std::future::pending::<()>().await;
    };
    let ended = tokio::select! {
        ended = run => ended,
        () = show => Err(Error::Interrupted),
    };
    bar.finish_and_clear();
    Ok(ended?)
}
