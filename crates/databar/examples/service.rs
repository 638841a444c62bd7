//! Enriches the domains that come on standard input, one in each line, until the input ends or Ctrl-C is
//! pressed. Runs that were begun are waited for: their credits are spent.

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
        // Was it run? Then it is not run again without a look.
        Err(error) if error.may_have_run() => {
            return format!("{domain}: look before you run it again: {error}");
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
    std::process::exit(0) // a read of standard input may still hold a thread
}
