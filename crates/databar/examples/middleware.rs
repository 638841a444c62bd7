//! Gives each call an id, measures each attempt, and prints each answer, with middleware that never sees the
//! key.

use databar::{Attempt, AttemptOutcome, Client, Middleware};
use std::{collections::BTreeMap, error::Error, sync::Arc, sync::Mutex, time::Duration};

/// Sends an id with each call, the same for all of its attempts, to find the call in the logs on both sides.
#[derive(Debug)]
struct RequestIds(uuid::Uuid);

impl Middleware for RequestIds {
    fn before(&self, attempt: &mut Attempt) {
        let id = format!("{}-{}", self.0, attempt.call());
        if let Ok(value) = id.parse() {
            attempt.headers_mut().insert("x-request-id", value);
        }
    }
}

/// Attempts, failures and time of each operation.
#[derive(Debug, Default)]
struct Metrics(Mutex<BTreeMap<&'static str, (u32, u32, Duration)>>);

impl Middleware for Metrics {
    fn after(&self, attempt: &Attempt, outcome: &AttemptOutcome<'_>) {
        let Ok(mut all) = self.0.lock() else { return };
        let (attempts, failures, time) = all.entry(attempt.operation().id).or_default();
        *attempts += 1;
        *failures += u32::from(outcome.error().is_some());
        *time += outcome.elapsed();
    }
}

/// Prints the method and path of each attempt, and the body of a successful answer.
#[derive(Debug)]
struct Recording;

impl Middleware for Recording {
    fn after(&self, attempt: &Attempt, outcome: &AttemptOutcome<'_>) {
        let (operation, body) = (attempt.operation(), outcome.body().unwrap_or_default());
        let body = String::from_utf8_lossy(&body);
        println!("{} {}: {body}", operation.method, attempt.url().path());
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let metrics = Arc::new(Metrics::default());
    let ids = RequestIds(uuid::Uuid::new_v4());
    let builder = Client::builder().middleware(ids).middleware(metrics.clone());
    let databar = builder.middleware(Recording).build()?;
    databar.user().await?;
    databar.tables().await?;
    println!("{metrics:?}");
    Ok(())
}
