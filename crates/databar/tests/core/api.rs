//! Operations that the facade has no method for, called through `Client::api`.

use databar::api::types;
use databar::{EnrichmentId, ErrorKind, FlowId, RetryPolicy, TableId, uuid::Uuid};
use databar_sandbox::{Fault, FaultKind};
use futures::FutureExt;
use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn an_answer_has_its_value_and_what_came_with_it() {
    let world = World::start().await;
    let answer = world.client.api().list_flows().send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert!(answer.into_inner().is_empty());
}

#[tokio::test]
async fn errors_are_those_of_the_facade() {
    let world = World::start_with(|builder| builder.retry(RetryPolicy::none())).await;
    let (api, table) = (world.client.api(), TableId(Uuid::nil()));

    let error = api.list_columns(table).await.unwrap_err();
    assert!(error.is_not_found() && !error.may_have_run(), "{error:?}");

    world.fault(Fault::new(FaultKind::status(502)));
    let read = api.list_columns(table).await.unwrap_err();
    assert!(
        read.kind() == ErrorKind::Server && !read.may_have_run(),
        "{read:?}"
    );
    let write = api.clear_table(table).await.unwrap_err();
    assert!(
        write.kind() == ErrorKind::Server && write.may_have_run(),
        "{write:?}"
    );
    assert_eq!(write.operation(), Some("clear_table"));
}

#[tokio::test]
async fn an_argument_that_cannot_be_sent_is_an_error_and_nothing_is_sent() {
    let world = World::start().await;
    let api = world.client.api();
    let error = api.list_enrichments().limit(0).page(1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        "list_enrichments: limit: must be 1 or more, but is 0"
    );

    // The limit applies both to a single argument and to a body given as a whole.
    let pages = types::PaginationOptions::new().pages(101);
    let run = api.run_enrichment(EnrichmentId(123), json!({}));
    let error = run.pagination(pages.clone()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "run_enrichment: pagination.pages: must be 100 or less, but is 101"
    );
    let body = types::RunEnrichmentTaskRequest::new(serde_json::Map::new()).pagination(pages);
    let error = api
        .run_enrichment_with(EnrichmentId(123), body)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "run_enrichment: pagination.pages: must be 100 or less, but is 101"
    );

    // The message does not repeat a long value in full.
    let name = "x".repeat(10_000);
    let connector = api.create_connector(name, "get", "https://scores.example");
    let words = connector.await.unwrap_err().to_string();
    assert!(
        words.starts_with("create_connector: name: must be at most 256 characters, but is \"xxx"),
        "{words}"
    );
    assert!(words.ends_with("x.."), "{words}");
    assert!(words.len() < 200, "{words}");

    let error = api.create_flow("Named", "a text").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("config: must be an object"), "{error}");
    assert!(!error.may_have_run());
    assert_eq!(world.client.requests_sent(), 0);
}

#[tokio::test]
async fn null_and_absent_are_sent_as_such() {
    let world = World::start_with(|builder| builder.retry(RetryPolicy::none())).await;
    let flow = || world.client.api().update_flow(FlowId::from_number(7));
    world.fault(Fault::new(FaultKind::status(500)));
    drop(flow().description_null().name("Named").await.unwrap_err());
    drop(flow().description("").await.unwrap_err());
    drop(flow().await.unwrap_err());
    let bodies: Vec<String> = world
        .sandbox
        .requests()
        .iter()
        .map(|request| String::from_utf8(request.body.to_vec()).unwrap())
        .collect();
    assert_eq!(
        bodies,
        [
            r#"{"description":null,"name":"Named"}"#,
            r#"{"description":""}"#,
            "{}"
        ]
    );
}

#[tokio::test]
async fn a_call_by_data_is_the_call_by_name() {
    let world = World::start().await;
    let api = world.client.api();
    let create = databar::api::operations::find("create_table").unwrap();
    let arguments = databar::api::Arguments::new().set("name", "Named").set("rows", 2);
    let table = api.request(create, arguments).await.unwrap();
    assert_eq!(table["name"], "Named");

    let rename = databar::api::operations::find("rename_table").unwrap();
    let arguments = databar::api::Arguments::new()
        .set("naem", "Other")
        .set("name", "Other");
    let error = api.request(rename, arguments).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "rename_table: there is no argument \"naem\"; the arguments are table_uuid, name"
    );
    let arguments = databar::api::Arguments::new().set("name", "Other");
    let error = api.request(rename, arguments).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "rename_table: table_uuid: required, but missing"
    );
}

/// A call can be spawned as it is.
#[tokio::test]
async fn a_call_can_be_sent_to_another_task() {
    let world = World::start().await;
    let tables = tokio::spawn(world.client.api().list_tables().into_future());
    assert!(tables.await.unwrap().unwrap().is_empty());
}

#[test]
fn outside_of_a_runtime_a_call_is_an_error() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::start());
    let outcome = world.client.user().into_future().now_or_never();
    let error = outcome.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("tokio runtime"), "{error}");
    assert_eq!(world.client.requests_sent(), 0);
}
