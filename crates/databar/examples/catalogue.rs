//! Searches the catalogue of enrichments, and prints what each costs and needs. The first argument is the
//! text to search for.

use comfy_table::{Table, presets::UTF8_HORIZONTAL_ONLY};
use databar::Client;

#[tokio::main]
async fn main() -> Result<(), databar::Error> {
    let databar = Client::from_env()?;
    let words = std::env::args().nth(1).unwrap_or_default();

    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    table.set_header(["id", "name", "provider", "credits", "needs"]);
    let mut found = databar.enrichments().q(words).stream(); // all pages, one at a time
    while let Some(summary) = found.try_next().await? {
        let parameters = databar.enrichment(summary.id).get().await?.params;
        let needed: Vec<String> = parameters
            .unwrap_or_default()
            .into_iter()
            .filter(|parameter| parameter.is_required)
            .map(|parameter| parameter.name)
            .collect();
        table.add_row([
            summary.id.to_string(),
            summary.name,
            summary.data_source,
            summary.price.to_string(),
            needed.join(", "),
        ]);
    }
    println!("{table}");
    Ok(())
}
