//! Writes rows of a custom type to a table, enriches them, and reads them back.

use databar::{Client, EnrichmentId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Lead {
    name: String,
    email: String,
}

#[tokio::main]
async fn main() -> Result<(), databar::Error> {
    let databar = Client::from_env()?;
    let table = databar.create_table("Leads").columns(["Name", "Email"]).await?;
    let leads = [("Ada", "ada@example.com"), ("Bob", "bob@example.com")].map(|(name, email)| Lead {
        name: name.into(),
        email: email.into(),
    });

    let report = table.insert(leads).dedupe_by(["Email"]).await?; // any number of rows, in batches
    println!("{report}");
    let renamed = Lead {
        name: "Ada L.".into(),
        email: "ada@example.com".into(),
    };
    println!("{}", table.upsert("Email", [renamed]).await?);

    let added = table
        .add_enrichment(EnrichmentId(210))
        .map_column("email", "Email")
        .await?;
    table.run(added.id).only_empty().await?.wait().await?; // spends credits

    for lead in table.rows().all::<Lead>().await? {
        println!("{lead:?}");
    }
    Ok(())
}
