//! Enriches the rows of a table.

use databar::{Client, EnrichmentId, column};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), databar::Error> {
    let databar = Client::from_env()?;
    let table = databar.create_table("Companies").columns(["Domain"]).await?;
    let domains = ["stripe.com", "github.com", "figma.com"];
    table
        .insert(domains.map(|domain| json!({ "Domain": domain })))
        .await?;

    let added = table
        .add_enrichment(EnrichmentId(123))
        .map_column("domain", "Domain")
        .await?;
    let run = table.run(added.id).only_empty().await?; // spends credits; the catalogue's id does not compile
    let end = run.wait().await?;
    println!("{} rows are filled, {} are open", end.filled, end.open);

    let mut rows = table
        .rows()
        .filter(column("Domain").contains("stripe"))
        .stream::<Value>();
    while let Some(row) = rows.try_next().await? {
        println!("{row}");
    }
    Ok(())
}
