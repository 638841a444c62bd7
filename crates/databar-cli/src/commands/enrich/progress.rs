//! Shows a running job as a bar on a terminal, and stops it cleanly on Ctrl-C.

use std::io::{self, IsTerminal as _, Write as _};

use databar::Client;
use databar_jobs::{Ended, Error, Job};
use futures::TryStreamExt as _;

use crate::bar::bar;
use crate::failure::Failure;
use crate::output::credits;
use crate::stop::stopped;

/// Runs the job, with a bar on a terminal, until the job ends or Ctrl-C stops it.
pub(super) async fn watched(job: &Job, client: &Client, in_flight: usize) -> Result<Ended, Failure> {
    let stop = async {
        stopped().await;
        // If standard error is closed, the message has no reader.
        let _ = writeln!(
            io::stderr(),
            "\nstopping when the requests under way are recorded; Ctrl-C again stops at once and leaves them in doubt"
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
