//! Limits on answers: their bytes, their time, and how much of them an error repeats.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use databar::{Client, ClientBuilder, EnrichmentId, Error, ErrorKind, RetryPolicy, reqwest};
use databar_sandbox::{Fault, FaultKind};
use flate2::{Compression, write::DeflateEncoder};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{KEY, TestClock, World};

/// A service that answers every request with the same bytes.
async fn service(answer: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(&answer).await;
        }
    });
    address
}

fn client(address: SocketAddr, settings: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    let builder = Client::builder()
        .key(KEY)
        .base_url(format!("http://{address}"))
        .clock(Arc::new(TestClock::default()));
    settings(builder).build().unwrap()
}

/// A compressed answer of this many mebibytes of blanks, without its end.
fn compressed(mebibytes: usize) -> Vec<u8> {
    let mut blanks = DeflateEncoder::new(Vec::new(), Compression::best());
    blanks.write_all(&[b' '; 1 << 20]).unwrap();
    // Flushed data ends at a byte boundary and refers to nothing before it, so it can be repeated (RFC 1951,
    // section 3.2.4).
    blanks.flush().unwrap();
    // The header of RFC 1952, section 2.3.
    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let body = [&header[..], &blanks.get_ref().repeat(mebibytes)].concat();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body].concat()
}

async fn paid_run(client: &Client) -> Error {
    let run = client.enrichment(EnrichmentId(123)).run(json!({}));
    run.await.unwrap_err()
}

#[tokio::test]
async fn a_small_answer_that_becomes_large_is_not_read_to_its_end() {
    let address = service(compressed(100)).await;
    let client = client(address, |builder| builder.response_limit(1 << 20));
    let error = paid_run(&client).await;
    assert_eq!((error.kind(), error.status()), (ErrorKind::TooLarge, Some(200)));
    assert!(
        error.may_have_run() && error.to_string().contains("1048576 bytes"),
        "{error}"
    );
    assert_eq!(client.requests_sent(), 1);
}

#[tokio::test]
async fn reading_an_answer_ends_when_its_time_is_over() {
    // More than any machine decompresses in that time.
    let address = service(compressed(1000)).await;
    let client = client(address, |builder| {
        builder
            .response_limit(usize::MAX)
            .timeout(Duration::from_millis(200))
            .retry(RetryPolicy::none())
    });
    let error = paid_run(&client).await;
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:#?}");
    assert!(error.may_have_run());
}

#[tokio::test]
async fn what_is_as_large_as_the_limit_is_read() {
    let world = World::start().await;
    let user = json!({ "first_name": "Ada", "email": "ada@example.com", "balance": 1.5, "plan": "Pro", "workspace": "w" });
    world.fault(Fault::new(FaultKind::json(200, &user)));
    let length = user.to_string().len();
    for (limit, fits) in [(length, true), (length - 1, false)] {
        let client = world.client_with(|builder| builder.response_limit(limit));
        let outcome = client.user().await;
        assert_eq!(outcome.is_ok(), fits, "{limit} of {length}: {outcome:?}");
    }
}

/// While a name is being looked up, there is no connection yet.
#[derive(Debug)]
struct NoAnswer;

impl reqwest::dns::Resolve for NoAnswer {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn what_never_connected_within_a_short_time_did_not_run() {
    let http = reqwest::Client::builder().dns_resolver(Arc::new(NoAnswer));
    let client = Client::builder()
        .key(KEY)
        .base_url("https://databar.invalid")
        .http_client(http)
        .timeout(Duration::from_millis(200))
        .connect_timeout(Duration::from_secs(10))
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let error = paid_run(&client).await;
    assert!(error.is_connect() && !error.may_have_run(), "{error:#?}");
}

#[tokio::test]
async fn a_truncated_answer_of_any_type_to_a_read_is_repeated() {
    let answer =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ncontent-length: 100\r\n\r\nabc";
    let client = client(service(answer.to_vec()).await, |builder| builder);
    let error = client.user().await.unwrap_err();
    assert_eq!((error.kind(), client.requests_sent()), (ErrorKind::Connection, 4));
    assert_eq!((error.status(), error.may_have_run()), (Some(200), false));
}

#[tokio::test]
async fn a_key_that_the_service_echoes_is_not_repeated() {
    let world = World::start_with(|builder| builder.retry(RetryPolicy::none())).await;
    let said =
        json!({"detail": [{"loc": ["header", "x-apikey"], "msg": format!("bad key {KEY}"), "input": KEY}]});
    let errors = [
        FaultKind::json(422, &said),
        FaultKind::json(500, &json!(KEY)),
        FaultKind::json(200, &json!({ "task_id": [KEY], "status": KEY })),
    ];
    for fault in errors {
        world.fault(Fault::new(fault).times(1));
        let error = paid_run(&world.client).await;
        let shown = format!(
            "{error}\n{error:?}\n{error:#?}\n{:?}\n{:?}\n{:?}",
            error.excerpt(),
            error.message(),
            error.field_errors()
        );
        assert!(!shown.contains(KEY), "{shown}");
        assert!(shown.contains("[redacted]"), "{shown}");
    }
}
