//! What the generated client sends, and how it reads answers, over a real socket.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use databar_api::{
    ApiKey, Cells, Client, EnrichmentId, ErrorKind, RetryPolicy, TableEnrichmentId, TableId, Transport, types,
};
use databar_sandbox::{Fault, FaultKind, Sandbox};
use serde_json::{Value, json};
use uuid::Uuid;

async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await.unwrap();
    let key = ApiKey::new(sandbox.api_key()).unwrap();
    let transport = Transport::builder(key)
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let client = transport.client(sandbox.base_url());
    (sandbox, client)
}

/// Checks at the end that the sandbox found each request and response to match the document: paths, queries,
/// headers, bodies.
fn finish(sandbox: &Sandbox) {
    let violations: Vec<String> = sandbox.violations().iter().map(ToString::to_string).collect();
    assert!(violations.is_empty(), "{violations:#?}");
}

#[tokio::test]
async fn a_body_that_is_not_given_is_no_body() {
    let (sandbox, client) = start().await;
    // Without a body, the table has the service's default columns. The run does not find its enrichment,
    // which does not matter here.
    let table = client.create_table().await.unwrap();
    let run = client
        .run_table_enrichment(table.identifier, TableEnrichmentId::from_number(7))
        .await;
    assert!(run.unwrap_err().is_not_found());

    let requests = sandbox.take_requests();
    for request in &requests {
        assert!(request.body.is_empty(), "{request:?}");
        assert!(!request.headers.contains_key("content-type"), "{request:?}");
    }
    assert_eq!(requests.len(), 2);

    client.create_table().name("Named").await.unwrap();
    let given = types::CreateTableRequest::new().columns(["A"]);
    client.create_table_with(given).await.unwrap();
    let bodies: Vec<Value> = sandbox
        .take_requests()
        .iter()
        .filter_map(databar_sandbox::Request::json)
        .collect();
    assert_eq!(bodies[0]["name"], "Named");
    assert_eq!(bodies[1]["columns"], json!(["A"]));
    finish(&sandbox);
}

#[tokio::test]
async fn headers_are_those_of_the_document_and_of_http() {
    let (sandbox, client) = start().await;
    client.list_enrichments().page(1).q("data").await.unwrap();
    client.create_table().name("Named").await.unwrap();
    for request in sandbox.requests() {
        let mut names: Vec<&str> = request.headers.keys().map(http::HeaderName::as_str).collect();
        names.sort_unstable();
        names.retain(|name| !matches!(*name, "content-type" | "content-length"));
        assert_eq!(
            names,
            ["accept", "accept-encoding", "host", "user-agent", "x-apikey"]
        );
    }
    finish(&sandbox);
}

#[tokio::test]
async fn a_value_that_the_document_does_not_name_survives() {
    let (sandbox, client) = start().await;
    let answer = json!({ "results": [{ "index": 0, "action": "merged_into_another" }] });
    sandbox.fault(Fault::new(FaultKind::json(200, &answer)).on("insert_rows"));
    let row = types::InsertRow::new(Cells::new(&json!({})).unwrap());
    let inserted = client.insert_rows(TableId(Uuid::nil()), [row]).await;
    let action = inserted.unwrap().results.remove(0).action;
    assert_eq!(
        action,
        types::BatchInsertResultItemAction::Unknown("merged_into_another".to_owned())
    );
    assert_eq!(serde_json::to_value(&action).unwrap(), "merged_into_another");
}

#[tokio::test]
async fn an_error_keeps_its_status_whatever_its_body() {
    let (sandbox, client) = start().await;
    for (status, body) in [
        (403, r#"{"detail": "Not allowed"}"#),
        (404, ""),
        (418, "[1, 2"),
        (502, "<html><h1>Bad Gateway</h1></html>"),
    ] {
        let fault = FaultKind::Status {
            code: status,
            headers: Vec::new(),
            body: body.to_owned(),
        };
        sandbox.fault(Fault::new(fault).on("get_user").times(1));
        let error = client.get_user().await.unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.excerpt().unwrap_or_default(), body);
    }
}

/// A run answered with 201 or 202 was paid for, and a deletion answered without a body was done.
#[tokio::test]
async fn every_success_is_read() {
    let (sandbox, client) = start().await;
    let accepted = FaultKind::json(202, &json!({ "task_id": "t-7", "status": "queued" }));
    sandbox.fault(Fault::new(accepted).on("run_enrichment"));
    let run = client.run_enrichment(EnrichmentId(123), json!({})).await;
    assert_eq!(run.unwrap().task_id.as_str(), "t-7");

    let nothing = FaultKind::Status {
        code: 204,
        headers: Vec::new(),
        body: String::new(),
    };
    sandbox.fault(Fault::new(nothing).on("delete_table"));
    let deleted = client.delete_table(TableId(Uuid::nil())).await;
    assert_eq!(deleted.unwrap(), Value::Null);
}

/// An id that a URL parser would resolve must not lead a request to another operation: `DELETE
/// /v1/flows/..\table\ID` would delete a table.
#[tokio::test]
async fn an_argument_cannot_lead_a_request_elsewhere() {
    let (sandbox, client) = start().await;
    let table = client.create_table().await.unwrap();
    let other = format!("..\\table\\{}", table.identifier);
    sandbox.take_requests();

    for id in [
        "", ".", "..", "%2e%2e", "a/b", "a\\b", "a?b", "a#b", "ä b", &other,
    ] {
        let outcome = client
            .delete_flow(serde_json::from_value(json!(id)).unwrap())
            .await;
        let requests = sandbox.take_requests();
        if ["", ".", ".."].contains(&id) {
            let error = outcome.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert_eq!(error.operation(), Some("delete_flow"));
            assert!(requests.is_empty(), "{id:?} was sent: {requests:?}");
        } else {
            let segment = requests[0].path.strip_prefix("/v1/flows/").unwrap();
            let decoded = percent_encoding::percent_decode_str(segment)
                .decode_utf8()
                .unwrap();
            assert_eq!((requests.len(), decoded.as_ref()), (1, id));
        }
    }
    assert_eq!(client.list_tables().await.unwrap().len(), 1);
    let error = client.list_enrichment_param_choices(EnrichmentId(1), "..").await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidInput);
    finish(&sandbox);
}

/// A program may keep many calls at once, and the size of a future includes everything in it.
#[tokio::test]
async fn the_future_of_a_call_is_small() {
    let (_sandbox, client) = start().await;
    let size = std::mem::size_of_val(&client.get_user().send());
    assert!(size <= 2048, "{size} bytes");
}
