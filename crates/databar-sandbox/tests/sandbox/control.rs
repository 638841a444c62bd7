//! `/_sandbox/`, used as a client in another language uses it.

use databar_sandbox::{Clock, Fault, Sandbox, StartError};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, answer};

const RUN: &str = "/v1/enrichments/123/run";

fn company() -> Value {
    json!({ "params": { "domain": "stripe.com" } })
}

#[tokio::test]
async fn one_call_injects_a_fault() {
    let client = Client::new().await;
    let (status, fault) = client
        .post(
            "/_sandbox/faults",
            json!({ "spec": "run_enrichment:reset-after:times=1" }),
        )
        .await;
    assert_eq!(
        (status, &fault),
        (200, &json!({ "spec": "run_enrichment:reset-after:times=1" }))
    );
    assert!(
        client
            .request(Method::POST, RUN)
            .json(&company())
            .send()
            .await
            .is_err()
    );
    assert_eq!(client.sandbox.credits(), 999.5);
    assert_eq!(
        client.get("/_sandbox/faults").await.1,
        json!([{ "spec": "run_enrichment:reset-after:times=0" }])
    );
    assert_eq!(client.post(RUN, company()).await.0, 200);
}

#[tokio::test]
async fn a_status_comes_with_headers_and_a_body() {
    let client = Client::new().await;
    let fault = json!({ "spec": "*:status=429:times=1", "headers": { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }, "body": { "error": "SLOW" } });
    assert_eq!(client.post("/_sandbox/faults", fault).await.0, 200);
    let response = client.request(Method::GET, "/v1/user/me").send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "Wed, 21 Oct 2026 07:28:00 GMT");
    assert_eq!(response.text().await.unwrap(), r#"{"error":"SLOW"}"#);

    client
        .post("/_sandbox/faults", json!({ "spec": "*:status=500" }))
        .await;
    let (_, removed) = client.delete("/_sandbox/faults").await;
    assert_eq!(removed.as_array().unwrap().len(), 2);
    assert_eq!(client.get("/v1/user/me").await.0, 200);
}

#[tokio::test]
async fn a_fault_that_cannot_be_is_explained() {
    let client = Client::new().await;
    for (fault, reason) in [
        (json!({ "spec": "run_enrichmnt:reset-after" }), "`run_enrichment`"),
        (json!({ "spec": "*:explode" }), "truncated-body"),
        (json!({ "spec": "*:reset-after", "body": 1 }), "only be used"),
        (
            json!({ "spec": "*:status=500", "headers": { "a b": "c" } }),
            "not a header",
        ),
    ] {
        let (status, refusal) = client.post("/_sandbox/faults", fault).await;
        assert_eq!(status, 400);
        assert!(refusal["detail"].as_str().unwrap().contains(reason), "{refusal}");
    }
    let (status, refusal) = client
        .post("/_sandbox/faults", json!({ "sepc": "*:reset-after" }))
        .await;
    assert_eq!(status, 422, "{refusal}");
    assert_eq!(client.get("/_sandbox/faults").await.1, json!([]));
}

#[tokio::test]
async fn a_fault_of_the_start_must_be_possible() {
    let fault: Fault = "list_row:reset-after".parse().unwrap();
    let error = Sandbox::builder().fault(fault).start().await.unwrap_err();
    assert!(matches!(error, StartError::Fault { .. }));
    assert!(error.to_string().contains("`list_rows`"), "{error}");
}

#[tokio::test]
async fn the_clock_moves_and_stops() {
    let client = Client::new().await;
    let task = client.post(RUN, company()).await.1["task_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let status = async || client.get(&format!("/v1/tasks/{task}")).await.1["status"].clone();
    assert_ne!(status().await, "completed");
    let (_, clock) = client.post("/_sandbox/clock", json!({ "advance": "1.5s" })).await;
    assert_eq!(
        clock,
        json!({ "now": "2026-01-01T00:00:01Z", "elapsed_ms": 1500, "frozen": true })
    );
    assert_eq!(status().await, "completed");
    client.post("/_sandbox/clock", json!({ "advance": "24h" })).await;
    assert_eq!(status().await, "gone");

    assert_eq!(
        client.post("/_sandbox/clock", json!({ "frozen": false })).await.1["frozen"],
        false
    );
    let frozen = client.post("/_sandbox/clock", json!({ "frozen": true })).await.1;
    assert_eq!(client.get("/_sandbox/clock").await.1, frozen);
    assert_eq!(
        client
            .post("/_sandbox/clock", json!({ "advance": "soon" }))
            .await
            .0,
        400
    );
    assert_eq!(client.post("/_sandbox/clock", json!({})).await.0, 422);
}

#[tokio::test]
async fn the_ledger_says_how_the_balance_came_about() {
    let client = Client::new().await;
    let body = json!({ "params": { "domain": "nobody.test" } });
    assert_eq!(client.post(RUN, body).await.0, 200);
    client.post("/_sandbox/clock", json!({ "advance": "1s" })).await;
    let (_, ledger) = client.get("/_sandbox/ledger").await;
    let expected = json!({
        "balance": 1000.0,
        "entries": [
            { "at": "2026-01-01T00:00:00Z", "change": -0.5, "balance": 999.5 },
            { "at": "2026-01-01T00:00:01Z", "change": 0.5, "balance": 1000.0 },
        ],
    });
    assert_eq!(ledger, expected);
}

#[tokio::test]
async fn requests_and_violations_are_read_and_taken_out() {
    let client = Client::new().await;
    client.get("/v1/table/?colour=red").await;
    client.post("/v1/table/create", json!({ "name": "Leads" })).await;
    let (_, requests) = client.get("/_sandbox/requests").await;
    assert_eq!(requests.as_array().unwrap().len(), 2, "{requests}");
    assert_eq!(requests[0]["query"], json!([["colour", "red"]]));
    assert_eq!(requests[0]["operation_id"], "list_tables");
    assert_eq!(requests[1]["body"], r#"{"name":"Leads"}"#);
    assert_eq!(
        (&requests[1]["headers"]["x-apikey"], &requests[1]["status"]),
        (&json!("test-key"), &json!(200))
    );
    let (_, latest) = client.get("/_sandbox/requests?limit=1").await;
    assert_eq!(latest, json!([requests[1]]));
    assert_eq!(client.delete("/_sandbox/requests").await.1, requests);
    assert_eq!(client.get("/_sandbox/requests").await.1, json!([]));

    let (_, violations) = client.get("/_sandbox/violations").await;
    assert_eq!(
        (
            violations[0]["pointer"].as_str(),
            violations[0]["direction"].as_str()
        ),
        (Some("/query/colour"), Some("request"))
    );
    assert_eq!(client.delete("/_sandbox/violations").await.1, violations);
    assert_eq!(client.get("/_sandbox/violations").await.1, json!([]));
}

#[tokio::test]
async fn a_reset_goes_back_to_the_start() {
    let client = Client::with(Sandbox::builder().fault("get_user:status=503:times=1".parse().unwrap())).await;
    let first = client
        .post("/v1/table/create", json!({ "name": "Leads" }))
        .await
        .1;
    assert_eq!(client.get("/v1/user/me").await.0, 503);
    client.post(RUN, company()).await;
    client.post("/_sandbox/clock", json!({ "advance": "48h" })).await;
    client.get("/v1/table/?colour=red").await;

    assert_eq!(
        client.post_nothing("/_sandbox/reset").await,
        (200, json!({ "status": "reset" }))
    );
    assert_eq!(client.get("/v1/table/").await.1, json!([]));
    assert_eq!(client.sandbox.credits(), 1000.0);
    assert_eq!(client.get("/_sandbox/clock").await.1["elapsed_ms"], 0);
    assert_eq!(client.sandbox.violations(), []);
    assert_eq!(client.get("/v1/user/me").await.0, 503);
    assert_eq!(
        client
            .post("/v1/table/create", json!({ "name": "Leads" }))
            .await
            .1,
        first
    );
}

#[tokio::test]
async fn the_control_interface_describes_itself_and_is_not_recorded() {
    let client = Client::new().await;
    let (status, document) = client.get("/_sandbox/openapi.json").await;
    assert_eq!((status, &document["openapi"]), (200, &json!("3.1.0")));
    for (path, item) in document["paths"].as_object().unwrap() {
        assert_eq!(
            item.get("get").is_some(),
            client.get(path).await.0 == 200,
            "{path}"
        );
    }
    assert_eq!(client.get("/_sandbox/nothing").await.0, 404);
    assert_eq!(
        answer(client.request(Method::PUT, "/_sandbox/clock")).await.0,
        405
    );
    assert!(client.sandbox.requests().is_empty());

    let no_key = reqwest::Client::new().get(format!("{}/_sandbox/requests", client.sandbox.base_url()));
    assert_eq!(answer(no_key).await.0, 403);
}

#[tokio::test]
async fn a_running_clock_can_be_stopped_for_good() {
    let sandbox = Sandbox::builder().clock(Clock::Running).start().await.unwrap();
    let clock = format!("{}/_sandbox/clock", sandbox.base_url());
    let request = reqwest::Client::new()
        .post(&clock)
        .header("x-apikey", sandbox.api_key());
    let (_, stopped) = answer(request.json(&json!({ "frozen": true }))).await;
    let request = reqwest::Client::new()
        .get(&clock)
        .header("x-apikey", sandbox.api_key());
    assert_eq!(answer(request).await.1, stopped);
}

#[tokio::test]
async fn what_is_answered_fits_the_document_of_the_interface() {
    let client = Client::new().await;
    let (_, document) = client.get("/_sandbox/openapi.json").await;
    client
        .post(
            "/_sandbox/faults",
            json!({ "spec": "get_user:status=503:times=1" }),
        )
        .await;
    client.post(RUN, company()).await;
    client.get("/v1/table/?colour=red").await;
    for (path, item) in document["paths"].as_object().unwrap() {
        if item.get("get").is_none() {
            continue;
        }
        let mut schema = item["get"]["responses"]["200"]["content"]["application/json"]["schema"].clone();
        schema["components"] = document["components"].clone();
        let (status, answer) = client.get(path).await;
        assert_eq!(status, 200, "{path}");
        assert_ne!(answer, json!([]), "{path}: there is nothing to check");
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&answer)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{path}: {errors:?}");
    }
    client.sandbox.take_violations();
}
