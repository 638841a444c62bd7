//! Runs an enrichment for several companies at once.

use databar::{Client, EnrichmentId, Outcome};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), databar::Error> {
    let databar = Client::from_env()?; // DATABAR_API_KEY, then ~/.databar/config
    println!("{} credits left", databar.user().await?.balance);

    let inputs = ["stripe.com", "github.com"].map(|domain| json!({ "domain": domain }));
    let task = databar.enrichment(EnrichmentId(123)).run_bulk(inputs).await?; // spends credits
    let results = task.wait::<Value>().await?;
    for outcome in &results.outcomes {
        // One for each input, in their order.
        match outcome {
            Outcome::Found(found) => println!("{found}"),
            Outcome::Nothing => println!("nothing found"),
            // `Failed`, or `NothingOrFailed` where the service does not say which.
            other => println!("{other:?}: {:?}", results.error),
        }
    }
    Ok(())
}
