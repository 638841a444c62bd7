//! Waits for tasks.

use clap::Args;
use databar::{Client, TaskId, TaskStatus};
use indicatif::ProgressBar;
use serde_json::Value;

use super::Run;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Format, credits};

/// Wait for a task, and show its results
///
/// The service keeps results for 24 hours.
#[derive(Debug, Args)]
pub(super) struct Wait {
    /// The id of the task
    #[arg(value_name = "TASK")]
    id: TaskId,
}

impl Run for Wait {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        wait_for(&context.client()?, &self.id, context).await
    }
}

/// Waits for a task, and prints its results.
pub(crate) async fn wait_for(client: &Client, id: &TaskId, context: &Context) -> Result<(), Failure> {
    let task = client.task(id.clone());
    let mut watch = task.watch();
    let bar = ProgressBar::new_spinner();
    while let Some(progress) = watch.try_next().await? {
        let counts = progress.counts.unwrap_or_default();
        let total = counts
            .total
            .map(|total| format!(" of {total}"))
            .unwrap_or_default();
        let done = counts
            .completed
            .map(|done| format!(", {done}{total} done"))
            .unwrap_or_default();
        bar.set_message(format!(
            "{:?}{done}, {}",
            progress.status,
            credits(progress.credits_spent)
        ));
        bar.tick();
    }
    bar.finish_and_clear();
    let answer = task.get().send_as::<Value>().await?.into_inner();
    let status = TaskStatus::from(answer["status"].as_str().unwrap_or_default());
    if status == TaskStatus::Cancelled {
        return Err(Failure::Other(format!(
            "task {id} was cancelled; `databar task show {id}` shows what it found before that"
        )));
    }
    if status == TaskStatus::Failed {
        let words = answer["error"].as_str().unwrap_or("the service gave no reason");
        return Err(Failure::Other(format!("task {id} failed: {words}")));
    }
    match (context.output.format(), answer.get("data")) {
        (Format::Json, _) | (_, None) => context.output.value(&answer),
        (_, Some(data)) => context.output.value(data),
    }
}
