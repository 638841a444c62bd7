//! The examples run, and print what they promise.

#![allow(clippy::unwrap_used, clippy::panic, reason = "that is how tests fail")]

#[path = "jobs/postgres.rs"]
mod postgres;

use std::path::PathBuf;
use std::process::Command;

/// Runs an example, which cargo has built beside this test.
fn run(example: &str, database: Option<&str>) -> String {
    let folder: PathBuf = std::env::current_exe()
        .unwrap()
        .ancestors()
        .nth(2)
        .unwrap()
        .join("examples");
    let mut command = Command::new(folder.join(example));
    command.env_remove("DATABASE_URL");
    if let Some(database) = database {
        command.env("DATABASE_URL", database);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

#[test]
fn a_table_of_500_leads_is_enriched() {
    let text = run("enrich_sqlite", None);
    assert!(
        text.ends_with("Done\n440 of 500 leads have a company now\n"),
        "{text}"
    );
}

#[test]
fn three_hundred_people_go_through_a_waterfall() {
    let text = run("waterfall_csv", None);
    assert!(text.contains("of 300 found"), "{text}");
    assert!(
        text.contains(
            "first_name,last_name,company,outcome,email\nAda,Ito,acme.com,found,ada.ito@acme.com\n"
        ),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn three_processes_share_one_job() {
    assert!(run("three_workers", None).starts_with("set DATABASE_URL to "));
    let Some(database) = postgres::database("three_processes_share_one_job").await else {
        return;
    };
    let text = tokio::task::spawn_blocking(move || run("three_workers", Some(&database)))
        .await
        .unwrap();
    assert_eq!(text.matches("Done").count(), 3, "{text}");
    assert!(text.contains("1500 of 1500 inputs done"), "{text}");
}
