//! Runs a flow for several inputs, if it costs no more than the balance.

use databar::{Client, Outcome};
use serde_json::{Value, json};
use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let databar = Client::from_env()?;
    let flows = databar.flows().await?;
    let info = flows.first().ok_or("there is no flow; create one in the app")?;
    println!("{}", info.name);

    // One member for each input of the flow.
    let inputs = ["stripe.com", "github.com", "nobody.test"].map(|domain| json!({ "domain": domain }));
    let run = databar.flow(info.id.clone()).run_bulk(inputs);
    let (cost, balance) = (run.estimate().await?, databar.user().await?.balance);
    if cost > balance {
        return Err(format!("the run costs up to {cost} credits, and {balance} are left").into());
    }

    let results = run.await?.wait::<Value>().await?; // spends credits
    for (index, outcome) in results.outcomes.iter().enumerate() {
        match outcome {
            Outcome::Found(found) => println!("{index}: {found}"),
            Outcome::Nothing => println!("{index}: nothing found"),
            other => println!("{index}: {other:?}"),
        }
    }
    println!("{} of at most {cost} credits spent", results.credits_spent);
    Ok(())
}
