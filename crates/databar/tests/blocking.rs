//! `.block()` outside a runtime, and its error inside one.
#![cfg(feature = "blocking")]
#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::thread;

use databar::{Block, BlockStream, Client, EnrichmentId, ErrorKind, RowOutcome, TableId, uuid::Uuid};
use databar_sandbox::Sandbox;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

mod support;

use support::plain_client;

/// Starts a sandbox on its own runtime, and a client.
fn start() -> (Runtime, Sandbox, Client) {
    let runtime = Runtime::new().unwrap();
    let sandbox = runtime.block_on(Sandbox::start()).unwrap();
    let client = plain_client(&sandbox);
    (runtime, sandbox, client)
}

fn leads(count: usize) -> impl Iterator<Item = Value> {
    (0..count).map(|n| json!({ "Email": format!("lead{n}@example.com") }))
}

#[test]
fn calls_builders_waits_and_streams_block() {
    let (_runtime, sandbox, databar) = start();
    let table = databar.create_table("Leads").columns(["Email"]).block().unwrap();
    assert_eq!(table.insert(leads(120)).block().unwrap().created(), 120);
    assert_eq!(table.rows().count().block().unwrap(), 120);

    let rows: Result<Vec<Value>, _> = table.rows().page_size(50).stream().block_iter().collect();
    assert_eq!(rows.unwrap().len(), 120);

    let task = databar
        .enrichment(EnrichmentId(123))
        .run(json!({ "domain": "stripe.com" }))
        .block()
        .unwrap();
    let looks: Result<Vec<_>, _> = task.watch().block_iter().collect();
    assert!(!looks.unwrap().last().unwrap().status.is_pending());
    assert!(task.wait::<Value>().block().unwrap().data.is_some());
    assert!(sandbox.violations().is_empty(), "{:?}", sandbox.violations());
}

#[test]
fn threads_block_side_by_side() {
    let (_runtime, _sandbox, databar) = start();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| databar.user().block().unwrap().balance))
            .collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), 1000.0);
        }
    });
}

#[test]
fn a_stream_ends_with_its_error() {
    let (_runtime, _sandbox, databar) = start();
    let table = databar.create_table("Leads").columns(["Email"]).block().unwrap();
    table.insert(leads(3)).block().unwrap();
    let rows: Vec<_> = table.rows().stream::<u8>().block_iter().collect();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].as_ref().unwrap_err().kind(), ErrorKind::Decode);
}

/// Runs with both kinds of runtime.
#[test]
fn inside_of_a_runtime_it_is_an_error_and_nothing_is_sent() {
    let (runtime, _sandbox, databar) = start();
    let refused = |databar: &Client| {
        let error = databar.user().block().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(!error.may_have_run());
        assert!(error.to_string().contains(".await"), "{error}");
        let table = databar.table(TableId(Uuid::nil()));
        let mut rows = table.rows().stream::<Value>().block_iter();
        assert_eq!(rows.next().unwrap().unwrap_err().kind(), ErrorKind::Configuration);
        assert!(rows.next().is_none());
    };
    runtime.block_on(async { refused(&databar) });
    let single = tokio::runtime::Builder::new_current_thread().build().unwrap();
    single.block_on(async { refused(&databar) });
    assert_eq!(databar.requests_sent(), 0);
}

#[test]
fn rows_that_cannot_be_sent_from_inside_of_a_runtime_are_kept() {
    let (runtime, _sandbox, databar) = start();
    let table = databar.create_table("Leads").columns(["Email"]).block().unwrap();
    let error = runtime.block_on(async { table.insert(leads(70)).block().unwrap_err() });
    assert_eq!(error.error().kind(), ErrorKind::Configuration);
    assert_eq!((error.written().created(), error.remaining()), (0, 70));
    let report = error.resume().unwrap().block().unwrap();
    assert!(report.rows.iter().all(|row| row.outcome == RowOutcome::Created));
    assert_eq!(table.rows().count().block().unwrap(), 70);
}
