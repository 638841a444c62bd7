//! What the sandbox says about requests that the document does not have.

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
        .header("x-request-id", "a");
    assert_eq!(answer(request).await, (200, json!([])));
    let violations = client.sandbox.take_violations();
    let mut pointers = pointers(&violations);
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        ["/header/api-version", "/header/x-request-id", "/query/colour"]
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
async fn what_official_clients_send_is_allowed() {
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
async fn a_body_that_breaks_its_schema_is_refused_with_places_and_rules() {
    let client = Client::new().await;
    let table = client.table(&["a"]).await;
    let rows = json!({ "rows": [{ "fields": {} }, { "fields": 1 }, {}], "return_rows": "yes" });
    let (status, refusal) = client.post(&format!("{table}/rows"), rows).await;
    assert_eq!(status, 422);
    let detail = refusal["detail"].as_array().unwrap();
    let place = |loc: serde_json::Value| detail.iter().find(|problem| problem["loc"] == loc).unwrap();
    assert_eq!(place(json!(["body", "rows", 2, "fields"]))["type"], "missing");
    assert_eq!(place(json!(["body", "rows", 1, "fields"]))["type"], "type_error");
    assert_eq!(place(json!(["body", "return_rows"]))["type"], "type_error");
    assert_eq!(client.sandbox.take_violations().len(), 3);
}

#[tokio::test]
async fn bodies_that_are_no_json_or_missing_or_unwanted() {
    let client = Client::new().await;
    let run = "/v1/enrichments/123/run";
    let json = |body: &'static str| {
        client
            .request(Method::POST, run)
            .header("content-type", "application/json")
            .body(body)
    };
    let (status, refusal) = answer(json("{")).await;
    assert_eq!(
        (status, &refusal["detail"][0]["type"]),
        (422, &json!("json_invalid"))
    );
    let (status, refusal) = answer(json("")).await;
    assert_eq!((status, &refusal["detail"][0]["type"]), (422, &json!("missing")));
    let text = client
        .request(Method::POST, run)
        .body(r#"{"params": {"domain": "a.com"}}"#);
    assert_eq!(answer(text).await.0, 422);
    let unwanted = client.request(Method::GET, "/v1/user/me").json(&json!({}));
    assert_eq!(answer(unwanted).await.0, 200);
    let violations = client.sandbox.take_violations();
    assert_eq!(
        pointers(&violations),
        ["/body", "/body", "/header/content-type", "/body"]
    );
}

#[tokio::test]
async fn parameters_of_the_wrong_type_are_refused() {
    let client = Client::new().await;
    let table = client.table(&[]).await;
    for (path, loc) in [
        (format!("{table}/rows?per_page=501"), json!(["query", "per_page"])),
        (format!("{table}/rows?page=0"), json!(["query", "page"])),
        (format!("{table}/rows?page=one"), json!(["query", "page"])),
        (
            "/v1/table/not-a-uuid/rows".to_owned(),
            json!(["path", "table_uuid"]),
        ),
        ("/v1/enrichments/abc".to_owned(), json!(["path", "enrichment_id"])),
        (
            "/v1/enrichments/?authorized_only=maybe".to_owned(),
            json!(["query", "authorized_only"]),
        ),
    ] {
        let (status, refusal) = client.get(&path).await;
        assert_eq!((status, &refusal["detail"][0]["loc"]), (422, &loc), "{path}");
        assert_eq!(client.sandbox.take_violations().len(), 1, "{path}");
    }
    assert_eq!(client.get("/v1/enrichments/?page=1&page=2").await.1["page"], 2);
    assert!(
        client.sandbox.take_violations()[0]
            .message
            .contains("more than once")
    );
}

#[tokio::test]
async fn without_the_key_nothing_is_served() {
    let client = Client::new().await;
    let address = format!("{}/v1/user/me", client.sandbox.base_url());
    let refusal = (403, json!({ "detail": "Not allowed" }));
    assert_eq!(
        answer(reqwest::Client::new().get(&address).header("x-apikey", "wrong")).await,
        refusal
    );
    assert_eq!(client.sandbox.violations(), []);
    assert_eq!(answer(reqwest::Client::new().get(&address)).await, refusal);
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
