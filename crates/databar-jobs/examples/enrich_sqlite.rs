//! Enriches a table of 500 leads in a SQLite file, in place. It runs against a sandbox, so it costs nothing.

use std::error::Error;

use databar::{Client, EnrichmentId};
use databar_jobs::{Inputs, Ledger, Plan, Target};
use databar_sandbox::Sandbox;
use futures::{StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let databar = Client::builder()
        .key(sandbox.api_key())
        .base_url(sandbox.base_url())
        .build()?;

    let folder = tempfile::tempdir()?;
    let leads = leads(&folder.path().join("leads.db")).await?;

    // The inputs come from the query; the ledger is a separate file.
    let rows = sqlx::query_scalar::<_, String>("SELECT domain FROM leads ORDER BY id").fetch(&leads);
    let inputs = Inputs::stream(rows.map(|row| row.map(|domain| json!({ "domain": domain }))));
    let ledger = Ledger::open_file(folder.path().join("leads.ledger")).await?;
    let plan = Plan::new("leads", Target::enrichment(EnrichmentId(123)))
        .chunk_size(100)
        .max_credits(300.0);
    let job = ledger.plan(&databar, plan, inputs).await?;

    let show = job.progress().try_for_each(async |progress| {
        let status = &progress.status;
        println!(
            "{}/{} done, {} found, {} credits",
            status.done, status.distinct, status.found, status.credits
        );
        Ok(())
    });
    let (ended, shown) = tokio::join!(job.run(&databar).into_future(), show);
    shown?;
    println!("{:?}", ended?.ending);

    let mut outcomes = job.outcomes::<Value>();
    while let Some(one) = outcomes.try_next().await? {
        sqlx::query("UPDATE leads SET company = ?, outcome = ? WHERE domain = ?")
            .bind(
                one.outcome
                    .found()
                    .and_then(|company| company["company_name"].as_str()),
            )
            .bind(one.outcome.name())
            .bind(one.input["domain"].as_str())
            .execute(&leads)
            .await?;
    }
    let enriched: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM leads WHERE company IS NOT NULL")
        .fetch_one(&leads)
        .await?;
    println!("{enriched} of 500 leads have a company now");
    Ok(())
}

async fn leads(path: &std::path::Path) -> Result<SqlitePool, sqlx::Error> {
    let pool =
        SqlitePool::connect_with(SqliteConnectOptions::new().filename(path).create_if_missing(true)).await?;
    sqlx::query("CREATE TABLE leads (id INTEGER PRIMARY KEY, domain TEXT, company TEXT, outcome TEXT)")
        .execute(&pool)
        .await?;
    for index in 0..500 {
        let domain = format!("company{index}.com");
        sqlx::query("INSERT INTO leads (domain) VALUES (?)")
            .bind(domain)
            .execute(&pool)
            .await?;
    }
    Ok(pool)
}
