//! Operations without a method of their own, called through `Client::api`.

use databar::api::prelude::*;
use databar::{ErrorKind, RetryPolicy, uuid::Uuid};
use databar_sandbox::{Fault, FaultKind};
use futures::FutureExt;

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
    let (api, table) = (world.client.api(), Uuid::nil());

    let error = api.list_columns().table_uuid(table).send().await.unwrap_err();
    assert!(error.is_not_found() && !error.may_have_run(), "{error:?}");

    world.fault(Fault::new(FaultKind::status(502)));
    let read = api.list_columns().table_uuid(table).send().await.unwrap_err();
    assert!(
        read.kind() == ErrorKind::Server && !read.may_have_run(),
        "{read:?}"
    );
    let write = api.clear_table().table_uuid(table).send().await.unwrap_err();
    assert!(
        write.kind() == ErrorKind::Server && write.may_have_run(),
        "{write:?}"
    );
    assert_eq!(write.operation(), Some("clear_table"));
}

#[tokio::test]
async fn an_argument_that_is_missing_is_an_error_and_nothing_is_sent() {
    let world = World::start().await;
    let error = world.client.api().list_columns().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.to_string(), "list_columns: table_uuid was not initialized");
    assert!(!error.may_have_run());
    assert_eq!(world.client.requests_sent(), 0);
}

#[test]
fn outside_of_a_runtime_a_call_is_an_error() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::start());
    let outcome = world.client.user().now_or_never();
    let error = outcome.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("tokio runtime"), "{error}");
    assert_eq!(world.client.requests_sent(), 0);
}
