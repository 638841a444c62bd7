//! What the sandbox reports about requests that the document does not allow.

use databar_sandbox::{Direction, Fault, FaultKind, Sandbox, Violation};
use reqwest::Method;
use serde_json::json;

use crate::client::{Client, answer};

fn pointers(violations: &[Violation]) -> Vec<&str> {
    violations
        .iter()
        .map(|violation| violation.pointer.as_str())
        .collect()
}

#[tokio::test]
async fn what_the_service_would_let_pass_is_served_and_recorded() {
    let client = Client::new().await;
    let request = client
        .request(Method::GET, "/v1/table/?colour=red")
        .header("api-version", "1")
        .header("x-colour", "a");
    assert_eq!(answer(request).await, (200, json!([])));
    let violations = client.sandbox.take_violations();
    let mut pointers = pointers(&violations);
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        ["/header/api-version", "/header/x-colour", "/query/colour"]
    );
    let Violation {
        operation, direction, ..
    } = &violations[0];
    assert_eq!(
        (operation.as_str(), *direction),
        ("list_tables", Direction::Request)
    );
    assert!(
        violations[0]
            .to_string()
            .starts_with("request of list_tables, /query/colour: "),
        "{}",
        violations[0]
    );
}

#[tokio::test]
async fn what_official_clients_and_tracers_send_is_allowed() {
    let client = Client::new().await;
    let table = client.table(&["Domain"]).await;
    for (method, path) in [
        (Method::GET, "/v1/user/me".to_owned()),
        (Method::POST, format!("{table}/rows/dedupe")),
    ] {
        let request = client
            .request(method, &path)
            .header("content-type", "application/json")
            .header("user-agent", "databar-python/2.8.0")
            .header("x-source", "sdk")
            .header("x-request-id", "1")
            .header(
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            )
            .header("authorization", "Bearer test-key");
        assert_eq!(answer(request).await.0, 200);
    }
}

#[tokio::test]
async fn an_optional_body_is_left_out_and_not_null() {
    let client = Client::new().await;
    let request = client
        .request(Method::POST, "/v1/table/create")
        .header("content-type", "application/json");
    assert_eq!(answer(request.body("null")).await.0, 200);
    let violations = client.sandbox.take_violations();
    assert_eq!(pointers(&violations), ["/body"]);
    assert!(violations[0].message.contains("null"));
}

#[tokio::test]
async fn every_broken_rule_of_a_body_is_recorded_at_its_place() {
    let client = Client::new().await;
    let table = client.table(&["a"]).await;
    let rows = json!({ "rows": [{ "fields": {} }, { "fields": 1 }, {}], "return_rows": "yes" });
    assert_eq!(client.post(&format!("{table}/rows"), rows).await.0, 422);
    let violations = client.sandbox.take_violations();
    let mut pointers = pointers(&violations);
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        ["/body/return_rows", "/body/rows/1/fields", "/body/rows/2/fields"]
    );
}

#[tokio::test]
async fn a_parameter_that_is_sent_twice_counts_once() {
    let client = Client::new().await;
    assert_eq!(client.get("/v1/enrichments/?page=1&page=2").await.1["page"], 2);
    assert!(
        client.sandbox.take_violations()[0]
            .message
            .contains("more than once")
    );
}

#[tokio::test]
async fn a_missing_key_is_a_violation_and_a_wrong_one_is_not() {
    let client = Client::new().await;
    let address = format!("{}/v1/user/me", client.sandbox.base_url());
    answer(reqwest::Client::new().get(&address).header("x-apikey", "wrong")).await;
    assert_eq!(client.sandbox.violations(), []);
    answer(reqwest::Client::new().get(&address)).await;
    assert_eq!(pointers(&client.sandbox.take_violations()), ["/header/x-apikey"]);
}

#[tokio::test]
async fn paths_and_methods_that_are_not_there() {
    let client = Client::new().await;
    assert_eq!(client.get("/v1/nothing").await.0, 404);
    assert_eq!(client.delete("/v1/user/me").await.0, 405);
    let violations = client.sandbox.take_violations();
    assert_eq!(violations[0].operation, "GET /v1/nothing");
    assert_eq!(pointers(&violations), ["/path", "/path"]);
    assert_eq!(client.sandbox.requests()[0].operation_id, None);
}

#[tokio::test]
async fn bad_requests_can_be_sent_on_purpose() {
    let client = Client::with(Sandbox::builder().allow_invalid_requests()).await;
    assert_eq!(
        client
            .post("/v1/enrichments/123/run", json!({ "params": 1 }))
            .await
            .0,
        422
    );
    assert_eq!(client.get("/v1/nothing").await.0, 404);
}

#[tokio::test]
async fn a_fault_that_can_never_fire_is_recorded() {
    let client = Client::new().await;
    client
        .sandbox
        .fault(Fault::new(FaultKind::ResetBefore).on("insert_row"));
    client.sandbox.fault(Fault::new(FaultKind::status(99)));
    client.sandbox.fault(Fault::new(FaultKind::rate_limited("a\nb")));
    let violations = client.sandbox.take_violations();
    assert_eq!(violations.len(), 3);
    assert!(
        violations
            .iter()
            .all(|violation| violation.direction == Direction::Fault)
    );
    assert!(violations[0].message.contains("`insert_row`"));
    assert_eq!(client.get("/v1/user/me").await.0, 200);
}
