//! How the sandbox treats clients that send too much, too slowly, or from another site.

use std::time::Duration;

use databar_sandbox::{Limits, Sandbox, SandboxBuilder, StartError};
use reqwest::Method;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::client::{Client, answer};

/// A sandbox with limits small enough for a test to reach.
fn strict() -> SandboxBuilder {
    let mut limits = Limits::default();
    limits.body_values = 200;
    limits.body_bytes = 1000;
    limits.head_time = Duration::from_millis(50);
    limits.body_time = Duration::from_millis(50);
    limits.grace = Duration::from_millis(50);
    Sandbox::builder().limits(limits)
}

/// Sends bytes over a new connection, and returns everything received until the sandbox closes it.
async fn raw(client: &Client, sent: &str) -> String {
    let mut stream = connect(client).await;
    stream.write_all(sent.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

async fn connect(client: &Client) -> TcpStream {
    let address = client.sandbox.base_url().strip_prefix("http://").unwrap();
    TcpStream::connect(address).await.unwrap()
}

fn post(path: &str, key: &str, rest: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nx-apikey: {key}\r\ncontent-type: application/json\r\n{rest}"
    )
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_and_not_read() {
    let client = Client::with(strict()).await;
    // The size is announced, so the answer comes before any byte of the body is sent.
    let announced = raw(
        &client,
        &post(
            "/v1/table/create",
            "test-key",
            "content-length: 1000000000\r\n\r\n",
        ),
    )
    .await;
    assert!(announced.starts_with("HTTP/1.1 413 "), "{announced}");
    assert!(announced.contains("1000 bytes"), "{announced}");
    // The size is known only once the body arrives.
    let chunk = format!(
        "transfer-encoding: chunked\r\n\r\n7d0\r\n{}\r\n",
        " ".repeat(2000)
    );
    let chunked = raw(&client, &post("/v1/table/create", "test-key", &chunk)).await;
    assert!(chunked.starts_with("HTTP/1.1 413 "), "{chunked}");
    let requests = client.sandbox.requests();
    assert_eq!(
        (requests.len(), requests[0].status, requests[0].body.len()),
        (2, Some(413), 0)
    );
    // Small as text, but large in memory.
    let zeros = vec![0; 200];
    let (status, answer) = client.post("/v1/table/create", json!({ "rows": zeros })).await;
    assert_eq!(status, 413);
    assert_eq!(
        answer["detail"],
        "The sandbox reads bodies of up to 200 JSON values"
    );
    // A body within the limits is served.
    let name = "n".repeat(900);
    assert_eq!(
        client.post("/v1/table/create", json!({ "name": name })).await.0,
        200
    );
    assert_eq!(client.get("/v1/table/").await.1.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn without_a_key_no_body_is_read() {
    let client = Client::with(strict().allow_invalid_requests()).await;
    for path in ["/v1/table/create", "/_sandbox/faults"] {
        let answer = raw(
            &client,
            &post(path, "another", "content-length: 1000000000\r\n\r\n{"),
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    }
    let stray = raw(
        &client,
        &post("/v1/none", "test-key", "content-length: 1000000000\r\n\r\n{"),
    )
    .await;
    assert!(stray.starts_with("HTTP/1.1 404 "), "{stray}");
}

#[tokio::test]
async fn a_body_and_a_head_that_do_not_come_end() {
    let client = Client::with(strict()).await;
    let slow = raw(
        &client,
        &post("/v1/table/create", "test-key", "content-length: 10\r\n\r\n{"),
    )
    .await;
    assert!(slow.starts_with("HTTP/1.1 408 "), "{slow}");
    for half in [
        "",
        "GET /v1/user/me HT",
        "GET /v1/user/me HTTP/1.1\r\nhost: localhost\r\n",
    ] {
        let closed = raw(&client, half).await;
        assert!(
            closed.is_empty() || closed.starts_with("HTTP/1.1 408 "),
            "{closed}"
        );
    }
    assert_eq!(client.get("/v1/user/me").await.0, 200);
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let client = Client::new().await;
    let many: String = (0..10_000).map(|number| format!("x-{number}: a\r\n")).collect();
    let long = format!("x-long: {}\r\n", "a".repeat(1 << 20));
    for headers in [many, long] {
        let mut stream = connect(&client).await;
        let head = format!("GET /v1/user/me HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n");
        // The sandbox may hang up before everything is sent.
        let _ = stream.write_all(head.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 431 "),
            "{answer}"
        );
    }
    assert_eq!(client.get("/v1/user/me").await.0, 200);
}

#[tokio::test]
async fn connections_above_the_bound_wait() {
    let mut limits = Limits::default();
    limits.connections = 1;
    let client = Client::with(Sandbox::builder().limits(limits)).await;
    let request =
        "GET /v1/user/me HTTP/1.1\r\nhost: localhost\r\nx-apikey: test-key\r\nconnection: close\r\n\r\n";
    let first = connect(&client).await;
    let mut second = connect(&client).await;
    second.write_all(request.as_bytes()).await.unwrap();
    let mut byte = [0];
    let early = tokio::time::timeout(Duration::from_millis(50), second.read(&mut byte)).await;
    assert!(early.is_err(), "the second was served while the first was there");
    drop(first);
    assert_eq!(second.read(&mut byte).await.unwrap(), 1);
}

#[tokio::test]
async fn other_hosts_and_origins_are_refused() {
    let client = Client::with(Sandbox::builder().allow_host("sandbox.internal")).await;
    let status = async |header: &str, value: &str| {
        let (name, value) = (header.to_owned(), value.to_owned());
        let request = client.request(Method::GET, "/v1/user/me").header(name, value);
        answer(request).await
    };
    for host in [
        "localhost",
        "LOCALHOST:1",
        "127.0.0.1:80",
        "[::1]:8080",
        "app.localhost",
        "sandbox.internal:9",
    ] {
        assert_eq!(status("host", host).await.0, 200, "{host}");
    }
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:80",
        "10.0.0.1",
        "a@evil.example",
    ] {
        let (status, refusal) = status("host", host).await;
        assert_eq!(status, 421, "{host}");
        assert!(
            refusal["detail"].as_str().unwrap().contains("--allow-host"),
            "{refusal}"
        );
    }
    for origin in [
        "http://localhost:3000",
        "https://127.0.0.1",
        "http://sandbox.internal",
    ] {
        assert_eq!(status("origin", origin).await.0, 200, "{origin}");
    }
    for origin in ["https://evil.example", "null", "", "file://"] {
        assert_eq!(status("origin", origin).await.0, 403, "{origin}");
    }
    for path in ["/", "/_sandbox/ledger"] {
        let request = client.request(Method::GET, path).header("host", "evil.example");
        assert_eq!(answer(request).await.0, 421, "{path}");
    }
}

#[tokio::test]
async fn a_key_that_no_client_can_send_is_refused_at_the_start() {
    for key in ["", " ", "a b", "a\n", "schlüssel"] {
        let error = Sandbox::builder().api_key(key).start().await.unwrap_err();
        assert!(matches!(error, StartError::ApiKey { .. }), "{key:?}: {error}");
        assert_eq!(error.to_string().lines().count(), 1);
    }
}

#[tokio::test]
async fn strange_paths_and_bodies_are_answered() {
    let client = Client::with(Sandbox::builder().allow_invalid_requests()).await;
    for path in [
        "/v1/table/..%2f..%2fetc/rows",
        "/v1/table/%00/rows",
        "/v1/table/%ff/rows",
        "/v1//",
        "/%2e%2e/v1",
    ] {
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nx-apikey: test-key\r\nconnection: close\r\n\r\n"
        );
        let answer = raw(&client, &request).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{path}: {answer}");
    }
    let bodies = [
        "[".repeat(100_000),
        r#"{"name": "\ud800"}"#.to_owned(),
        format!("{{\"name\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000)),
        "1e999".to_owned(),
        "{\"name\": \"a\0b\"}".to_owned(),
    ];
    for body in bodies {
        let request = client
            .request(Method::POST, "/v1/table/create")
            .header("content-type", "application/json");
        assert_eq!(answer(request.body(body)).await.0, 422);
    }
    // A body can have more errors than anybody would read.
    let rows = json!({ "rows": vec![0; 50_000] });
    let table = client.table(&["a"]).await;
    let (status, refusal) = client.post(&format!("{table}/rows"), rows).await;
    assert!(matches!(status, 400 | 422), "{status}");
    assert!(refusal.to_string().len() < 100_000);
}

#[tokio::test]
async fn the_latest_requests_are_kept_and_old_ones_make_room() {
    let client = Client::with(Sandbox::builder().allow_invalid_requests()).await;
    for _ in 0..12 {
        let request = client
            .request(Method::POST, "/v1/table/create")
            .header("content-type", "application/json");
        assert_eq!(answer(request.body(vec![b'x'; 3 << 20])).await.0, 422);
    }
    assert_eq!(client.get("/v1/user/me").await.0, 200);
    let requests = client.sandbox.take_requests();
    assert!((5..=11).contains(&requests.len()), "{}", requests.len());
    assert_eq!(requests.last().unwrap().path, "/v1/user/me");
    assert_eq!(requests.last().unwrap().status, Some(200));
    assert_eq!(client.sandbox.requests().len(), 0);
}

#[tokio::test]
async fn a_request_that_is_being_answered_gets_its_answer_at_the_end() {
    let client = Client::with(Sandbox::builder().latency(Duration::from_millis(50))).await;
    let request = client.request(Method::GET, "/v1/user/me");
    let pending = tokio::spawn(async move { request.send().await.unwrap().status() });
    // Wait until it has arrived.
    while client.sandbox.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    client.sandbox.finish_requests().await;
    assert_eq!(pending.await.unwrap(), 200);
    let refused = client
        .request(Method::GET, "/v1/user/me")
        .send()
        .await
        .unwrap_err();
    assert!(refused.is_connect(), "{refused:?}");
}
