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
    time::{Duration, Instant},
};

use databar::{Client, column};
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
        _ => return Err(format!("unknown flags {flags:?}: there is only --live").into()),
    };

    // 1. The input. A bad file ends here, before any request.
    let file = match &files[..] {
        [] => concat!(env!("CARGO_MANIFEST_DIR"), "/examples/companies.csv"),
        [file] => file.as_str(),
        _ => return Err(format!("one file at a time, not {files:?}").into()),
    };
    let companies = csv::Reader::from_path(file)
        .and_then(|mut reader| reader.deserialize().collect::<Result<Vec<Company>, _>>())
        .map_err(|error| format!("{file}: {error}"))?;
    if companies.is_empty() {
        return Err(format!("{file}: there are no companies in it").into());
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

    // 3. The enrichment: one that knows a company by its domain, needs nothing else, and has one price for all.
    let mut chosen = None;
    for summary in databar.enrichments().query("company data").all().await? {
        let enrichment = databar.enrichment(summary.id).get().await?;
        let params = enrichment.params.clone().unwrap_or_default();
        let required: Vec<&str> = params
            .iter()
            .filter(|p| p.is_required)
            .map(|p| p.name.as_str())
            .collect();
        if required == ["domain"]
            && enrichment
                .pricing
                .as_ref()
                .is_none_or(|pricing| pricing.type_ == "fixed")
        {
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
        print!("Go on? [y/N] ");
        stdout().flush()?;
        let mut answer = String::new();
        stdin().read_line(&mut answer)?;
        if answer.trim() != "y" {
            return Err("nothing was created, nothing was spent".into());
        }
    }

    // 5. The table, its rows, and the enrichment on it, with its parameter `domain` read from the column `Domain`.
    let created = databar
        .create_table("Companies")
        .columns(["Company", "Domain"])
        .await?;
    let table = databar.table(created.identifier);
    table.insert(&companies).await?;
    let added = table
        .add_enrichment(chosen.id)
        .map_column("domain", "Domain")
        .await?;

    // 6. The run. There is no task to wait for: the rows fill one by one. Companies that the provider does not know stay
    //    empty, so it is over when every row is filled, or when nothing has come for a while.
    table.run(added.id).only_empty().await?;
    let columns = table.columns().await?;
    let results: Vec<&str> = columns
        .iter()
        .filter(|c| c.data_processor_id.is_some())
        .map(|c| c.name.as_str())
        .collect();
    let result = results.first().ok_or("the enrichment has no result columns")?;
    let patience = Duration::from_secs(if live { 60 } else { 3 });
    let bar = ProgressBar::new(companies.len() as u64).with_style(ProgressStyle::with_template(
        "{bar:40} {pos}/{len} rows filled, {elapsed}",
    )?);
    let mut last_change = Instant::now();
    while bar.position() < companies.len() as u64 && last_change.elapsed() < patience {
        tokio::time::sleep(Duration::from_millis(if live { 2000 } else { 100 })).await;
        let filled = table
            .rows()
            .filter(column(*result).is_not_empty())
            .count()
            .await?;
        if filled > bar.position() {
            bar.set_position(filled);
            last_change = Instant::now();
        }
    }
    bar.abandon();

    // 7. The enriched table.
    let shown: Vec<&str> = ["Company", "Domain"].into_iter().chain(results).collect();
    let rows: Vec<Map<String, Value>> = table.rows().all().await?;
    let cell = |row: &Map<String, Value>, name: &str| match row.get(name) {
        None | Some(Value::Null) => String::from("-"),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    let mut lines = vec![shown.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()];
    lines.extend(
        rows.iter()
            .map(|row| shown.iter().map(|name| cell(row, name)).collect()),
    );
    let width = |index: usize| {
        lines
            .iter()
            .map(|line| line[index].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..shown.len()).map(width).collect();
    println!();
    for line in &lines {
        let cells: Vec<String> = line
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        println!("{}", cells.join("  ").trim_end());
    }

    let spent = balance - databar.user().await?.balance;
    println!(
        "\n{spent} credits spent, {} requests made",
        databar.requests_sent()
    );
    Ok(())
}
