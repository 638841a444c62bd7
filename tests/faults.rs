//! Every operation against everything that can go wrong on the way: how often its request is sent, and whether the error says
//! that the work may have been done. What is right follows from the operation's marker alone.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use databar_api::operations::{ALL, Operation};
use databar_api::{
    ApiKey, Client, Clock, Error, ErrorKind, RetryPolicy, Sleep, Transport, prelude::*, types,
};
use databar_sandbox::{Fault, FaultKind, Sandbox};
use futures::future::join_all;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use uuid::Uuid;

/// A clock that does not wait.
#[derive(Debug)]
struct Hurry;

impl Clock for Hurry {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> Sleep {
        Box::pin(tokio::task::yield_now())
    }
}

type Outcome<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>;

/// A call of an operation with the least that it needs.
type Call = for<'a> fn(&'a Client) -> Outcome<'a>;

macro_rules! calls {
    ($($operation:ident($($argument:ident = $value:expr),*) $($body:ident $members:tt)?;)*) => {
        [$((stringify!($operation), (|client| {
            let call = client.$operation()$(.$argument($value))*;
            $(let call = call.body(serde_json::from_value::<types::$body>(json!($members)).unwrap());)?
            Box::pin(async move { call.send().await.map(drop) })
        }) as Call)),*]
    };
}

const CALLS: [(&str, Call); 78] = calls! {
    add_table_enrichment(table_uuid = Uuid::nil()) AddEnrichmentRequest {"enrichment": 1, "mapping": {}};
    add_table_exporter(table_uuid = Uuid::nil()) AddExporterRequest {"exporter": 1, "mapping": {}};
    add_table_waterfall(table_uuid = Uuid::nil()) AddWaterfallRequest {"waterfall": "x", "mapping": {}};
    add_workbook_table(workbook_id = "x");
    bulk_run_enrichment(enrichment_id = 1_i64) BulkRunEnrichmentTaskRequest {"params": []};
    bulk_run_flow(flow_id = "x") BulkRunFlowRequest {"inputs": []};
    bulk_run_waterfall(waterfall_identifier = "x") BulkRunWaterfallRequest {"params": []};
    cancel_task(task_id = "x");
    clear_table(table_uuid = Uuid::nil());
    create_column(table_uuid = Uuid::nil()) CreateColumnRequest {"name": "x"};
    create_connector() ConnectorCreate {"name": "x", "method": "x", "url": "x"};
    create_flow() CreateFlowRequest {"name": "x", "config": {}};
    create_folder() CreateFolderRequest {"name": "x"};
    create_table();
    dedupe_rows(table_uuid = Uuid::nil());
    delete_column(table_uuid = Uuid::nil(), column_id = Uuid::nil());
    delete_connector(connector_id = 1_i64);
    delete_flow(flow_id = "x");
    delete_folder(folder_id = 1_i64);
    delete_rows(table_uuid = Uuid::nil()) DeleteRowsRequest {"row_ids": ["x"]};
    delete_table(table_uuid = Uuid::nil());
    delete_trash_forever() TrashSelection {"workbooks": [], "tables": []};
    delete_workbook(workbook_id = "x");
    duplicate_table() DuplicateTableRequest {"table": "00000000-0000-0000-0000-000000000000"};
    duplicate_workbook(workbook_id = "x");
    estimate_flow_cost() EstimateFlowCostRequest {"config": {}};
    get_connector(connector_id = 1_i64);
    get_enrichment(enrichment_id = 1_i64);
    get_exporter(exporter_id = 1_i64);
    get_flow(flow_id = "x");
    get_flow_version(flow_id = "x", number = 1_i64);
    get_table_export(table_uuid = Uuid::nil());
    get_task(task_id = "x");
    get_user();
    get_waterfall(waterfall_identifier = "x");
    get_workbook(workbook_id = "x");
    insert_rows(table_uuid = Uuid::nil()) BatchInsertRequest {"rows": [{"fields": {}}]};
    list_columns(table_uuid = Uuid::nil());
    list_connectors();
    list_enrichment_param_choices(enrichment_id = 1_i64, param_slug = "x");
    list_enrichments();
    list_exporters();
    list_flow_versions(flow_id = "x");
    list_flows();
    list_folders();
    list_rows(table_uuid = Uuid::nil());
    list_table_enrichments(table_uuid = Uuid::nil());
    list_table_exporters(table_uuid = Uuid::nil());
    list_table_waterfalls(table_uuid = Uuid::nil());
    list_tables();
    list_trash();
    list_waterfalls();
    list_workbooks();
    merge_workbooks() MergeWorkbooksRequest {"target": "x", "sources": []};
    move_table(table_uuid = Uuid::nil()) MoveTableRequest {};
    move_table_to_folder() MoveTableToFolderRequest {"table_uuid": "00000000-0000-0000-0000-000000000000"};
    rename_column(table_uuid = Uuid::nil(), column_id = Uuid::nil()) RenameColumnRequest {"name": "x"};
    rename_folder(folder_id = 1_i64) RenameFolderRequest {"name": "x"};
    rename_table(table_uuid = Uuid::nil()) RenameTableRequest {"name": "x"};
    rename_workbook(workbook_id = "x") RenameWorkbookRequest {"name": "x"};
    reorder_column(table_uuid = Uuid::nil(), column_id = Uuid::nil()) ReorderColumnRequest {"index": 0};
    reorder_workbook_tables(workbook_id = "x") ReorderWorkbookTablesRequest {"table_ids": []};
    replace_connector(connector_id = 1_i64) ConnectorCreate {"name": "x", "method": "x", "url": "x"};
    replace_flow(flow_id = "x") ReplaceFlowRequest {"name": "x", "config": {}, "internal_version": "x"};
    restore_flow_version(flow_id = "x", number = 1_i64) RestoreFlowVersionRequest {};
    restore_trash() TrashSelection {"workbooks": [], "tables": []};
    run_enrichment(enrichment_id = 1_i64) RunEnrichmentTaskRequest {"params": {}};
    run_flow(flow_id = "x") RunFlowRequest {};
    run_table_enrichment(table_uuid = Uuid::nil(), enrichment_id = "x");
    run_table_exporter(table_uuid = Uuid::nil(), exporter_id = "x");
    run_waterfall(waterfall_identifier = "x") RunWaterfallRequest {"params": {}};
    start_table_export(table_uuid = Uuid::nil()) ExportTableRequest {};
    update_flow(flow_id = "x") UpdateFlowRequest {};
    update_flow_config(flow_id = "x") UpdateFlowConfigRequest {"ops": []};
    update_rows(table_uuid = Uuid::nil()) BatchUpdateRequest {"rows": [{"id": "x", "fields": {}}]};
    update_table_enrichment(table_uuid = Uuid::nil(), enrichment_id = "x") UpdateTableEnrichmentRequest {};
    upsert_rows(table_uuid = Uuid::nil()) UpsertRequest {"rows": [{"key": {}, "fields": {}}]};
    validate_flow_config() ValidateFlowConfigRequest {"config": {}};
};

/// What goes wrong, and of which kind the error is.
fn faults() -> Vec<(FaultKind, ErrorKind)> {
    vec![
        (FaultKind::ResetBefore, ErrorKind::Connection),
        (FaultKind::ResetAfter, ErrorKind::Connection),
        (FaultKind::Delay(Duration::from_secs(600)), ErrorKind::Timeout),
        (FaultKind::status(408), ErrorKind::Timeout),
        (FaultKind::rate_limited("1"), ErrorKind::RateLimited),
        (FaultKind::status(500), ErrorKind::Server),
        (FaultKind::status(502), ErrorKind::Server),
        (FaultKind::status(503), ErrorKind::Server),
        (FaultKind::status(504), ErrorKind::Server),
        (
            FaultKind::json(200, &json!("x".repeat(LIMIT))),
            ErrorKind::TooLarge,
        ),
    ]
}

/// Of an answer, in bytes.
const LIMIT: usize = 5000;
const ATTEMPTS: usize = 2;

/// Within this all requests are answered, even where many are sent at once on a slow machine.
const LONG: Duration = Duration::from_secs(60);

async fn start(timeout: Duration) -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().allow_invalid_requests().start().await.unwrap();
    let client = transport(sandbox.api_key(), timeout).client(sandbox.base_url());
    (sandbox, client)
}

fn transport(key: &str, timeout: Duration) -> Transport {
    Transport::builder(ApiKey::new(key).unwrap())
        .clock(Arc::new(Hurry))
        .retry(RetryPolicy::default().with_max_attempts(ATTEMPTS))
        .timeout(timeout)
        .response_limit(LIMIT)
        .build()
        .unwrap()
}

/// The error of each operation.
async fn errors(client: &Client) -> Vec<(&'static Operation, Error)> {
    join_all(CALLS.map(async |(name, call)| {
        let operation = databar_api::operations::find(name).unwrap();
        (operation, call(client).await.unwrap_err())
    }))
    .await
}

#[test]
fn every_operation_is_called_here() {
    let called: BTreeSet<&str> = CALLS.iter().map(|(name, _)| *name).collect();
    assert_eq!(called, ALL.iter().map(|operation| operation.id).collect());
}

#[tokio::test]
async fn what_is_not_idempotent_is_sent_once_and_in_doubt() {
    for (fault, kind) in faults() {
        let timeout = match fault {
            FaultKind::Delay(_) => Duration::from_secs(2),
            _ => LONG,
        };
        let (sandbox, client) = start(timeout).await;
        sandbox.fault(Fault::new(fault.clone()));
        let errors = errors(&client).await;
        let requests = sandbox.requests();
        for (operation, error) in errors {
            let arrived = requests
                .iter()
                .filter(|request| request.operation_id.as_deref() == Some(operation.id))
                .count();
            let (attempts, in_doubt) = match kind {
                ErrorKind::RateLimited => (ATTEMPTS, false),
                ErrorKind::TooLarge => (1, !operation.idempotent),
                _ if operation.idempotent => (ATTEMPTS, false),
                _ => (1, true),
            };
            let id = operation.id;
            assert_eq!(error.kind(), kind, "{id}, {fault:?}: {error:#?}");
            assert_eq!(arrived, attempts, "{id}, {fault:?}: {error:#?}");
            assert_eq!(error.may_have_run(), in_doubt, "{id}, {fault:?}: {error:#?}");
            assert_eq!(error.operation(), Some(id));
        }
    }
}

/// A service that processes everything, and whose answers break off.
async fn breaking_off() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
            let _ = stream.write_all(answer).await;
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn a_success_that_breaks_off_is_in_doubt_too() {
    let transport = transport("test-key", LONG);
    let client = transport.client(&breaking_off().await);
    for (name, call) in CALLS {
        let operation = databar_api::operations::find(name).unwrap();
        let before = transport.requests_sent();
        let error = call(&client).await.unwrap_err();
        let attempts = if operation.idempotent { 2 } else { 1 };
        assert_eq!(error.kind(), ErrorKind::Connection, "{name}: {error:#?}");
        assert_eq!(transport.requests_sent() - before, attempts, "{name}: {error:#?}");
        assert_eq!(error.may_have_run(), !operation.idempotent, "{name}: {error:#?}");
    }
}

#[tokio::test]
async fn what_was_never_connected_did_not_run() {
    let (sandbox, client) = start(LONG).await;
    sandbox.refuse_connections().await;
    for (operation, error) in errors(&client).await {
        assert_eq!(error.kind(), ErrorKind::Connect, "{}: {error:#?}", operation.id);
        assert!(!error.may_have_run(), "{}: {error:#?}", operation.id);
    }
    assert_eq!(sandbox.requests().len(), 0);
}

/// A repeated deletion is answered with 404 both when the first attempt worked and when there was nothing to delete.
#[tokio::test]
async fn a_deletion_that_was_repeated_and_finds_nothing_may_have_worked() {
    let (sandbox, client) = start(LONG).await;
    let table = client.create_table().send().await.unwrap().identifier;
    sandbox.fault(Fault::new(FaultKind::ResetAfter).on("delete_table").times(1));
    let error = client.delete_table().table_uuid(table).send().await.unwrap_err();
    assert!(error.is_not_found() && error.may_have_run(), "{error:#?}");
    assert!(error.to_string().contains("may have deleted it"), "{error}");
    // Nothing was lost here, so nothing is in doubt.
    let error = client.delete_table().table_uuid(table).send().await.unwrap_err();
    assert!(error.is_not_found() && !error.may_have_run(), "{error:#?}");
}
