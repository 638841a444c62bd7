//! Faults as a client sees them.

use std::{error::Error, io, time::Duration};

use databar_sandbox::{Fault, FaultKind};
use reqwest::Method;
use serde_json::json;

use crate::client::{Client, answer};

/// The system error at the root of a client's error.
fn io_kind(error: &reqwest::Error) -> Option<io::ErrorKind> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(error.kind());
        }
        cause = error.source();
    }
    None
}

#[tokio::test]
async fn a_status_is_answered_and_the_request_is_not_processed() {
    let client = Client::new().await;
    client
        .sandbox
        .fault(Fault::new(FaultKind::status(503)).on("create_table").times(1));
    assert_eq!(
        client.post_nothing("/v1/table/create").await,
        (503, json!({ "detail": "Service Unavailable" }))
    );
    assert_eq!(client.get("/v1/table/").await.1, json!([]));
    assert_eq!(client.post_nothing("/v1/table/create").await.0, 200);
    let statuses: Vec<_> = client
        .sandbox
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(statuses, [Some(503), Some(200), Some(200)]);
}

#[tokio::test]
async fn a_status_comes_with_its_headers_and_body() {
    let client = Client::new().await;
    client
        .sandbox
        .fault(Fault::new(FaultKind::rate_limited("7")).times(1));
    let response = client.request(Method::GET, "/v1/user/me").send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (429, &"7".parse().unwrap())
    );
    let html = FaultKind::Status {
        code: 502,
        headers: vec![("content-type".into(), "text/html".into())],
        body: "<h1>Bad gateway</h1>".into(),
    };
    client.sandbox.fault(Fault::new(html));
    let response = client.request(Method::GET, "/v1/user/me").send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/html");
    assert_eq!(response.text().await.unwrap(), "<h1>Bad gateway</h1>");
    client.sandbox.clear_faults();
    assert_eq!(client.get("/v1/user/me").await.0, 200);
}

#[tokio::test]
async fn a_reset_before_processing_leaves_no_trace() {
    let client = Client::new().await;
    client
        .sandbox
        .fault(Fault::new(FaultKind::ResetBefore).on("create_table").times(1));
    // Also on a connection that was used before.
    assert_eq!(client.get("/v1/table/").await.0, 200);
    let error = client
        .request(Method::POST, "/v1/table/create")
        .send()
        .await
        .unwrap_err();
    assert_eq!(io_kind(&error), Some(io::ErrorKind::ConnectionReset), "{error:?}");
    assert_eq!(client.get("/v1/table/").await.1, json!([]));
    let requests = client.sandbox.requests();
    assert_eq!((requests.len(), requests[1].status), (3, None));
    assert_eq!(requests[1].operation_id.as_deref(), Some("create_table"));
}

#[tokio::test]
async fn a_reset_after_processing_leaves_the_work_done() {
    let client = Client::new().await;
    client
        .sandbox
        .fault(Fault::new(FaultKind::ResetAfter).on("create_table").times(1));
    let error = client
        .request(Method::POST, "/v1/table/create")
        .send()
        .await
        .unwrap_err();
    assert_eq!(io_kind(&error), Some(io::ErrorKind::ConnectionReset), "{error:?}");
    assert_eq!(client.get("/v1/table/").await.1.as_array().unwrap().len(), 1);
    assert_eq!(client.sandbox.requests()[0].status, None);
}

#[tokio::test]
async fn a_truncated_body_fails_after_the_status() {
    let client = Client::new().await;
    client
        .sandbox
        .fault(Fault::new(FaultKind::TruncatedBody).on("get_user").times(1));
    let response = client.request(Method::GET, "/v1/user/me").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err());
    assert_eq!(client.sandbox.requests()[0].status, Some(200));
    assert_eq!(client.get("/v1/user/me").await.0, 200);
}

#[tokio::test]
async fn a_delayed_answer_comes_after_the_work() {
    let client = Client::new().await;
    client.sandbox.fault(
        Fault::new(FaultKind::Delay(Duration::from_secs(3600)))
            .on("create_table")
            .times(1),
    );
    let request = client
        .request(Method::POST, "/v1/table/create")
        .timeout(Duration::from_millis(100));
    assert!(request.send().await.unwrap_err().is_timeout());
    assert_eq!(client.get("/v1/table/").await.1.as_array().unwrap().len(), 1);
    assert_eq!(client.sandbox.requests()[0].status, None);
}

#[tokio::test]
async fn the_seventh_batch_can_be_the_one_that_fails() {
    let client = Client::new().await;
    let table = client.table(&["a"]).await;
    client.sandbox.fault(
        Fault::new(FaultKind::status(500))
            .on("insert_rows")
            .skip(6)
            .times(1),
    );
    let mut statuses = Vec::new();
    for _ in 0..8 {
        let body = json!({ "rows": [{ "fields": { "a": 1 } }] });
        statuses.push(client.post(&format!("{table}/rows"), body).await.0);
    }
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 500, 200]);
}

#[tokio::test]
async fn connections_can_be_refused_for_a_while() {
    let client = Client::new().await;
    client.post_nothing("/v1/table/create").await;
    client.sandbox.refuse_connections().await;
    let error = client
        .request(Method::GET, "/v1/table/")
        .send()
        .await
        .unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    assert_eq!(
        io_kind(&error),
        Some(io::ErrorKind::ConnectionRefused),
        "{error:?}"
    );
    client.sandbox.accept_connections().await.unwrap();
    client.sandbox.accept_connections().await.unwrap();
    assert_eq!(client.get("/v1/table/").await.1.as_array().unwrap().len(), 1);
    assert_eq!(client.sandbox.requests().len(), 2);
}

#[tokio::test]
async fn dropping_the_sandbox_closes_the_port() {
    let client = Client::new().await;
    let address = format!("{}/v1/user/me", client.sandbox.base_url());
    assert_eq!(client.get("/v1/user/me").await.0, 200);
    drop(client);
    tokio::task::yield_now().await;
    let request = reqwest::Client::new().get(address);
    assert!(request.send().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn requests_are_recorded_as_they_were_sent() {
    let client = Client::new().await;
    client.get("/v1/enrichments/?q=a%20b&page=1").await;
    client.post("/v1/table/create", json!({ "name": "Leads" })).await;
    let requests = client.sandbox.take_requests();
    assert_eq!(
        requests[0].query,
        [
            ("q".to_owned(), "a b".to_owned()),
            ("page".to_owned(), "1".to_owned())
        ]
    );
    assert_eq!(requests[0].path, "/v1/enrichments/");
    assert_eq!(requests[0].headers["x-apikey"], "test-key");
    assert_eq!(
        (&requests[1].method, requests[1].json()),
        (&Method::POST, Some(json!({ "name": "Leads" })))
    );
    assert_eq!(client.get("/v1/user/me").await.0, 200);
    assert_eq!(client.sandbox.requests().len(), 1);
    assert_eq!(client.sandbox.requests()[0].status, Some(200));
    assert_eq!(answer(client.request(Method::GET, "/v1/table/")).await.0, 200);
}
