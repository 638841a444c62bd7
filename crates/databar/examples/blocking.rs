//! The first call and a table, in a program without a runtime. Needs the feature `blocking`.

use databar::{Block, BlockStream, Client, EnrichmentId};
use serde_json::{Value, json};

fn main() -> Result<(), databar::Error> {
    let databar = Client::from_env()?;
    let input = json!({ "domain": "stripe.com" });
    let task = databar.enrichment(EnrichmentId(123)).run(input).block()?; // spends credits
    let found = task.wait::<Value>().block()?.data.unwrap_or_default();

    let table = databar.create_table("Companies").columns(["Name"]).block()?;
    let companies = [json!({ "Name": found["company_name"] })];
    println!("{}", table.insert(companies).block()?);
    for row in table.rows().stream::<Value>().block_iter() {
        println!("{}", row?["Name"]);
    }
    Ok(())
}
