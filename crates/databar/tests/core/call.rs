//! Operations without a method of their own, sent through `Client::call`.

use databar::api::prelude::*;
use databar::{ErrorKind, RetryPolicy, uuid::Uuid};
use databar_sandbox::{Fault, FaultKind};
use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn the_value_comes_bare() {
    let world = World::start().await;
    world.fault(Fault::new(FaultKind::json(200, &json!([]))).on("list_flows"));
    let request = world.client.api().list_flows().send();
    assert!(world.client.call("list_flows", request).await.unwrap().is_empty());
}

#[tokio::test]
async fn errors_are_those_of_this_crate() {
    let world = World::start_with(|builder| builder.retry(RetryPolicy::none())).await;
    let (client, table) = (&world.client, Uuid::nil());

    let request = client.api().list_columns().table_uuid(table).send();
    let error = client.call("list_columns", request).await.unwrap_err();
    assert!(error.is_not_found() && !error.may_have_run(), "{error:?}");

    world.fault(Fault::new(FaultKind::status(502)));
    let request = client.api().list_columns().table_uuid(table).send();
    let read = client.call("list_columns", request).await.unwrap_err();
    assert!(
        read.kind() == ErrorKind::Server && !read.may_have_run(),
        "{read:?}"
    );
    let request = client.api().clear_table().table_uuid(table).send();
    let write = client.call("clear_table", request).await.unwrap_err();
    assert!(
        write.kind() == ErrorKind::Server && write.may_have_run(),
        "{write:?}"
    );
    assert_eq!(write.operation(), Some("clear_table"));
}

#[tokio::test]
async fn what_is_no_operation_is_not_sent() {
    let world = World::start().await;
    for name in ["", "listFlows", "list_flows ", "GET /v1/flows"] {
        let request = world.client.api().list_flows().send();
        let error = world.client.call(name, request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(
            error.to_string().starts_with(name) && !error.may_have_run(),
            "{error}"
        );
    }
    assert_eq!(world.client.requests_sent(), 0);
}
