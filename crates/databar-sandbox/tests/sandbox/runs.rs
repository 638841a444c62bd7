//! Runs outside of a table, tasks, and money.

use std::time::Duration;

use databar_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::client::Client;

pub(crate) const RUN: Duration = Duration::from_millis(300);
const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn start(client: &Client, path: &str, body: Value) -> String {
    let (status, run) = client.post(path, body).await;
    assert_eq!(status, 200, "{run}");
    format!("/v1/tasks/{}", run["task_id"].as_str().unwrap())
}

async fn company(client: &Client, domain: &str) -> String {
    start(
        client,
        "/v1/enrichments/123/run",
        json!({ "params": { "domain": domain } }),
    )
    .await
}

#[tokio::test]
async fn a_task_takes_its_time_and_then_has_its_result() {
    let client = Client::new().await;
    let task = company(&client, "stripe.com").await;
    assert_eq!(client.get(&task).await.1["status"], "queued");
    client.sandbox.advance(RUN / 2);
    let (_, running) = client.get(&task).await;
    assert_eq!(running["status"], "processing");
    assert!(running.get("data").is_none());
    client.sandbox.advance(RUN / 2);
    let (_, done) = client.get(&task).await;
    assert_eq!(
        (&done["status"], &done["credits_spent"]),
        (&json!("completed"), &json!(0.5))
    );
    assert_eq!(done["data"]["company_name"], "Stripe");
    assert_eq!(done["request_id"], done["task_id"]);
    assert_eq!(client.sandbox.credits(), 999.5);
    assert_eq!(client.get("/v1/user/me").await.1["balance"], 999.5);
}

#[tokio::test]
async fn misses_and_errors_cost_nothing() {
    let client = Client::new().await;
    let (miss, error) = (
        company(&client, "acme.test").await,
        company(&client, "acme.invalid").await,
    );
    assert_eq!(client.sandbox.credits(), 999.0);
    client.sandbox.advance(RUN);
    let (_, miss) = client.get(&miss).await;
    assert_eq!(
        (&miss["status"], &miss["data"], &miss["credits_spent"]),
        (&json!("no_data"), &Value::Null, &json!(0))
    );
    let (_, error) = client.get(&error).await;
    assert_eq!(error["status"], "failed");
    assert!(error["error"].as_str().unwrap().contains("Firmbase"));
    assert_eq!(client.sandbox.credits(), 1000.0);
}

#[tokio::test]
async fn bulk_results_are_aligned_and_partial_ones_are_not() {
    let client = Client::new().await;
    let inputs = json!([{ "domain": "a.test" }, { "domain": "stripe.com" }, { "domain": "b.test" }, { "domain": "c.invalid" }]);
    let task = start(
        &client,
        "/v1/enrichments/123/bulk-run",
        json!({ "params": inputs }),
    )
    .await;
    client.sandbox.advance(RUN / 2);
    let (_, plain) = client.get(&task).await;
    assert!(plain.get("data").is_none());
    let (_, partial) = client.get(&format!("{task}?include_partial=true")).await;
    assert_eq!(partial["data"].as_array().unwrap().len(), 1);
    assert_eq!(
        partial["progress"],
        json!({ "total": 4, "completed": 1, "no_data": 1, "failed": 0, "processing": 2 })
    );
    client.sandbox.advance(RUN / 2);
    let (_, done) = client.get(&task).await;
    assert_eq!(done["status"], "partially_completed");
    let data = done["data"].as_array().unwrap();
    assert_eq!(
        (data.len(), &data[0], &data[1]["company_name"], &data[3]),
        (4, &Value::Null, &json!("Stripe"), &Value::Null)
    );
    assert!(
        done.get("error").is_none(),
        "a bulk result has nulls and counts: {done}"
    );
    assert_eq!(
        done["progress"],
        json!({ "total": 4, "completed": 1, "no_data": 2, "failed": 1, "processing": 0 })
    );
}

#[tokio::test]
async fn a_bulk_run_in_which_every_input_fails_has_failed() {
    let client = Client::new().await;
    let inputs = json!([{ "domain": "a.invalid" }, { "domain": "b.invalid" }]);
    let task = start(
        &client,
        "/v1/enrichments/123/bulk-run",
        json!({ "params": inputs }),
    )
    .await;
    client.sandbox.advance(RUN);
    let (_, failed) = client.get(&task).await;
    assert_eq!(failed["status"], "failed");
    assert_eq!(failed["error"], json!(["Firmbase could not process this input"]));
    assert!(failed.get("data").is_none());
    assert_eq!(client.sandbox.credits(), 1000.0);
}

#[tokio::test]
async fn a_bulk_run_of_nothing_completes() {
    let client = Client::new().await;
    let task = start(&client, "/v1/enrichments/123/bulk-run", json!({ "params": [] })).await;
    client.sandbox.advance(RUN);
    let (_, done) = client.get(&task).await;
    assert_eq!(
        (&done["status"], &done["data"]),
        (&json!("completed"), &json!([]))
    );
}

#[tokio::test]
async fn lists_are_billed_by_page_and_by_parameter() {
    let client = Client::new().await;
    let body =
        json!({ "params": { "domain": "stripe.com", "seniority": ["vp"] }, "pagination": { "pages": 3 } });
    let people = start(&client, "/v1/enrichments/310/run", body).await;
    let news = start(
        &client,
        "/v1/enrichments/312/run",
        json!({ "params": { "domain": "openai.com", "limit": 20 } }),
    )
    .await;
    client.sandbox.advance(RUN);
    let (_, people) = client.get(&people).await;
    assert_eq!(
        (people["data"].as_array().unwrap().len(), &people["credits_spent"]),
        (30, &json!(6))
    );
    let (_, news) = client.get(&news).await;
    assert_eq!(
        (news["data"].as_array().unwrap().len(), &news["credits_spent"]),
        (20, &json!(1))
    );
}

#[tokio::test]
async fn a_run_that_cannot_be_paid_is_refused() {
    let client = Client::with(Sandbox::builder().credits(0.7)).await;
    let body = json!({ "params": { "domain": "stripe.com" } });
    assert_eq!(client.post("/v1/enrichments/123/run", body.clone()).await.0, 200);
    let (status, refusal) = client.post("/v1/enrichments/123/run", body).await;
    assert_eq!(
        (status, refusal),
        (406, json!({ "detail": "Not enough credits" }))
    );
    assert_eq!(client.sandbox.credits(), 0.2);
}

#[tokio::test]
async fn cancelling_refunds_what_is_not_done() {
    let client = Client::new().await;
    let inputs = json!([{ "domain": "stripe.com" }, { "domain": "b.com" }]);
    let task = start(
        &client,
        "/v1/enrichments/123/bulk-run",
        json!({ "params": inputs }),
    )
    .await;
    client.sandbox.advance(RUN / 2);
    let cancel = format!("{task}/cancel");
    let (status, cancelled) = client.post_nothing(&cancel).await;
    assert_eq!((status, &cancelled["status"]), (200, &json!("cancelled")));
    assert_eq!(cancelled["data"].as_array().unwrap().len(), 1);
    client.sandbox.advance(RUN);
    assert_eq!(client.get(&task).await.1["status"], "cancelled");
    assert_eq!(client.sandbox.credits(), 999.5);
    let (status, conflict) = client.post_nothing(&cancel).await;
    assert_eq!(status, 409);
    assert!(conflict["detail"].is_string());
    let finished = company(&client, "stripe.com").await;
    client.sandbox.advance(RUN);
    assert_eq!(client.post_nothing(&format!("{finished}/cancel")).await.0, 409);
}

#[tokio::test]
async fn a_single_run_that_is_cancelled_has_nothing_to_show() {
    let client = Client::new().await;
    let task = company(&client, "stripe.com").await;
    let (status, cancelled) = client.post_nothing(&format!("{task}/cancel")).await;
    assert_eq!((status, &cancelled["status"]), (200, &json!("cancelled")));
    assert!(cancelled.get("data").is_none() && cancelled.get("progress").is_none());
    assert_eq!(
        (&cancelled["credits_spent"], client.sandbox.credits()),
        (&json!(0), 1000.0)
    );
    client.sandbox.advance(RUN);
    assert_eq!(client.get(&task).await.1["status"], "cancelled");
    client.sandbox.advance(HOUR * 24);
    assert_eq!(client.get(&task).await.1["status"], "gone");
}

#[tokio::test]
async fn a_bulk_run_pays_for_its_inputs_one_after_the_other() {
    let client = Client::new().await;
    let inputs = json!([{ "domain": "stripe.com" }, { "domain": "a.test" }, { "domain": "github.com" }]);
    let task = start(
        &client,
        "/v1/enrichments/123/bulk-run",
        json!({ "params": inputs }),
    )
    .await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        let (_, state) = client.get(&task).await;
        seen.push((state["credits_spent"].as_f64().unwrap(), client.sandbox.credits()));
        client.sandbox.advance(RUN / 3);
    }
    assert_eq!(seen, [(0.0, 998.5), (0.5, 998.5), (0.5, 999.0), (1.0, 999.0)]);
}

#[tokio::test]
async fn results_are_gone_after_a_day_and_forgotten_after_two() {
    let client = Client::new().await;
    let task = company(&client, "stripe.com").await;
    client.sandbox.advance(RUN + HOUR * 23);
    assert_eq!(client.get(&task).await.1["status"], "completed");
    client.sandbox.advance(HOUR);
    let (status, gone) = client.get(&task).await;
    assert_eq!((status, &gone["status"]), (200, &json!("gone")));
    assert!(gone.get("data").is_none());
    client.sandbox.advance(HOUR * 24);
    let (status, expired) = client.get(&task).await;
    assert_eq!(status, 410);
    assert!(expired["detail"].is_string());
}

#[tokio::test]
async fn waterfalls_answer_with_their_steps() {
    let client = Client::new().await;
    let person = json!({ "first_name": "Ada", "last_name": "Ito", "company": "acme.com" });
    let nobody = json!({ "first_name": "No", "last_name": "Body", "company": "acme.test" });
    let body = json!({ "params": person, "enrichments": [833, 966], "email_verifier": 10 });
    let single = start(&client, "/v1/waterfalls/email_getter/run", body).await;
    let body = json!({ "params": [nobody, person] });
    let bulk = start(&client, "/v1/waterfalls/email_getter/bulk-run", body).await;
    client.sandbox.advance(RUN);
    let (_, single) = client.get(&single).await;
    assert_eq!(single["data"]["result"]["email"], "ada.ito@acme.com");
    assert_eq!(single["data"]["result_field"], json!(["email"]));
    assert_eq!(
        single["data"]["steps"].as_array().unwrap().last().unwrap()["is_verified"],
        true
    );
    let (_, bulk) = client.get(&bulk).await;
    assert_eq!(
        (&bulk["data"][0], &bulk["data"][1]["result"]["email"]),
        (&Value::Null, &json!("ada.ito@acme.com"))
    );
}

#[tokio::test]
async fn wrong_parameters_are_refused_by_row_and_field() {
    let client = Client::new().await;
    let (status, missing) = client
        .post(
            "/v1/enrichments/123/bulk-run",
            json!({ "params": [{ "domain": "a.com" }, { "domain": " " }, {}] }),
        )
        .await;
    assert_eq!(status, 400);
    assert_eq!(missing["error"], "INVALID_PARAMS");
    assert_eq!(missing["detail"], "Row 2: domain: This field is required.");
    assert_eq!(
        missing["rows"][1],
        json!({ "position": 3, "fields": { "domain": ["This field is required."] } })
    );

    let (status, choice) = client
        .post(
            "/v1/enrichments/311/run",
            json!({ "params": { "country": "Mars" } }),
        )
        .await;
    assert_eq!((status, &choice["error"]), (400, &json!("INVALID_PARAMS")));
    for limit in [json!(0), json!(101), json!("many")] {
        let body = json!({ "params": { "domain": "a.com", "limit": limit } });
        assert_eq!(
            client.post("/v1/enrichments/312/run", body).await.0,
            400,
            "{limit}"
        );
    }
    let (status, _) = client
        .post(
            "/v1/enrichments/410/run",
            json!({ "params": { "domain": "a.com" } }),
        )
        .await;
    assert_eq!(status, 400);
    let person = json!({ "first_name": "Ada", "last_name": "Ito", "company": "acme.com" });
    let body = json!({ "params": person, "enrichments": [1] });
    assert_eq!(client.post("/v1/waterfalls/email_getter/run", body).await.0, 400);
    let (status, _) = client
        .post("/v1/waterfalls/email_getter/run", json!({ "params": {} }))
        .await;
    assert_eq!(status, 400);
    assert_eq!(client.sandbox.credits(), 1000.0);
}

#[tokio::test]
async fn unknown_tasks_and_enrichments_are_not_found() {
    let client = Client::new().await;
    assert_eq!(client.get("/v1/tasks/abc123").await.0, 404);
    assert_eq!(
        client
            .get("/v1/tasks/00000000-0000-0000-0000-000000000000")
            .await
            .0,
        404
    );
    assert_eq!(client.post_nothing("/v1/tasks/abc123/cancel").await.0, 404);
    assert_eq!(
        client
            .post("/v1/enrichments/1/run", json!({ "params": {} }))
            .await
            .0,
        404
    );
    assert_eq!(
        client
            .post("/v1/waterfalls/no/run", json!({ "params": {} }))
            .await
            .0,
        404
    );
}
