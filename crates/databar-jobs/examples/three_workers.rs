//! Runs one job in three processes with one PostgreSQL database. It runs against a sandbox, so it costs
//! nothing.
//!
//! The database is the one in `DATABASE_URL`, and each run plans a new job. Without the variable, the example
//! says what it needs.

use std::env;
use std::error::Error;
use std::process::{Child, Command};
use std::time::{SystemTime, UNIX_EPOCH};

use databar::{Client, EnrichmentId};
use databar_jobs::{Inputs, Ledger, Plan, Target};
use databar_sandbox::Sandbox;
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Ok(database) = env::var("DATABASE_URL") else {
        println!("set DATABASE_URL to a PostgreSQL database, such as postgres://postgres@localhost/postgres");
        return Ok(());
    };
    let ledger = Ledger::open(database).await?;
    if let Ok(name) = env::var("WORK_ON") {
        return work(&ledger, &name).await;
    }

    let sandbox = Sandbox::start().await?;
    let databar = Client::builder()
        .key(sandbox.api_key())
        .base_url(sandbox.base_url())
        .build()?;
    let name = format!(
        "leads of {}",
        SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs()
    );
    let leads = (0..1_500).map(|index| json!({ "domain": format!("company{index}.com") }));
    let plan = Plan::new(&name, Target::enrichment(EnrichmentId(123))).chunk_size(100);
    let job = ledger
        .plan(&databar, plan.max_credits(800.0), Inputs::new(leads))
        .await?;

    let worker = || -> Result<Child, Box<dyn Error>> {
        let worker = Command::new(env::current_exe()?)
            .env("WORK_ON", &name)
            .env("DATABAR_BASE_URL", sandbox.base_url())
            .env("DATABAR_API_KEY", sandbox.api_key())
            .spawn()?;
        Ok(worker)
    };
    for mut worker in [worker()?, worker()?, worker()?] {
        // The wait must not block the thread that the sandbox answers on.
        tokio::task::spawn_blocking(move || worker.wait()).await??;
    }
    let status = job.status().await?;
    println!(
        "{} of {} inputs done, {} found, {} credits",
        status.done, status.inputs, status.found, status.credits
    );
    Ok(())
}

/// The work of each of the three processes.
async fn work(ledger: &Ledger, name: &str) -> Result<(), Box<dyn Error>> {
    let databar = Client::from_env()?;
    let before = databar.requests_sent();
    let ended = ledger.open_job(name).await?.run(&databar).in_flight(2).await?;
    println!(
        "worker {}: {:?}, {} requests",
        std::process::id(),
        ended.ending,
        databar.requests_sent() - before
    );
    Ok(())
}
