//! The rate limit, measured by the sandbox's clock.

use std::time::Duration;

use databar_sandbox::Sandbox;
use reqwest::{Method, header::RETRY_AFTER};
use serde_json::json;

use crate::client::Client;

#[tokio::test]
async fn too_many_requests_in_a_minute_are_answered_with_the_time_to_wait() {
    let client = Client::with(Sandbox::builder().rate_limit(2)).await;
    assert_eq!(client.get("/v1/user/me").await.0, 200);
    client.sandbox.advance(Duration::from_millis(10_500));
    assert_eq!(client.get("/v1/flows").await.0, 200);
    let refused = client.request(Method::GET, "/v1/user/me").send().await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()[RETRY_AFTER]),
        (429, &"50".parse().unwrap())
    );
    let body: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(body, json!({ "detail": "Rate limit exceeded" }));

    client.sandbox.advance(Duration::from_secs(49));
    assert_eq!(client.get("/v1/user/me").await.0, 429);
    client.sandbox.advance(Duration::from_secs(1));
    assert_eq!(
        client.get("/v1/user/me").await.0,
        200,
        "the first request was a minute ago"
    );
    assert_eq!(client.get("/v1/user/me").await.0, 429, "the second is not");
}

#[tokio::test]
async fn a_refused_request_changes_nothing_and_a_wrong_key_does_not_count() {
    let client = Client::with(Sandbox::builder().rate_limit(1)).await;
    let stranger = client.request(Method::GET, "/v1/user/me");
    let stranger = stranger.headers(reqwest::header::HeaderMap::from_iter([(
        "x-apikey".parse().unwrap(),
        "wrong".parse().unwrap(),
    )]));
    assert_eq!(stranger.send().await.unwrap().status(), 403);
    client.table(&["Domain"]).await;
    let (status, _) = client.post("/v1/table/create", json!({})).await;
    assert_eq!(status, 429);
    client.sandbox.advance(Duration::from_secs(60));
    assert_eq!(client.get("/v1/table/").await.1.as_array().unwrap().len(), 1);
}
