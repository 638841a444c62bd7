//! Waiting for runs on a table, and for exports of it.

use std::time::Duration;

use databar::{EnrichmentId, ErrorKind, ExportFormat, TableRun};
use databar_sandbox::{Fault, FaultKind};
use serde_json::json;

use crate::{companies, rows, support::World};

const COMPANY_DATA: EnrichmentId = EnrichmentId(123);

/// Runs an enrichment on a table with `count` rows, of which the last `unknown` get no result. The pauses of
/// the client advance the sandbox's time.
async fn run(world: &World, count: usize, unknown: usize) -> TableRun {
    let sandbox = world.sandbox.clone();
    world.clock.on_wait(move |pause| sandbox.advance(pause));
    let table = companies(world).await;
    let known = ["stripe.com", "github.com", "figma.com"];
    let mut rows = rows(count);
    for (index, row) in rows.iter_mut().enumerate() {
        let is_known = index < count - unknown;
        row["Domain"] = json!(if is_known { known[index % 3] } else { "nobody.test" });
    }
    table.insert(rows).await.unwrap();
    let add = table.add_enrichment(COMPANY_DATA).map_column("domain", "Domain");
    let added = add.await.unwrap();
    table.run(added.id).only_empty().await.unwrap()
}

#[tokio::test]
async fn a_run_is_over_when_no_row_is_open() {
    let world = World::start().await;
    let run = run(&world, 3, 0).await;
    let end = run.wait().await.unwrap();
    assert_eq!((end.filled, end.open), (3, 0));
    // The wait counts the rows and does not read them.
    for request in world.sandbox.requests() {
        if request.operation_id.as_deref() == Some("list_rows") {
            assert!(
                request.query.contains(&("per_page".into(), "1".into())),
                "{request:?}"
            );
        }
    }
    assert_eq!(
        world.arrived("list_columns"),
        2,
        "one for the mapping, one for the wait"
    );
}

#[tokio::test]
async fn rows_that_stay_open_end_it_after_a_while() {
    let world = World::start().await;
    let run = run(&world, 4, 1).await;
    let end = run.wait().patience(Duration::from_secs(30)).await.unwrap();
    assert_eq!((end.filled, end.open), (3, 1));
    let waited: Duration = world.clock.waits().iter().sum();
    assert!(waited >= Duration::from_secs(30), "{waited:?}");

    let error = run
        .wait()
        .patience(Duration::from_secs(3600))
        .deadline(Duration::from_secs(120))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimedOut);
    assert!(
        error.to_string().contains("3 of 4 rows had a result after 120s"),
        "{error}"
    );
}

#[tokio::test]
async fn progress_is_a_stream_that_ends_when_no_row_is_open() {
    let world = World::start().await;
    let run = run(&world, 3, 0).await;
    let mut watch = run.watch();
    let mut open = Vec::new();
    while let Some(progress) = watch.try_next().await.unwrap() {
        open.push(progress.open);
    }
    assert_eq!(open.last(), Some(&0));
    assert!(open.is_sorted_by(|a, b| a > b), "{open:?}");
}

#[tokio::test]
async fn what_fills_no_column_cannot_be_waited_for() {
    let world = World::start().await;
    let table = companies(&world).await;
    let exporter = world.client.exporters().all().await.unwrap()[0].id;
    let mut add = table.add_exporter(exporter);
    for parameter in &world.client.exporter(exporter).get().await.unwrap().params {
        add = add.map_column(&parameter.name, "Domain");
    }
    let added = add.await.unwrap();
    table.insert(rows(1)).await.unwrap();
    let error = table.run(added.id).await.unwrap().wait().await.unwrap_err();
    assert!(
        error.is_validation() && error.to_string().contains("no column"),
        "{error}"
    );
}

#[tokio::test]
async fn an_export_is_waited_for_and_downloaded_without_the_key() {
    let world = World::start().await;
    let sandbox = world.sandbox.clone();
    world.clock.on_wait(move |pause| sandbox.advance(pause));
    let table = companies(&world).await;
    table.insert(rows(2)).await.unwrap();
    let file = table.export().await.unwrap();
    world.sandbox.take_requests();
    let mut csv = Vec::new();
    let written = file.download(&mut csv).await.unwrap();
    assert_eq!(written, csv.len() as u64);
    assert_eq!(String::from_utf8(csv).unwrap().lines().count(), 3);
    for request in world.sandbox.requests() {
        assert!(!request.headers.contains_key("x-apikey"), "{request:?}");
    }
    let mut xlsx = Vec::new();
    let file = table.export().format(ExportFormat::Xlsx).await.unwrap();
    file.download(&mut xlsx).await.unwrap();
    assert!(xlsx.starts_with(b"PK"));
}

#[tokio::test]
async fn an_export_that_fails_or_takes_too_long_says_so() {
    for (answer, kind, words) in [
        (
            json!({ "status": "failed", "message": "too many rows" }),
            ErrorKind::TaskFailed,
            "too many rows",
        ),
        (
            json!({ "status": "waiting" }),
            ErrorKind::WaitTimedOut,
            "latest_export",
        ),
        (
            json!({ "status": "completed", "file_id": -1 }),
            ErrorKind::Inconsistent,
            "another export",
        ),
    ] {
        let world = World::start().await;
        let table = companies(&world).await;
        world.fault(Fault::new(FaultKind::json(200, &answer)).on("get_table_export"));
        let error = table
            .export()
            .deadline(Duration::from_secs(90))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}
