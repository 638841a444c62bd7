//! Finds the email addresses of 300 people, from one CSV file to another. It runs against a sandbox, so it
//! costs nothing.

use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File};

use databar::{Client, WaterfallId};
use databar_jobs::{Csv, Ledger, Plan, Target};
use databar_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let databar = Client::builder()
        .key(sandbox.api_key())
        .base_url(sandbox.base_url())
        .build()?;

    let folder = tempfile::tempdir()?;
    let (people, found) = (folder.path().join("people.csv"), folder.path().join("found.csv"));
    fs::write(&people, three_hundred_people()?)?;

    let ledger = Ledger::open_file(folder.path().join("people.ledger")).await?;
    let plan = Plan::new("people", Target::waterfall(WaterfallId::new("email_getter")?)).chunk_size(50);
    let csv = Csv::open(&people)?
        .column("first_name", "First name")?
        .column("last_name", "Last name")?
        .column("company", "Company")?;
    let job = ledger.plan(&databar, plan, csv).await?;
    println!("up to {} credits", job.status().await?.estimate);

    // Ctrl-C stops the job cleanly; the next run continues it.
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    let ended = job.run(&databar).until(stop).await?;
    println!(
        "{:?}: {} of {} found, {} credits",
        ended.ending, ended.status.found, ended.status.inputs, ended.status.credits
    );

    job.write_csv(File::create(&found)?).await?;
    for line in fs::read_to_string(&found)?.lines().take(4) {
        println!("{line}");
    }
    Ok(())
}

fn three_hundred_people() -> Result<String, std::fmt::Error> {
    let mut csv = "First name,Last name,Company\n".to_owned();
    let names = [
        "Ada", "Bo", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana", "Ira", "Jo",
    ];
    let families = ["Ito", "Kahn", "Lund", "Moss", "Ng", "Ortiz"];
    let companies = [
        "acme.com",
        "example.com",
        "github.com",
        "nobody.test",
        "stripe.com",
    ];
    for name in names {
        for family in families {
            for company in companies {
                writeln!(csv, "{name},{family},{company}")?;
            }
        }
    }
    Ok(csv)
}
