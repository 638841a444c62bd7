//! Runs an enrichment for one company, and waits for what it finds.

use databar::{Client, EnrichmentId};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), databar::Error> {
    let databar = Client::from_env()?; // DATABAR_API_KEY, then ~/.databar/config

    let input = json!({ "domain": "stripe.com" });
    let task = databar.enrichment(EnrichmentId(123)).run(input).await?; // spends credits
    let found = task.wait::<Value>().await?;

    println!("{:?}, for {} credits", found.data, found.credits_spent);
    Ok(())
}
