//! Enriches domains from standard input, one per line, until the input ends or Ctrl-C is pressed. It then
//! waits for the runs that have started, because their credits are spent.

use databar::{Client, EnrichmentId};
use serde_json::{Value, json};
use std::{error::Error, pin::pin};
use tokio::{
    io::{AsyncBufReadExt, BufReader, stdin},
    signal,
    task::JoinSet,
};

async fn enrich(databar: Client, domain: String) -> String {
    let company = databar.enrichment(EnrichmentId(123));
    let task = match company.run(json!({ "domain": domain })).await {
        Ok(task) => task,
        // It may have run and cost credits, so do not run it again without checking.
        Err(error) if error.may_have_run() => {
            return format!("{domain}: compare the balance before you run it again: {error}");
        }
        Err(error) => return format!("{domain}: {error}"),
    };
    match task.wait::<Value>().await {
        Ok(found) => format!("{domain}: {}", found.data.unwrap_or_default()),
        Err(error) => format!("{domain}: {error}"), // names the task, for later
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let databar = Client::from_env()?;
    println!("{} credits left", databar.user().await?.balance); // fails early with a bad key
    let mut lines = BufReader::new(stdin()).lines();
    let mut running = JoinSet::new();
    let mut stop = pin!(signal::ctrl_c()); // once: no signal is missed between two turns of the loop
    loop {
        tokio::select! {
            line = lines.next_line(), if running.len() < 20 => match line? {
                Some(domain) => _ = running.spawn(enrich(databar.clone(), domain)),
                None => break,
            },
            Some(done) = running.join_next() => println!("{}", done?),
            stopped = &mut stop => {
                stopped?;
                println!("stopping; runs under way: {}", running.len());
                break;
            }
        }
    }
    while let Some(done) = running.join_next().await {
        println!("{}", done?);
    }
    println!("all done, {} requests", databar.requests_sent());
    std::process::exit(0) // a pending read would keep the runtime from ending
}
