//! The exit codes of the README, each from a command that fails with it.

use databar_sandbox::{Fault, FaultKind};

use crate::support::{World, program, said};

#[tokio::test]
async fn a_wrong_key_is_3() {
    let world = World::new().await;
    let mut command = world.command(&["whoami"]);
    command.env("DATABAR_API_KEY", "mistaken");
    let said_so = said(command).await.failure(3);
    assert!(
        said_so.contains("databar login") && !said_so.contains("mistaken"),
        "{said_so}"
    );
    let mut without = program(&["whoami"]);
    without.env("HOME", world.home.path());
    assert!(said(without).await.failure(3).contains("no API key"));
}

#[tokio::test]
async fn what_is_not_there_is_4() {
    let world = World::new().await;
    let said = world
        .run(&["table", "rename", "3f2a0000-0000-4000-8000-000000000000", "X"])
        .await
        .failure(4);
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[tokio::test]
async fn what_is_not_valid_is_5() {
    let world = World::new().await;
    let said = world
        .run(&["enrichment", "run", "123", "--params", "nothing=here"])
        .await
        .failure(5);
    assert!(said.contains("domain"), "{said}");
}

#[tokio::test]
async fn no_credits_are_6() {
    let world = World::with(crate::support::builder().credits(0.1)).await;
    let said = world
        .run(&["enrichment", "run", "123", "--params", "domain=stripe.com"])
        .await
        .failure(6);
    assert!(said.contains("databar whoami"), "{said}");
}

#[tokio::test]
async fn a_doubt_is_7_for_what_costs_and_none_for_what_only_reads() {
    let world = World::new().await;
    world
        .sandbox
        .fault(Fault::new(FaultKind::ResetAfter).on("run_enrichment").times(1));
    let said = world
        .run(&["enrichment", "run", "123", "--params", "domain=stripe.com"])
        .await
        .failure(7);
    assert!(said.contains("may have been done"), "{said}");
    assert_eq!(world.requests("run_enrichment"), 1, "it is sent only once");
    world
        .sandbox
        .fault(Fault::new(FaultKind::TruncatedBody).on("get_user"));
    world.run(&["whoami"]).await.failure(1);
}

#[tokio::test]
async fn another_failure_is_1() {
    let world = World::new().await;
    world
        .sandbox
        .fault(Fault::new(FaultKind::status(500)).on("list_tables"));
    world.run(&["table", "list"]).await.failure(1);
}

#[tokio::test]
async fn a_reader_that_goes_away_is_no_failure() {
    let world = World::new().await;
    let table = world.table(&["Email"]).await;
    let lines: String = (0..2000)
        .map(|index| format!("lead{index}@example.com\n"))
        .collect();
    world.write("leads.csv", &format!("Email\n{lines}"));
    world.run(&["table", "import", "leads.csv", &table]).await.well();
    let mut shell = tokio::process::Command::new("bash");
    let program = env!("CARGO_BIN_EXE_databar");
    let rows = format!("'{program}' table rows {table}");
    let script = format!(
        "set -o pipefail; {rows} -o jsonl | head -n 1; {rows} -o csv | head -n 1; '{program}' table export {table} | head -n 1"
    );
    shell
        .args(["-c", &script])
        .env("DATABAR_BASE_URL", world.sandbox.base_url())
        .env("DATABAR_API_KEY", world.sandbox.api_key());
    let said = said(shell).await;
    assert_eq!(
        (said.code, said.err.as_str(), said.out.lines().count()),
        (Some(0), "", 3)
    );
}

#[tokio::test]
async fn requests_are_shown_without_the_key() {
    let world = World::new().await;
    let said = world.run(&["-v", "whoami"]).await;
    assert!(said.err.contains("get_user"), "{}", said.err);
    assert!(!said.err.contains(world.sandbox.api_key()), "{}", said.err);
    assert!(world.run(&["whoami"]).await.err.is_empty());
}
