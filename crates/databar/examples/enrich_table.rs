//! Enriches a table of companies: from a CSV file to a table, an enrichment on it, and its results.
//!
//! ```sh
//! cargo run -p databar --example enrich_table                         # against a sandbox in this process
//! cargo run -p databar --example enrich_table -- --live               # against the service: asks, then spends credits
//! cargo run -p databar --example enrich_table -- [--live] other.csv   # with another file: columns Company and Domain
//! ```

use std::{
    error::Error,
    io::{Write, stdin, stdout},
    process::ExitCode,
    time::Duration,
};

use databar::Client;
use databar_sandbox::Sandbox;
use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Company {
    company: String,
    domain: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    match enrich().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn enrich() -> Result<(), Box<dyn Error>> {
    let (flags, files): (Vec<_>, Vec<_>) = std::env::args()
        .skip(1)
        .partition(|argument| argument.starts_with('-'));
    let live = match flags.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--live"] => true,
        _ => return Err(format!("unknown flags {flags:?}; the only flag is --live").into()),
    };

    // 1. The input. A bad file ends here, before any request.
    let file = match &files[..] {
        [] => concat!(env!("CARGO_MANIFEST_DIR"), "/examples/companies.csv"),
        [file] => file.as_str(),
        _ => return Err(format!("expected one file, got {files:?}").into()),
    };
    let companies = csv::Reader::from_path(file)
        .and_then(|mut reader| reader.deserialize().collect::<Result<Vec<Company>, _>>())
        .map_err(|error| format!("{file}: {error}"))?;
    if companies.is_empty() {
        return Err(format!("{file} contains no companies").into());
    }

    // 2. The client. The sandbox needs no key and no network; it stops when `sandbox` is dropped.
    let mut sandbox = None;
    if !live {
        sandbox = Some(
            Sandbox::builder()
                .task_time(Duration::from_secs(2))
                .start()
                .await?,
        );
    }
    let databar = match &sandbox {
        None => Client::from_env()?,
        Some(sandbox) => Client::builder()
            .key(sandbox.api_key())
            .base_url(sandbox.base_url())
            .build()?,
    };

    // 3. The enrichment: one that knows a company by its domain, needs nothing else, and has one price for
    //    all.
    let mut chosen = None;
    let mut catalogue = databar.enrichments().q("company data").stream();
    while let Some(summary) = catalogue.try_next().await? {
        let enrichment = databar.enrichment(summary.id).get().await?;
        let params = enrichment.params.iter().flatten();
        let required: Vec<&str> = params
            .filter(|parameter| parameter.is_required)
            .map(|parameter| parameter.name.as_str())
            .collect();
        let has_one_price = enrichment
            .pricing
            .as_ref()
            .is_none_or(|pricing| pricing.type_ == "fixed");
        if required == ["domain"] && has_one_price {
            chosen = Some(enrichment);
            break;
        }
    }
    let chosen = chosen.ok_or("the catalogue has no enrichment that needs just a domain")?;
    println!(
        "{}: {} (catalogue id {})",
        chosen.name, chosen.description, chosen.id
    );

    // 4. What it will cost. Only the real service spends real credits, so only then is there a question.
    let balance = databar.user().await?.balance;
    let most = chosen.price * companies.len() as f64;
    println!(
        "{} companies at {} credits: at most {most} of {balance} credits\n",
        companies.len(),
        chosen.price
    );
    if live {
        print!("Continue? [y/N] ");
        stdout().flush()?;
        let mut answer = String::new();
        stdin().read_line(&mut answer)?;
        if answer.trim() != "y" {
            return Err("cancelled; nothing was created or spent".into());
        }
    }

    // 5. The table, its rows, and the enrichment on it, with its parameter `domain` read from the column
    //    `Domain`.
    let table = databar
        .create_table("Companies")
        .columns(["Company", "Domain"])
        .await?;
    table.insert(&companies).await?;
    let added = table
        .add_enrichment(chosen.id)
        .map_column("domain", "Domain")
        .await?;

    // 6. The run. Companies that the provider does not know stay open, so it is over when every row is
    //    filled, or when nothing has come for a while.
    let run = table.run(added.id).only_empty().await?;
    let bar = ProgressBar::new(companies.len() as u64).with_style(ProgressStyle::with_template(
        "{bar:40} {pos}/{len} rows filled, {elapsed}",
    )?);
    let mut watch = run.watch();
    let shown = bar.clone();
    let show = async move {
        while let Ok(Some(progress)) = watch.try_next().await {
            shown.set_position(progress.filled);
        }
        std::future::pending::<()>().await;
    };
    let patience = Duration::from_secs(if live { 60 } else { 3 });
    let end = tokio::select! {
        end = run.wait().patience(patience) => end?,
        () = show => return Err("the progress has ended before the run".into()),
    };
    bar.set_position(end.filled);
    bar.abandon();

    // 7. The enriched table.
    let columns = table.columns().await?;
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let mut printed = comfy_table::Table::new();
    printed
        .load_preset(comfy_table::presets::UTF8_FULL_CONDENSED)
        .set_content_arrangement(comfy_table::ContentArrangement::Dynamic)
        .set_header(&names);
    let mut rows = table.rows().stream::<Map<String, Value>>();
    while let Some(row) = rows.try_next().await? {
        printed.add_row(names.iter().map(|name| match row.get(*name) {
            None | Some(Value::Null) => String::from("-"),
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        }));
    }
    println!("\n{printed}");

    let spent = balance - databar.user().await?.balance;
    println!(
        "\n{spent} credits spent, {} requests made",
        databar.requests_sent()
    );
    Ok(())
}
